import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { json } from '../../mocks/engine/http.js';
import { createMockCore, type MockCore } from '../../mocks/engine/mock.js';
import type { TriggerEvent } from '../../mocks/engine/system.js';
import { serveNode, type NodeServer } from '../../mocks/transports/node.js';
import { probe } from './probe.js';

let core: MockCore;
let server: NodeServer;
let events: TriggerEvent[];

const startTime = Date.parse('2026-01-01T00:00:00Z');

beforeAll(async () => {
  const system = probe(
    {
      'POST /probe': { handler: (context) => json(200, context.request.query) },
      'GET /_countersign/files/{id}': {},
    },
    {
      roots: ['probe', '_countersign/files'],
      normalizeRecipient: (channel, recipient) =>
        channel === 'email' ? recipient.toLowerCase() : recipient,
      trigger: (event) => {
        events.push(event);
        return event.event === 'named' ? 'job-x' : event.event === 'known';
      },
    },
  );
  core = createMockCore({ systems: [system], startTime });
  server = await serveNode(core, { host: '127.0.0.1', port: 0 });
});

afterAll(() => server.close());

beforeEach(() => {
  events = [];
  core.reset();
});

function at(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`${server.url}/_countersign${path}`, init);
}

function post(path: string, body: unknown): Promise<Response> {
  return at(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
}

function sms(recipient: string, code: string): void {
  const rest = { subject: null, body: `Code ${code}`, payload: null };
  core.world.inbox.add({ system: 'probe', channel: 'sms', recipient, code, ...rest });
}

interface InboxAnswer {
  readonly messages: readonly { readonly id: string; readonly code: string }[];
  readonly cursor: string;
}

async function inbox(query: string): Promise<InboxAnswer> {
  return (await (await at(`/inbox${query}`)).json()) as InboxAnswer;
}

describe('the inbox of the contracts', () => {
  it('answers exactly its shape', async () => {
    const before = Number(core.world.inbox.cursor());
    sms('+15550000001', '123456');
    const answer = await inbox('?system=probe&channel=sms&recipient=%2B15550000001&after=0');
    expect(answer).toEqual({
      messages: [
        {
          id: String(before + 1),
          system: 'probe',
          channel: 'sms',
          recipient: '+15550000001',
          receivedAt: expect.stringMatching(/^2026-01-01T00:00:\d\d\.\d{3}Z$/) as string,
          code: '123456',
          subject: null,
          body: 'Code 123456',
          payload: null,
        },
      ],
      cursor: String(before + 1),
    });
  });

  it('carries payloads of any JSON', async () => {
    for (const payload of ['bare', { a: [1, null] }, null]) {
      const rest = { code: null, subject: null, body: null };
      core.world.inbox.add({ system: 'probe', channel: 'gcm', recipient: 'id', payload, ...rest });
    }
    const { messages } = await inbox('?channel=gcm');
    expect(messages).toMatchObject([
      { payload: 'bare' },
      { payload: { a: [1, null] } },
      { payload: null },
    ]);
  });

  it.each(['+1555', '%2B1555', '%2b1555'])(
    'takes the plus of a number written as in %s',
    async (written) => {
      sms('+1555', '1');
      expect((await inbox(`?recipient=${written}`)).messages).toHaveLength(1);
    },
  );

  it('keeps a plus inside an address, when it is written %2B', async () => {
    sms('a+b@c.test', '1');
    expect((await inbox('?recipient=a%2Bb%40c.test')).messages).toHaveLength(1);
  });

  it('gives what came after the cursor, oldest first', async () => {
    sms('+1', 'a');
    const { cursor } = await inbox('');
    sms('+1', 'b');
    sms('+1', 'c');
    expect((await inbox(`?after=${cursor}`)).messages.map(({ code }) => code)).toEqual(['b', 'c']);
    expect((await inbox(`?after=${cursor}&recipient=none`)).messages).toEqual([]);
  });

  it('has a cursor before the first message', async () => {
    expect(await inbox('?after=')).toEqual({ messages: [], cursor: core.world.inbox.cursor() });
  });
});

describe('the trigger of the contracts', () => {
  it('answers the id of the job and hands all members on', async () => {
    const body = {
      system: 'probe',
      event: 'known',
      affects: ['a'],
      data: [{ id: '1' }],
      account: 'acc',
      status: { errcode: 20 },
    };
    const answer = await post('/trigger', body);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ jobId: 'job-1' });
    expect(events).toEqual([body]);
    expect(await (await post('/trigger', { system: 'probe', event: 'named' })).json()).toEqual({
      jobId: 'job-x',
    });
    expect(events[1]).toMatchObject({ affects: [], data: [] });
  });

  it.each([[{ system: 'probe', event: 'unknown' }], [{ system: 'nobody', event: 'known' }]])(
    'of what cannot happen (%j) is answered other than 200, in words',
    async (body) => {
      const answer = await post('/trigger', body);
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain(body.event);
    },
  );

  it.each<[unknown, RegExp]>([
    ['', /JSON object/],
    ['{', /JSON object/],
    ['null', /JSON object/],
    ['[]', /member system/],
    [{ event: 'known' }, /member system must be a string/],
    [{ system: 'probe', event: 7 }, /member event must be a string/],
    [{ system: 'probe', event: 'known', affects: 'a' }, /member affects must be a list of strings/],
    [{ system: 'probe', event: 'known', affects: [1] }, /member affects/],
    [{ system: 'probe', event: 'known', data: {} }, /member data must be a list/],
  ])('with the body %j is refused in words, and nothing happens', async (body, words) => {
    const answer = await post('/trigger', body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toMatch(words);
    expect(events).toEqual([]);
  });
});

