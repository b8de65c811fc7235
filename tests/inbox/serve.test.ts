import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../specs/results.js';
import type { TestContext } from '../../suites/engine/context.js';
import { channels, endpointOf, type Endpoint } from '../../suites/engine/inbox/endpoint.js';
import type { Terminal } from '../../suites/engine/inbox/prompt.js';
import { serveInboxes, type ServedProfile } from '../../suites/engine/inbox/serve.js';
import { ProfileError, type WrittenProfile } from '../../suites/engine/profile.js';
import { runCheck } from '../suite-engine/bench.js';
import { sendJson, serve } from '../suite-engine/server.js';
import { startMailpit, type Mailpit } from './mailpit.js';

const codes = new Map([['bench', /[a-hjkmnp-z2-9]{8}/]]);
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function served(
  profile: WrittenProfile,
  terminal: Terminal | null = null,
): Promise<ServedProfile> {
  const made = await serveInboxes(profile, { codes, terminal });
  closers.push(() => made.close());
  return made;
}

async function mailpit(): Promise<Mailpit> {
  const server = await startMailpit();
  closers.push(() => server.close());
  return server;
}

/** Runs a check whose inbox is such a one. */
async function check(
  inbox: WrittenProfile['inbox'],
  run: (t: TestContext) => Promise<void>,
  terminal?: Terminal,
): Promise<CheckResult> {
  const written = { target: 'http://127.0.0.1:1', ...(inbox === undefined ? {} : { inbox }) };
  const { profile } = await served(written, terminal);
  return runCheck(run, { profile, patienceMs: 300 });
}

function httpOf(endpoint: Endpoint | null): string {
  if (endpoint === null || !('http' in endpoint)) throw new Error('no endpoint by HTTP');
  return endpoint.http;
}

