import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { selectSystems } from '../../mocks/registry.js';
import { openArena, type Arena } from '../../proof/arena.js';
import type { Results } from '../../specs/results.js';
import type { InboxMessage } from '../../suites/engine/out-of-band.js';
import { countersign } from '../cli/cli.js';
import { startDovecot, type Dovecot } from './dovecot.js';
import { startMailpit, type Mailpit } from './mailpit.js';
import { mimeOf } from './mime.js';

// A whole run each, and a machine without Dovecot installs it first.
vi.setConfig({ hookTimeout: 180_000, testTimeout: 180_000 });

let folder: string;
let imap: Dovecot;
let mailpit: Mailpit;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-mail-'));
  [imap, mailpit] = await Promise.all([
    startDovecot(),
    startMailpit({ credentials: 'me:m4ilp1t' }),
  ]);
});

afterAll(async () => {
  await Promise.all([imap.close(), mailpit.close()]);
  rmSync(folder, { recursive: true });
});

/** Hands every e-mail of the mock on, as its mail server would; resolves when told to end. */
function forward(arena: Arena, deliver: (message: InboxMessage) => Promise<void>) {
  let ending = false;
  const run = async (): Promise<number> => {
    let after = '0';
    let count = 0;
    while (!ending) {
      const query = `system=ssks&channel=email&after=${after}`;
      const answer = await fetch(`${arena.url}/_countersign/inbox?${query}`);
      const { messages } = (await answer.json()) as { messages: InboxMessage[] };
      for (const message of messages) await deliver(message);
      count += messages.length;
      after = messages.at(-1)?.id ?? after;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return count;
  };
  const ended = run();
  return (): Promise<number> => {
    ending = true;
    return ended;
  };
}

/** The results of a run whose e-mail is read at `email`, with every file that it wrote. */
async function test(
  email: object,
  deliver: (message: InboxMessage) => Promise<void>,
): Promise<{ results: Results; forwarded: number; written: string }> {
  const arena = await openArena({ systems: selectSystems(['ssks']) });
  const end = forward(arena, deliver);
  const texts = { http: `${arena.url}/_countersign/inbox` };
  const profile = join(folder, 'profile.yaml');
  const inbox = { email, sms: texts };
  writeFileSync(profile, JSON.stringify({ ...arena.profile, inbox }));
  const out = join(folder, 'out');
  const args = ['--profile', profile, '--system', 'ssks'];
  const doctor = await countersign(['doctor', '--profile', profile]);
  expect(doctor.stdout).toContain('ok    the inbox answers in the right shape for sms, email');
  const { code, stdout, stderr } = await countersign(['test', ...args, '--out', out]);
  const forwarded = await end();
  await arena.close();
  expect([code, stderr, stdout]).toEqual([0, '', expect.any(String)]);
  const read = (name: string): string => readFileSync(join(out, name), 'utf8');
  const files = ['events.ndjson', 'results.json', 'index.html', 'junit.xml', 'summary.md'];
  return {
    results: JSON.parse(read('results.json')) as Results,
    forwarded,
    written: [stdout, doctor.stdout, ...files.map(read)].join('\n'),
  };
}

/** Requirements of the system that no run against the mock with this inbox leaves open. */
function undecided(results: Results): string[] {
  return results.requirements
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ id, verdict, reason }) => `${verdict} ${id}: ${reason ?? ''}`);
}

describe('a whole run of the suite whose challenges arrive by mail', () => {
  it('reads them from a real IMAP server', async () => {
    const sender = new ImapFlow({
      host: '127.0.0.1',
      port: imap.port,
      secure: false,
      doSTARTTLS: false,
      auth: { user: imap.user, pass: imap.password },
      logger: false,
    });
    await sender.connect();
    const { securePort: port, user, password, ca } = imap;
    const { results, forwarded, written } = await test(
      { imap: { host: 'localhost', port, user, password, ca } },
      async ({ recipient, subject, body }) => {
        const mail = { to: recipient, subject: subject ?? '', html: body ?? '' };
        await sender.append('INBOX', mimeOf(mail));
      },
    );
    await sender.logout();
    expect(undecided(results)).toEqual([]);
    expect(forwarded).toBeGreaterThan(10);
    expect(written).not.toContain(password);
  });

  it('reads them from Mailpit', async () => {
    const { results, forwarded, written } = await test(
      { mailpit: { url: mailpit.url, user: 'me', password: 'm4ilp1t' } },
      ({ recipient, subject, body }) => {
        mailpit.send({ To: [{ Email: recipient }], Subject: subject ?? '', HTML: body ?? '' });
        return Promise.resolve();
      },
    );
    expect(undecided(results)).toEqual([]);
    expect(forwarded).toBeGreaterThan(10);
    expect(written).not.toContain('m4ilp1t');
  });
});
