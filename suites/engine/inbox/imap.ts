import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { FetchMessageObject, ImapFlow, MessageStructureObject } from 'imapflow';
import { ProfileError } from '../profile.js';
import { comparable } from './address.js';
import { MailError, type Mail, type MailReader } from './reader.js';
import type { ImapSource } from './source.js';

const timeoutMs = 8_000;

/**
 * Reads mail from a mailbox by IMAP, over one connection that is made when first needed and made
 * again when it broke. The mailbox is opened for reading only: nothing is marked or deleted. Mail
 * belongs to an address when its header To or Cc names it, so one mailbox may catch all.
 */
export function createImapReader(source: ImapSource): MailReader {
  const secure = source.secure ?? true;
  const port = source.port ?? (secure ? 993 : 143);
  const host = source.host.includes(':') ? `[${source.host}]` : source.host;
  const name = `IMAP at ${host}:${String(port)}`;
  const tls = tlsOptions(source);
  let connection: Promise<ImapFlow> | null = null;
  let validity: bigint | null = null;
  const known = new Map<number, Mail>();

  const connect = async (): Promise<ImapFlow> => {
    // Loaded only where a profile asks for it: it is the largest of the packages.
    const { ImapFlow } = await import('imapflow');
    const client = new ImapFlow({
      host: source.host,
      port,
      secure,
      // Without TLS the password would be read on the way; on this machine nobody is on the way.
      ...(secure || source.insecure === true || isLoopback(source.host)
        ? {}
        : { doSTARTTLS: true }),
      auth: { user: source.user, pass: source.password },
      tls,
      logger: false,
      disableAutoIdle: true,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs * 4,
    });
    const forget = (): void => {
      connection = null;
    };
    client.on('error', forget);
    client.on('close', forget);
    try {
      await client.connect();
      const mailbox = await client.mailboxOpen(source.mailbox ?? 'INBOX', { readOnly: true });
      if (validity !== null && validity !== mailbox.uidValidity) known.clear();
      validity = mailbox.uidValidity;
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  };

  const read = async (client: ImapFlow, message: FetchMessageObject): Promise<Mail> => {
    const { uid, envelope, bodyStructure, internalDate } = message;
    const part = async (type: string): Promise<string | null> => {
      const place = partOf(bodyStructure, type);
      return place === null ? null : download(client, uid, place);
    };
    return {
      key: `${String(validity)}.${String(uid)}`,
      receivedAt: new Date(internalDate ?? 0).toISOString(),
      subject: envelope?.subject ?? null,
      html: await part('text/html'),
      text: await part('text/plain'),
    };
  };

  const find = async (client: ImapFlow, recipient: string): Promise<Mail[]> => {
    // What came in since is told with the answer to any command.
    await client.noop();
    const found = await client.search(
      { or: [{ to: recipient }, { cc: recipient }] },
      { uid: true },
    );
    const uids = Array.isArray(found) ? found.sort((a, b) => a - b) : [];
    const unread = uids.filter((uid) => !known.has(uid));
    if (unread.length > 0) {
      const query = { uid: true, envelope: true, bodyStructure: true, internalDate: true };
      for (const message of await client.fetchAll(unread, query, { uid: true })) {
        if (names(message, recipient)) known.set(message.uid, await read(client, message));
      }
    }
    return uids.flatMap((uid) => known.get(uid) ?? []);
  };

  // One conversation at a time: a connection has one mailbox and answers in order.
  let queue: Promise<unknown> = Promise.resolve();
  return {
    name,
    find(recipient) {
      const turn = queue.then(async () => {
        connection ??= connect();
        const current = connection;
        try {
          return await find(await current, recipient);
        } catch (error) {
          connection = null;
          void current.then((client) => {
            client.close();
          }, ignore);
          throw new MailError(`${name}${inWords(error, source)}`);
        }
      });
      queue = turn.catch(ignore);
      return turn;
    },
    async close() {
      await queue;
      const client = await connection?.catch(ignore);
      await client?.logout().catch(ignore);
    },
  };
}

function ignore(): undefined {
  return undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

function tlsOptions({ ca, insecure }: ImapSource): ConnectionOptions {
  return {
    ...(ca === undefined ? {} : { ca: readAuthorities(ca) }),
    ...(insecure === true ? { rejectUnauthorized: false } : {}),
  };
}

function readAuthorities(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ProfileError(`imap.ca: the file ${path} cannot be read`);
  }
}

/** The place of the first part of a type that is no attachment. */
function partOf(node: MessageStructureObject | undefined, type: string): string | null {
  if (node === undefined || node.disposition === 'attachment') return null;
  if (node.type.toLowerCase() === type) return node.part ?? '1';
  for (const child of node.childNodes ?? []) {
    const found = partOf(child, type);
    if (found !== null) return found;
  }
  return null;
}

/** A part as text, its encoding and its charset undone. */
async function download(client: ImapFlow, uid: number, part: string): Promise<string | null> {
  const { content } = await client.download(String(uid), part, { uid: true, maxBytes: 4_000_000 });
  if (content === undefined) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The server looks for a part of the header; only the whole address is meant. */
function names({ envelope }: FetchMessageObject, recipient: string): boolean {
  return [...(envelope?.to ?? []), ...(envelope?.cc ?? [])].some(
    ({ address }) => address !== undefined && comparable(address) === recipient,
  );
}

function inWords(error: unknown, source: ImapSource): string {
  const { code, authenticationFailed, responseText, message } = error as {
    code?: string;
    authenticationFailed?: boolean;
    responseText?: string;
    message?: string;
  };
  if (authenticationFailed === true) return ' refused the login; see user and password under imap';
  if (code === 'ECONNREFUSED') return ' cannot be reached: the connection was refused';
  if (/certificate|self.signed/i.test(message ?? '')) {
    return `: ${message ?? ''}; give the authority with imap.ca`;
  }
  if (/mailbox|NONEXISTENT/i.test(responseText ?? '')) {
    return ` has no mailbox ${source.mailbox ?? 'INBOX'}: ${responseText ?? ''}`;
  }
  return ` cannot be used: ${responseText ?? message ?? code ?? 'no answer'}`;
}
