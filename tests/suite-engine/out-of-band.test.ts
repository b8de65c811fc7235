import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../specs/results.js';
import type { TestContext } from '../../suites/engine/context.js';
import type { InboxMessage } from '../../suites/engine/out-of-band.js';
import type { Profile } from '../../suites/engine/profile.js';
import { runCheck } from './bench.js';
import { closedPort, sendJson, serve, type TestServer } from './server.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-adapter-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A command that runs such a Node script. */
function command(script: string): { command: string } {
  const file = join(folder, `${String(Math.random()).slice(2)}.cjs`);
  writeFileSync(file, script);
  return { command: `"${process.execPath}" "${file}"` };
}

function message(id: string, parts: Partial<InboxMessage> = {}): InboxMessage {
  return {
    id,
    system: 'bench',
    channel: 'sms',
    recipient: '+1',
    receivedAt: '2026-01-01T00:00:00.000Z',
    code: id,
    subject: null,
    body: null,
    payload: null,
    ...parts,
  };
}

function inboxServer(messages: readonly InboxMessage[]): Promise<TestServer> {
  return serve((_request, reply) => {
    sendJson(reply, 200, { messages, cursor: '9' });
  });
}

async function withProfile(
  profile: Profile,
  run: (t: TestContext) => Promise<void>,
): Promise<CheckResult> {
  return runCheck(run, { profile: { target: 'http://127.0.0.1:1', ...profile }, patienceMs: 150 });
}

async function ends(profile: Profile, run: (t: TestContext) => Promise<void>): Promise<string> {
  const { status, message: words } = await withProfile(profile, run);
  return `${status}: ${words ?? ''}`;
}

const readInbox = async (t: TestContext): Promise<void> => {
  await t.inbox.next('sms', '+1');
};
const pull = async (t: TestContext): Promise<void> => {
  await t.trigger({ event: 'e', affects: [] });
};
const wait = (t: TestContext): Promise<void> => t.advanceClock('6h');

describe('an adapter that the profile does not name', () => {
  it.each([
    ['inbox', readInbox],
    ['trigger', pull],
    ['clock', wait],
  ])('skips what needs the %s', async (name, run) => {
    const article = name === 'inbox' ? 'an' : 'a';
    expect(await ends({}, run)).toBe(
      `skipped: needs ${article} ${name}, which the profile does not name`,
    );
  });
});

describe('an inbox over HTTP', () => {
  it('is asked with all four values, a plus written %2B, and keeps the query it has', async () => {
    const { url, seen } = await inboxServer([message('1')]);
    await withProfile({ inbox: { http: `${url}/box?key=k` } }, async (t) => {
      expect((await t.inbox.next('sms', '+1 555', { after: '7' })).code).toBe('1');
      await t.inbox.list('email', 'a+b@c.test');
    });
    expect(seen.map(({ path }) => path)).toEqual([
      '/box?key=k&system=bench&channel=sms&recipient=%2B1+555&after=7',
      '/box?key=k&system=bench&channel=email&recipient=a%2Bb%40c.test',
    ]);
  });

  it('is asked again until the message is there', async () => {
    let asked = 0;
    const { url } = await serve((_request, reply) => {
      asked += 1;
      sendJson(reply, 200, { messages: asked < 3 ? [] : [message('1')] });
    });
    const result = await withProfile({ inbox: { http: url } }, readInbox);
    expect([result.status, asked]).toEqual(['passed', 3]);
  });

  it('gives the first message that fits', async () => {
    const { url } = await inboxServer([message('1'), message('2'), message('3')]);
    await withProfile({ inbox: { http: url } }, async (t) => {
      const fits = ({ code }: InboxMessage): boolean => code !== '1';
      expect((await t.inbox.next('sms', '+1', { fits })).id).toBe('2');
      expect((await t.inbox.maybeNext('sms', '+1', { fits }))?.id).toBe('2');
      expect(await t.inbox.list('sms', '+1')).toHaveLength(3);
    });
  });

  it('without the message leaves the check undecided, or says so where it was asked', async () => {
    const { url } = await inboxServer([]);
    const inbox = { http: url };
    expect(await ends({ inbox }, readInbox)).toBe(
      'inconclusive: no sms message for +1 reached the inbox within 0.15 s',
    );
    const patient = async (t: TestContext): Promise<void> => {
      await t.inbox.next('sms', '+1', { timeoutMs: 20 });
    };
    expect(await ends({ inbox }, patient)).toMatch(/within 0\.02 s$/);
    await withProfile({ inbox }, async (t) => {
      expect(await t.inbox.maybeNext('sms', '+1')).toBeNull();
    });
  });

  it.each<[number, string, string]>([
    [500, '{}', 'answered 500'],
    [204, '', 'answered 204'],
    [200, 'not json', 'the inbox answered text that is not JSON'],
    [200, '', 'the inbox answered text that is not JSON'],
    [200, 'null', 'the inbox answered JSON without a list "messages"'],
    [200, '[]', 'the inbox answered JSON without a list "messages"'],
    [200, '{"messages":{}}', 'the inbox answered JSON without a list "messages"'],
  ])('that answers %d %j leaves the check undecided', async (status, body, words) => {
    const { url } = await serve((_request, reply) => {
      reply.writeHead(status).end(body);
    });
    const ended = await ends({ inbox: { http: url } }, readInbox);
    expect(ended).toMatch(/^inconclusive: /);
    expect(ended).toContain(words);
    expect(ended).not.toContain('suite itself');
  });

  it('that nobody serves leaves the check undecided', async () => {
    const inbox = { http: `${await closedPort()}/inbox` };
    expect(await ends({ inbox }, readInbox)).toMatch(
      /^inconclusive: http:.*\/inbox cannot be used: /,
    );
  });
});