describe('the inboxes of a profile', () => {
  it('that any process can ask stay as they are', async () => {
    const profile: WrittenProfile = {
      target: 'http://a.test',
      inbox: { http: 'http://b.test' },
      systems: { a: { inbox: { command: 'c' }, url: 'http://d.test' }, b: null, c: {} },
    };
    expect((await served(profile)).profile).toEqual(profile);
  });

  it('are served by channel, each system its own', async () => {
    const { url } = await mailpit();
    const { profile } = await served({
      inbox: { email: { mailpit: url }, sms: { command: 's' } },
      systems: { a: { inbox: { mailpit: url } } },
    });
    const known = (inbox: typeof profile.inbox): string[] =>
      channels.filter((channel) => endpointOf(inbox ?? null, channel) !== null);
    expect(known(profile.inbox)).toEqual(['sms', 'email']);
    expect(known(profile.systems?.a?.inbox)).toEqual(['email']);
    expect(endpointOf(profile.inbox ?? null, 'sms')).toEqual({ command: 's' });
  });

  it('keep their credentials to themselves', async () => {
    const { profile } = await served({
      inbox: { mailpit: { url: 'http://u:in-url@127.0.0.1:1', user: 'u', password: 'hidden' } },
      systems: { a: { inbox: { imap: { host: '127.0.0.1', user: 'u', password: 'hidden' } } } },
    });
    expect(JSON.stringify(profile)).not.toMatch(/hidden|in-url/);
  });

  it('are served on loopback, below a path that nobody can guess', async () => {
    const { url } = await mailpit();
    const made = await served({ inbox: { mailpit: url } });
    const http = httpOf(endpointOf(made.profile.inbox ?? null, 'email'));
    expect(http).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/1$/);
    expect((await fetch(http.replace(/[0-9a-f]{32}/, '0'.repeat(32)))).status).toBe(404);
    expect((await fetch(http, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${http}?recipient=a`)).status).toBe(200);
    await made.close();
    await expect(fetch(http)).rejects.toThrow();
  });

  it.each<[WrittenProfile, string]>([
    [{ inbox: { prompt: true } }, 'inbox.prompt asks a person, and standard input is no terminal'],
    [{ inbox: { sms: { prompt: true } } }, 'inbox.sms.prompt asks a person'],
    [{ systems: { a: { inbox: { prompt: true } } } }, 'systems.a.inbox.prompt asks a person'],
    [
      { inbox: { mailpit: { url: 'http://a.test', code: '(' } } },
      'inbox.mailpit.code is no regular expression: (',
    ],
    [
      { inbox: { imap: { host: 'a', user: 'b', password: 'c', ca: '/nowhere' } } },
      'imap.ca: the file /nowhere cannot be read',
    ],
  ])('that cannot be served are a mistake: %j', async (profile, words) => {
    const error = await served(profile).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProfileError);
    expect((error as Error).message).toContain(words);
  });
});

describe('a check whose mail is in Mailpit', () => {
  it('gets what the contract says, oldest first, and only what is newer', async () => {
    const server = await mailpit();
    const to = [{ Email: 'A@box.test' }];
    const result = await check({ mailpit: server.url }, async (t) => {
      expect(await t.inbox.cursor('email', 'a@box.test')).toBeUndefined();
      server.send({ To: to, Subject: 's', HTML: '<p>Code: abcd2345</p>', Text: 'x' });
      const first = await t.inbox.next('email', 'a@box.test');
      expect(first).toEqual({
        id: '1',
        system: 'bench',
        channel: 'email',
        recipient: 'a@box.test',
        receivedAt: first.receivedAt,
        code: 'abcd2345',
        subject: 's',
        body: '<p>Code: abcd2345</p>',
        payload: null,
      });
      server.send({ To: to, Text: 'later' });
      const second = await t.inbox.next('email', 'a@box.test', { after: first.id });
      expect([second.body, second.code]).toEqual(['later', null]);
      expect((await t.inbox.list('email', 'a@box.test')).map(({ id }) => id)).toEqual(['1', '2']);
      expect(await t.inbox.list('email', 'a@box.test', '2')).toEqual([]);
      expect(await t.inbox.cursor('email', 'a@box.test')).toBe('2');
      const fits = { fits: ({ body }: { body: string | null }) => body === 'later' };
      expect((await t.inbox.next('email', 'a@box.test', fits)).id).toBe('2');
    });
    expect(result).toMatchObject({ status: 'passed', message: null });
  });

  it('is skipped where it needs another channel', async () => {
    const { url } = await mailpit();
    const { status, message } = await check({ mailpit: url }, async (t) => {
      await t.inbox.next('sms', '+1');
    });
    expect([status, message]).toEqual([
      'skipped',
      'needs an inbox for sms, which the profile does not name',
    ]);
  });

  it('is undecided, with the reason, where Mailpit does not answer', async () => {
    const { url } = await serve((_request, reply) => {
      sendJson(reply, 401, {});
    });
    const { status, message } = await check({ mailpit: url }, async (t) => {
      await t.inbox.next('email', 'a@box.test');
    });
    expect(status).toBe('inconclusive');
    expect(message).toMatch(/^Mailpit at http:.* refused the credentials/);
  });
});

describe('a check whose messages a person reads', () => {
  /** A person who answers each question in turn. */
  function person(...answers: string[]): Terminal & { readonly asked: string[] } {
    const input = new PassThrough();
    const output = new PassThrough();
    const asked: string[] = [];
    output.on('data', (chunk: Buffer) => {
      asked.push(chunk.toString().replace('\r\x1b[2K', ''));
      input.write(`${answers.shift() ?? ''}\n`);
    });
    return { input, output, asked };
  }

  it('is given the code, and asks again for a newer one alone', async () => {
    const terminal = person('111', '222');
    const result = await check(
      { prompt: true },
      async (t) => {
        expect(await t.inbox.cursor('sms', '+1555')).toBeUndefined();
        expect(terminal.asked).toEqual([]);
        const first = await t.inbox.next('sms', '+1555');
        expect((await t.inbox.next('sms', '+1555')).id).toBe(first.id);
        const second = await t.inbox.next('sms', '+1555', { after: first.id });
        expect([first.code, second.code]).toEqual(['111', '222']);
        expect(await t.inbox.cursor('sms', '+1555')).toBe(second.id);
      },
      terminal,
    );
    expect(result).toMatchObject({ status: 'passed', message: null });
    const question = 'bench: code sent by sms to +1555 (Enter when nothing came): ';
    expect(terminal.asked).toEqual([question, question]);
  });

  it('goes on at once when the person says that nothing came', async () => {
    const result = await check(
      { voice: { prompt: true } },
      async (t) => {
        expect(await t.inbox.maybeNext('voice', '+1555')).toBeNull();
      },
      person(''),
    );
    expect(result).toMatchObject({ status: 'passed', message: null });
  });

  it.each<[string, (t: TestContext) => Promise<unknown>, string]>([
    [
      'the text',
      async (t) => (await t.inbox.next('email', 'a@b.test')).body,
      'needs the text of a message, of which a person typed the code alone',
    ],
    [
      'the subject',
      async (t) => (await t.inbox.next('email', 'a@b.test')).subject,
      'needs the subject of a message, of which a person typed the code alone',
    ],
    [
      'the number of messages',
      (t) => t.inbox.list('email', 'a@b.test'),
      'needs an inbox that tells of every email message; a person does not',
    ],
    [
      'a push',
      (t) => t.inbox.next('gcm', 'id'),
      'needs an inbox for gcm, which the profile does not name',
    ],
  ])('is skipped where it looks at %s', async (_, look, reason) => {
    const { status, message } = await check(
      { prompt: true },
      async (t) => {
        await look(t);
      },
      person('111'),
    );
    expect([status, message]).toEqual(['skipped', reason]);
  });
});
