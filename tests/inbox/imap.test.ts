import { ImapFlow } from 'imapflow';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createImapReader } from '../../suites/engine/inbox/imap.js';
import type { Mail, MailReader } from '../../suites/engine/inbox/reader.js';
import type { ImapSource } from '../../suites/engine/inbox/source.js';
import { closedPort } from '../suite-engine/server.js';
import { startDovecot, type Dovecot } from './dovecot.js';
import { mimeOf, type Letter } from './mime.js';

// A machine without Dovecot installs it first.
vi.setConfig({ hookTimeout: 180_000, testTimeout: 30_000 });

let server: Dovecot;
let sender: ImapFlow;
const readers: MailReader[] = [];

beforeAll(async () => {
  server = await startDovecot();
  sender = new ImapFlow({
    host: '127.0.0.1',
    port: server.port,
    secure: false,
    doSTARTTLS: false,
    auth: { user: server.user, pass: server.password },
    logger: false,
  });
  await sender.connect();
});

afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
});

afterAll(async () => {
  await sender.logout();
  await server.close();
});

function reader(parts: Partial<ImapSource> = {}): MailReader {
  const { user, password, port } = server;
  const made = createImapReader({
    host: '127.0.0.1',
    port,
    secure: false,
    insecure: true,
    user,
    password,
    ...parts,
  });
  readers.push(made);
  return made;
}

async function deliver(letter: Letter, mailbox = 'INBOX'): Promise<void> {
  await sender.append(mailbox, mimeOf(letter));
}

/** What `find` says when it fails. */
async function refusal(parts: Partial<ImapSource>): Promise<string> {
  try {
    await reader(parts).find('a@b.test');
  } catch (error) {
    const { name, message } = error as Error;
    expect([name, message]).toEqual(['Error', expect.not.stringContaining(server.password)]);
    return message;
  }
  throw new Error('it did not fail');
}

function shown({ subject, html, text }: Mail): (string | null)[] {
  return [subject, html, text];
}

describe('a mailbox of a real IMAP server', () => {
  it('gives the mails to one address, oldest first, decoded', async () => {
    await deliver({ to: 'one@box.test', subject: 'Grüße, Ihr Code für heute', html: '<p>ä é</p>' });
    await deliver({ to: 'other@box.test', html: '<p>x</p>' });
    await deliver({ to: 'Name <ONE@Box.test>', text: 'second ✓', html: '<b>second</b>' });
    await deliver({ to: 'zone@box.test', html: 'a longer address that holds the shorter one' });
    const mails = await reader().find('one@box.test');
    expect(mails.map(shown)).toEqual([
      ['Grüße, Ihr Code für heute', '<p>ä é</p>', null],
      ['Your code', '<b>second</b>', 'second ✓'],
    ]);
    expect(new Set(mails.map(({ key }) => key)).size).toBe(2);
    for (const { receivedAt } of mails) {
      expect(new Date(receivedAt).toISOString()).toBe(receivedAt);
    }
  });

  it('is asked again on the same connection, and tells of what came since', async () => {
    const box = reader();
    expect(await box.find('later@box.test')).toEqual([]);
    await deliver({ to: 'later@box.test', text: '1' });
    const [first] = await box.find('later@box.test');
    await deliver({ to: 'later@box.test', text: '2' });
    const both = await box.find('later@box.test');
    expect(both.map(({ text }) => text?.trim())).toEqual(['1', '2']);
    expect(both[0]).toEqual(first);
  });

  it('is asked by many at once', async () => {
    const box = reader();
    const names = ['q1@box.test', 'q2@box.test', 'q3@box.test'];
    for (const to of names) await deliver({ to, text: to });
    const found = await Promise.all(names.map((name) => box.find(name)));
    expect(found.map((mails) => mails.map(({ text }) => text))).toEqual(names.map((to) => [to]));
  });

  it('counts a mail that names the address in Cc', async () => {
    await deliver({ to: 'x@box.test', cc: 'Copy <copy@box.test>', text: 'c' });
    expect(await reader().find('copy@box.test')).toHaveLength(1);
  });

  it('marks nothing as read', async () => {
    await deliver({ to: 'unseen@box.test', text: 'u' });
    expect(await reader().find('unseen@box.test')).toHaveLength(1);
    const lock = await sender.getMailboxLock('INBOX');
    const unseen = await sender.search({ to: 'unseen@box.test', seen: false });
    lock.release();
    expect(unseen).toHaveLength(1);
  });

  it('can be another than the inbox', async () => {
    await deliver({ to: 'coded@box.test', text: 'in Codes' }, 'Codes');
    expect(await reader().find('coded@box.test')).toEqual([]);
    expect(await reader({ mailbox: 'Codes' }).find('coded@box.test')).toHaveLength(1);
  });

  it('is found again when the connection broke', async () => {
    const box = reader();
    await deliver({ to: 'broken@box.test', text: 'b' });
    expect(await box.find('broken@box.test')).toHaveLength(1);
    await box.close();
    expect(await box.find('broken@box.test')).toHaveLength(1);
  });
});

describe('the way to the server', () => {
  it('is TLS by default, checked against an authority', async () => {
    await deliver({ to: 'tls@box.test', text: 't' });
    const source = { host: 'localhost', port: server.securePort, secure: true, insecure: false };
    const box = reader({ ...source, ca: server.ca });
    expect(await box.find('tls@box.test')).toHaveLength(1);
    expect(await refusal(source)).toMatch(/certificate.*; give the authority with imap\.ca$/);
    expect(await reader({ ...source, insecure: true }).find('tls@box.test')).toHaveLength(1);
  });

  it('is STARTTLS where secure is false and the server can', async () => {
    const source = { host: 'localhost', insecure: false };
    expect(await refusal(source)).toMatch(/certificate/);
    expect(await reader({ ...source, ca: server.ca }).find('tls@box.test')).toHaveLength(1);
  });

  it.each<[string, () => Partial<ImapSource> | Promise<Partial<ImapSource>>, RegExp]>([
    ['a wrong password', () => ({ password: 'no' }), /^IMAP at .* refused the login; see user/],
    ['a mailbox that is not there', () => ({ mailbox: 'Nowhere' }), /has no mailbox Nowhere/],
    [
      'a port without a server',
      async () => ({ port: Number(new URL(await closedPort()).port) }),
      /^IMAP at 127\.0\.0\.1:\d+ cannot be reached: the connection was refused$/,
    ],
  ])('tells of %s', async (_, parts, words) => {
    expect(await refusal(await parts())).toMatch(words);
  });

  it('tells of an authority that cannot be read before anything is asked', () => {
    expect(() => reader({ ca: '/nowhere.pem' })).toThrow('imap.ca: the file /nowhere.pem cannot');
  });
});
