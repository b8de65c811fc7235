import { WebSocket } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LiveAnswer, LiveMessage, WholeExchange } from '../../mocks/control/live-answer.js';
import { json, type PlainSocket } from '../../mocks/engine/http.js';
import type { StateView } from '../../mocks/engine/state-tree.js';
import { createWorlds, type Worlds } from '../../mocks/engine/worlds.js';
import { serveNode, type NodeServer } from '../../mocks/transports/node.js';
import { probe, type ProbeState } from './probe.js';

let worlds: Worlds;
let server: NodeServer;
let release: () => void;
let socket: PlainSocket | undefined;

beforeEach(async () => {
  socket = undefined;
  const system = probe(
    {
      'GET /probe': { handler: ({ state }) => json(200, state) },
      'GET /probe/no': { handler: () => json(403, { detail: 'no' }) },
      'GET /probe/held': {
        handler: () =>
          new Promise((resolve) => {
            release = () => {
              resolve(json(200, {}));
            };
          }),
      },
      'GET /probe/socket': {
        handler: () => ({
          kind: 'upgrade',
          maxPayload: 100,
          attach: (opened) => {
            socket = opened;
            return {};
          },
        }),
      },
    },
    {
      insight: () =>
        Promise.resolve({ explain: () => [], reveal: ({ payload }) => [['was', String(payload)]] }),
    },
  );
  worlds = createWorlds({ systems: [system], seed: 1, journal: 5 });
  server = await serveNode(worlds, { host: '127.0.0.1', port: 0 });
});
afterEach(() => server.close());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, { headers });

async function live(query = '', headers: Record<string, string> = {}): Promise<LiveAnswer> {
  return (await (await get(`/_countersign/live${query}`, headers)).json()) as LiveAnswer;
}