describe('an inbox by command', () => {
  it('gets the four values as variables and prints the same JSON', async () => {
    const inbox = command(`
      const { SYSTEM, CHANNEL, RECIPIENT, AFTER } = process.env;
      console.log(JSON.stringify({ messages: [{ id: '1', code: [SYSTEM, CHANNEL, RECIPIENT, AFTER].join() }] }));
    `);
    await withProfile({ inbox }, async (t) => {
      expect((await t.inbox.next('gcm', 'push; id "x"', { after: '7' })).code).toBe(
        'bench,gcm,push; id "x",7',
      );
      expect((await t.inbox.next('sms', '+1')).code).toBe('bench,sms,+1,');
    });
  });

  it.each<[string, string]>([
    ['process.exit(3)', 'ended with 3'],
    ['console.log("no")', 'the inbox answered text that is not JSON'],
    ['', 'the inbox answered text that is not JSON'],
  ])('that does %j leaves the check undecided', async (script, words) => {
    const ended = await ends({ inbox: command(script) }, readInbox);
    expect(ended).toMatch(/^inconclusive: /);
    expect(ended).toContain(words);
  });

  it('that does not exist leaves the check undecided', async () => {
    const inbox = { command: '/nowhere/inbox.sh 2>/dev/null' };
    expect(await ends({ inbox }, readInbox)).toMatch(
      /^inconclusive: the command .* ended with 127$/,
    );
  });
});

describe('a trigger', () => {
  it('over HTTP posts the event and gives the job', async () => {
    const { url, seen } = await serve((_request, reply) => {
      sendJson(reply, 200, { jobId: 'j7' });
    });
    await withProfile({ trigger: { http: url } }, async (t) => {
      expect(await t.trigger({ event: 'file-deleted', affects: ['a'], account: 'x' })).toBe('j7');
      await t.trigger({ event: 'e', affects: [], data: [{ id: 1 }], status: { errcode: 20 } });
    });
    expect(
      seen.map(({ method, headers, body }) => [method, headers['content-type'], body]),
    ).toEqual([
      [
        'POST',
        'application/json',
        '{"system":"bench","data":[],"event":"file-deleted","affects":["a"],"account":"x"}',
      ],
      [
        'POST',
        'application/json',
        '{"system":"bench","data":[{"id":1}],"event":"e","affects":[],"status":{"errcode":20}}',
      ],
    ]);
  });

  it.each([400, 404, 422, 500, 201, 204])(
    'that answers %d skips: the target cannot make the event',
    async (status) => {
      const { url } = await serve((_request, reply) => {
        reply.writeHead(status).end();
      });
      expect(await ends({ trigger: { http: url } }, pull)).toBe(
        `skipped: the target cannot make the event e (trigger answered ${String(status)})`,
      );
    },
  );

  it('that answers no JSON leaves the check undecided; without a job id it goes on', async () => {
    const { url } = await serve(({ path }, reply) => {
      reply.writeHead(200).end(path === '/broken' ? 'ok' : path === '/null' ? 'null' : '{}');
    });
    expect(await ends({ trigger: { http: `${url}/broken` } }, pull)).toBe(
      'inconclusive: the trigger answered text that is not JSON',
    );
    for (const path of ['', '/null']) {
      await withProfile({ trigger: { http: url + path } }, async (t) => {
        expect(await t.trigger({ event: 'e', affects: [] })).toBe('');
      });
    }
  });

  it('by command gets the event as JSON on its input', async () => {
    const file = join(folder, 'seen.json');
    const trigger = command(`
      const fs = require('node:fs');
      fs.writeFileSync(${JSON.stringify(file)}, process.env.SYSTEM + process.env.EVENT + fs.readFileSync(0, 'utf8'));
      console.log('{"jobId":"j1"}');
    `);
    await withProfile({ trigger }, async (t) => {
      expect(await t.trigger({ event: 'e', affects: ['a'] })).toBe('j1');
    });
    expect(readFileSync(file, 'utf8')).toBe(
      'benche{"system":"bench","data":[],"event":"e","affects":["a"]}',
    );
  });
});

describe('a clock', () => {
  it('over HTTP is told how far to go', async () => {
    const { url, seen } = await serve((_request, reply) => {
      sendJson(reply, 200, { now: 'x' });
    });
    expect(await ends({ clock: { http: url } }, wait)).toBe('passed: ');
    expect(seen[0]).toMatchObject({ method: 'POST', body: '{"advance":"6h"}' });
  });

  it('that refuses leaves the check undecided', async () => {
    const { url } = await serve((_request, reply) => {
      reply.writeHead(400).end();
    });
    expect(await ends({ clock: { http: url } }, wait)).toBe('inconclusive: the clock answered 400');
  });

  it('by command is told in a variable', async () => {
    const clock = command(`process.exit(process.env.ADVANCE === '6h' ? 0 : 1)`);
    expect(await ends({ clock }, wait)).toBe('passed: ');
  });
});