describe('the clock of the contracts', () => {
  async function now(): Promise<number> {
    return Date.parse(((await (await at('/clock')).json()) as { now: string }).now);
  }

  it.each([
    ['250ms', 250],
    ['2s', 2_000],
    ['359m', 359 * 60_000],
    ['6h', 6 * 3_600_000],
    ['1.5d', 36 * 3_600_000],
  ])('moves forward by %s', async (advance, milliseconds) => {
    const before = await now();
    const answer = await post('/clock', { advance });
    expect(answer.status).toBe(200);
    const after = Date.parse(((await answer.json()) as { now: string }).now);
    expect(after - before).toBeGreaterThanOrEqual(milliseconds);
    expect(after - before).toBeLessThan(milliseconds + 2_000);
  });

  it.each([
    ['{"advance":"-6h"}'],
    ['{"advance":"6"}'],
    ['{"advance":"six hours"}'],
    ['{"advance":6}'],
    ['{"advance":"1e3s"}'],
    ['{}'],
    ['[]'],
    ['null'],
    ['{'],
    [''],
    [`{"advance":"${'9'.repeat(12)}d"}`],
    [`{"advance":"${'9'.repeat(400)}d"}`],
  ])('stays where it is for %s', async (body) => {
    const before = await now();
    const answer = await post('/clock', body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toMatch(/advance|9999/);
    expect((await now()) - before).toBeLessThan(2_000);
  });
});

describe('reset', () => {
  it('forgets messages and traffic, not the cursor', async () => {
    sms('+1', 'a');
    const { cursor } = await inbox('');
    await fetch(`${server.url}/probe`, { method: 'POST' });
    expect((await post('/reset', '')).status).toBe(200);
    expect(await inbox('')).toEqual({ messages: [], cursor });
    expect(await (await at('/traffic')).json()).toEqual({ entries: [] });
  });

  it('is a POST', async () => {
    const answer = await at('/reset');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
  });
});

describe('traffic', () => {
  it('shows each exchange as it was', async () => {
    await fetch(`${server.url}/probe?a=b`, { method: 'POST', body: 'é', headers: { 'X-A': '1' } });
    const { entries } = (await (await at('/traffic')).json()) as { entries: unknown[] };
    expect(entries).toMatchObject([
      {
        system: 'probe',
        operation: 'POST /probe',
        request: { method: 'POST', target: '/probe?a=b', headers: { 'x-a': '1' }, body: 'é' },
        response: { status: 200, headers: { 'Content-Type': 'application/json' }, body: '"a=b"' },
      },
    ]);
  });

  it('pages by after and limit, and can be cleared', async () => {
    for (let count = 0; count < 5; count += 1)
      await fetch(`${server.url}/probe`, { method: 'POST' });
    const read = async (query: string): Promise<number[]> => {
      const answer = (await (await at(`/traffic${query}`)).json()) as { entries: { id: number }[] };
      return answer.entries.map(({ id }) => id);
    };
    const all = await read('');
    expect(all).toHaveLength(5);
    expect(await read('?limit=2')).toEqual(all.slice(-2));
    expect(await read(`?after=${String(all[3])}`)).toEqual(all.slice(4));
    await at('/traffic', { method: 'DELETE' });
    expect(await read('')).toEqual([]);
  });

  it.each(['?limit=0', '?limit=x', '?after=1.5'])('refuses %s', async (query) => {
    expect((await at(`/traffic${query}`)).status).toBe(400);
  });
});

describe('the control plane', () => {
  it('says what it is, at both spellings, and to HEAD', async () => {
    for (const path of ['', '/']) {
      expect(await (await at(path)).json()).toMatchObject({
        dialect: 'documented',
        systems: ['probe'],
      });
    }
    expect((await at('', { method: 'HEAD' })).status).toBe(200);
  });

  it('is never cached', async () => {
    expect((await at('/inbox')).headers.get('cache-control')).toBe('no-store');
  });

  it.each(['toString', '/constructor', '/inbox/x', '__proto__', 'x'])(
    'knows nothing of %s',
    async (path) => {
      expect((await at(path)).status).toBe(404);
    },
  );

  it('leaves to a system what it claims below', async () => {
    expect(await (await at('/files/7')).json()).toEqual({ params: { id: '7' } });
  });

  it('refuses a body over 16 MiB', async () => {
    const answer = await post('/trigger', 'x'.repeat(16 * 1024 * 1024 + 1));
    expect(answer.status).toBe(413);
  });

  it('is no part of the traffic', async () => {
    await at('/inbox');
    expect(await (await at('/traffic')).json()).toEqual({ entries: [] });
  });
});