/** Asks until something is the case; what is open is open a moment after its request. */
async function until(fits: (answer: LiveAnswer) => boolean): Promise<LiveAnswer> {
  for (;;) {
    const answer = await live();
    if (fits(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('all that is new, in one answer', () => {
  it('holds exchanges after an id, newest last, with what was wrong', async () => {
    await get('/probe?a=1');
    await get('/probe/no');
    const first = await live();
    expect(
      first.traffic.entries.map(({ target, status, fault }) => [target, status, fault]),
    ).toEqual([
      ['/probe?a=1', 200, null],
      ['/probe/no', 403, 'no'],
    ]);
    expect((await live('?traffic=1')).traffic.entries.map(({ id }) => id)).toEqual([2]);
    expect((await live('?traffic=2&limit=0')).traffic).toEqual({ first: 1, last: 2, entries: [] });
  });

  it('tells which exchanges are no longer kept, and begins anew for an id that never was', async () => {
    for (let at = 0; at < 8; at += 1) await get('/probe');
    const { traffic } = await live();
    expect([traffic.first, traffic.last, traffic.entries.length]).toEqual([4, 8, 5]);
    expect((await live('?traffic=99')).traffic.entries).toHaveLength(5);
  });

  it('tells which messages are new, and the oldest that is kept', async () => {
    const sms = { system: 'probe', channel: 'sms', recipient: '+1', subject: null } as const;
    for (const code of ['1', '2']) {
      worlds.main.world.inbox.add({ ...sms, code, body: null, payload: null });
    }
    const { inbox } = await live('?inbox=1');
    expect([inbox.first, inbox.cursor, inbox.messages.map(({ code }) => code)]).toEqual([
      1,
      2,
      ['2'],
    ]);
    expect(inbox.messages[0]?.revealed).toBeNull();
  });

  it('opens the newest messages at once, and others when asked for one', async () => {
    const push = { system: 'probe', channel: 'gcm', recipient: 'r', code: null } as const;
    for (let at = 1; at <= 60; at += 1) {
      worlds.main.world.inbox.add({
        ...push,
        subject: null,
        body: null,
        payload: `sealed ${String(at)}`,
      });
    }
    const { messages } = (await live('?limit=0')).inbox;
    expect(messages.map(({ revealed }) => revealed)).toEqual(
      messages.map(({ payload }, index) => (index < 10 ? undefined : [['was', payload]])),
    );
    const whole = (await (await get('/_countersign/message?id=3')).json()) as LiveMessage;
    expect([whole.id, whole.revealed]).toEqual(['3', [['was', 'sealed 3']]]);
  });

  it.each(['0', '61', 'x', ''])('keeps no message of the id "%s"', async (id) => {
    worlds.main.world.inbox.add({
      ...{ system: 'probe', channel: 'sms', recipient: '+1', code: '1' },
      ...{ subject: null, body: null, payload: null },
    });
    expect((await get(`/_countersign/message?id=${id}`)).status).toBe(404);
  });

  it('has another stamp once the world began anew', async () => {
    const before = (await live()).stamp;
    expect((await live()).stamp).toBe(before);
    worlds.main.reset();
    const after = (await live()).stamp;
    expect(after).not.toBe(before);
    worlds.main.restore(worlds.main.snapshot());
    expect((await live()).stamp).not.toBe(after);
  });

  it('is of the world that was named', async () => {
    await get('/probe', { 'x-countersign-world': 'alice' });
    const alice = await live('', { 'x-countersign-world': 'Alice' });
    expect([alice.world, alice.worlds, alice.traffic.entries.length]).toEqual([
      'alice',
      ['alice'],
      1,
    ]);
    expect((await live()).world).toBeNull();
  });

  it('shows what a fault let go without an answer', async () => {
    const { faults } = worlds.main.world;
    faults.add({ name: 'lost', operation: 'GET /probe', drop: 'request', count: 1 });
    faults.add({ name: 'silent', operation: 'GET /probe/no', hang: true });
    await expect(get('/probe')).rejects.toThrow();
    const stop = new AbortController();
    const silent = fetch(`${server.url}/probe/no`, { signal: stop.signal });
    await until(({ open }) => open[0]?.target === '/probe/no');
    stop.abort();
    await expect(silent).rejects.toThrow();
    const { traffic } = await until(({ open }) => open.length === 0);
    expect(traffic.entries.map(({ target, status, fault }) => [target, status, fault])).toEqual([
      ['/probe', null, null],
      ['/probe/no', null, null],
    ]);
  });

  it.each(['?traffic=x', '?limit=-1', '?inbox=1.5'])('refuses %s', async (query) => {
    expect((await get(`/_countersign/live${query}`)).status).toBe(400);
  });
});

describe('one exchange', () => {
  it('is given whole', async () => {
    await get('/probe/no?x=1', { 'x-mark': 'm' });
    const answer = await get('/_countersign/exchange?id=1');
    const { request, response, faults } = (await answer.json()) as WholeExchange;
    expect([request.target, request.headers['x-mark'], response.body]).toEqual([
      '/probe/no?x=1',
      'm',
      '{"detail":"no"}',
    ]);
    expect(faults.map(({ message }) => message)).toEqual(['no']);
    expect((await get('/_countersign/exchange?id=2')).status).toBe(404);
  });

  it('has its faults in the list of traffic too', async () => {
    await get('/probe/no');
    const { entries } = (await (await get('/_countersign/traffic')).json()) as {
      entries: WholeExchange[];
    };
    expect(entries[0]?.faults).toHaveLength(1);
  });
});

describe('what is open', () => {
  it('is a request until it is answered', async () => {
    const answer = get('/probe/held?id=1');
    const { open } = await until((now) => now.open.length === 1);
    expect(open[0]).toMatchObject({
      kind: 'held',
      system: 'probe',
      operation: 'GET /probe/held',
      target: '/probe/held?id=1',
    });
    release();
    await answer;
    expect((await live()).open).toEqual([]);
  });

  it('is a WebSocket until it ends, with its latest messages', async () => {
    const client = new WebSocket(`${server.url.replace('http', 'ws')}/probe/socket`);
    await new Promise((resolve) => {
      client.addEventListener('open', resolve);
    });
    client.send('from the client');
    client.send(Uint8Array.of(1, 2, 3));
    const received = await until(({ open }) => open[0]?.received === 2);
    expect(received.open[0]?.frames.map(({ from, text }) => [from, text])).toEqual([
      ['client', 'from the client'],
      ['client', '3 bytes'],
    ]);
    for (let at = 0; at < 30; at += 1) socket?.send(`${String(at)}${'x'.repeat(3_000)}`);
    const sent = await until(({ open }) => open[0]?.sent === 30);
    expect(sent.open[0]?.frames).toHaveLength(20);
    expect(sent.open[0]?.frames.at(-1)?.text).toHaveLength(2_000);
    client.close();
    expect((await until(({ open }) => open.length === 0)).open).toEqual([]);
  });

  const reset = (query = ''): Promise<Response> =>
    fetch(`${server.url}/_countersign/reset${query}`, { method: 'POST' });
  const restore = async (): Promise<Response> =>
    fetch(`${server.url}/_countersign/state`, {
      method: 'PUT',
      body: await (await get('/_countersign/state')).text(),
    });

  it.each([
    ['a reset', () => reset()],
    ['a reset of its system', () => reset('?system=probe')],
    ['a restore', restore],
  ])('ends at %s: it would wait for events of a state that is no more', async (_, act) => {
    const answer = expect(get('/probe/held')).rejects.toThrow(TypeError);
    const client = new WebSocket(`${server.url.replace('http', 'ws')}/probe/socket`);
    const closed = new Promise<CloseEvent>((resolve) => {
      client.addEventListener('close', resolve);
    });
    await until(({ open }) => open.length === 2);
    expect((await act()).status).toBe(200);
    await answer;
    expect([(await closed).code, (await closed).reason]).toEqual([1012, 'the mock was reset']);
    expect((await until(({ open }) => open.length === 0)).open).toEqual([]);
    // What it waited for comes too late, and to nobody.
    release();
    expect((await get('/probe')).status).toBe(200);
  });
});

describe('the state', () => {
  const node = (path: unknown, init: RequestInit = {}, system = 'probe'): Promise<Response> => {
    const query = new URLSearchParams({ system, path: JSON.stringify(path) });
    return fetch(`${server.url}/_countersign/state/node?${query.toString()}`, init);
  };
  const change = (body: object): Promise<Response> =>
    fetch(`${server.url}/_countersign/state/node`, { method: 'PATCH', body: JSON.stringify(body) });

  it('is looked at and changed in place; the traffic stays', async () => {
    await get('/probe');
    const view = (await (await node([])).json()) as StateView;
    expect(view.entries.map(({ step, kind }) => [step, kind])).toEqual([
      ['changes', 'number'],
      ['seeded', 'text'],
    ]);
    expect((await change({ system: 'probe', path: ['changes'], value: 7 })).status).toBe(200);
    expect((await (await get('/probe')).json()) as ProbeState).toMatchObject({ changes: 7 });
    expect((await live()).traffic.entries).toHaveLength(2);
    expect((await node(['seeded'], { method: 'DELETE' })).status).toBe(200);
    expect((await node(['seeded'])).status).toBe(422);
  });

  it.each([
    [{ system: 'nobody', path: ['changes'], value: 7 }, 400],
    [{ system: 'probe', path: 'changes', value: 7 }, 400],
    [{ system: 'probe', path: ['changes'] }, 400],
    [{ system: 'probe', path: ['changes'], value: 'many' }, 422],
    [{ system: 'probe', path: ['nothing'], value: 1 }, 422],
  ])('refuses %j with %i', async (body, status) => {
    expect((await change(body)).status).toBe(status);
  });
});

describe('the page', () => {
  it('is for browsers; others get the index as JSON, with credentials and operations', async () => {
    const page = await get('/_countersign/', { accept: 'text/html,*/*' });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).not.toMatch(/(src|href)="(https?:)?\/\//);
    const index = (await (await get('/_countersign/', { accept: '*/*' })).json()) as {
      credentials: object;
      operations: Record<string, string[]>;
    };
    expect(index.credentials).toEqual({ probe: {} });
    expect(index.operations.probe).toContain('GET /probe/no');
  });

  it('is moved to the address with a slash, its query kept', async () => {
    const headers = { accept: 'text/html' };
    const moved = await fetch(`${server.url}/_countersign?token=x`, {
      headers,
      redirect: 'manual',
    });
    expect([moved.status, moved.headers.get('location')]).toEqual([308, '_countersign/?token=x']);
  });

  it('has the documents of a system, of one without files those that it runs by', async () => {
    const documents = (await (await get('/_countersign/documents/probe')).json()) as {
      openapi: { info: { title: string } };
      asyncapi: null;
    };
    expect([documents.openapi.info.title, documents.asyncapi]).toEqual(['Probe', null]);
    expect((await get('/_countersign/documents/nobody')).status).toBe(404);
    expect((await get('/_countersign/dashboard/../../index.ts')).status).toBe(404);
  });
});
