/** Accounts of the mock, registered as a client does it, for the load to rotate over. */
import { randomBytes } from 'node:crypto';

export interface BenchAccount {
  readonly number: string;
  readonly authorization: string;
}

/** 33 bytes of a public key as the clients write them: type byte 5, then 32 bytes. */
export function publicKey(): string {
  return Buffer.concat([Buffer.from([5]), randomBytes(32)]).toString('base64');
}

/** A body for `PUT /v1/keys/` with so many one-time keys. */
export function preKeyUpload(count: number): string {
  const identityKey = publicKey();
  return JSON.stringify({
    lastResortKey: { keyId: 0xffffff, publicKey: publicKey(), identityKey },
    keys: Array.from({ length: count }, (_, index) => ({
      keyId: index + 1,
      publicKey: publicKey(),
      identityKey,
    })),
  });
}

export function accountAt(index: number): BenchAccount {
  const number = `+1415${String(index).padStart(7, '0')}`;
  const credentials = Buffer.from(`${number}:password`).toString('base64');
  return { number, authorization: `Basic ${credentials}` };
}

interface InboxAnswer {
  readonly messages: readonly { readonly code: string }[];
  readonly cursor: string;
}

/**
 * Registers accounts over the wire, each with a last-resort prekey; those of even index can be
 * reached by push.
 * @param url base URL of the mock
 */
export async function register(url: string, count: number): Promise<readonly BenchAccount[]> {
  const accounts = Array.from({ length: count }, (_, index) => accountAt(index));
  let cursor = '0';
  for (const [index, account] of accounts.entries()) {
    await request(url, 'GET', `/v1/accounts/sms/code/${account.number}`, account, undefined);
    const inbox = await request(
      url,
      'GET',
      `/_countersign/inbox?system=textsecure&after=${cursor}`,
      account,
      undefined,
    );
    const { messages, cursor: next } = JSON.parse(inbox) as InboxAnswer;
    cursor = next;
    const code = messages.at(-1)?.code ?? '';
    await request(url, 'PUT', `/v1/accounts/code/${code}`, account, {
      signalingKey: randomBytes(52).toString('base64'),
      supportsSms: false,
    });
    await request(url, 'PUT', '/v1/keys/', account, JSON.parse(preKeyUpload(0)));
    if (index % 2 === 0) {
      await request(url, 'PUT', '/v1/accounts/gcm/', account, {
        gcmRegistrationId: `gcm-${String(index)}`,
      });
    }
  }
  return accounts;
}

/** Moves the mock's clock on by an hour, in which every limit recovers in full. */
export async function recover(url: string): Promise<void> {
  const answer = await fetch(`${url}/_countersign/clock`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ advance: '1h' }),
  });
  if (!answer.ok) throw new Error(`the clock answered ${String(answer.status)}`);
}

async function request(
  url: string,
  method: string,
  path: string,
  account: BenchAccount,
  body: unknown,
): Promise<string> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      Authorization: account.authorization,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${String(answer.status)}: ${text}`);
  return text;
}
