import { createConnection } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'undici';
import { createFaults, type Faults } from '../../mocks/engine/faults.js';
import { json, type PlainSocket } from '../../mocks/engine/http.js';
import { createMockCore, type MockCore } from '../../mocks/engine/mock.js';
import { createRandom } from '../../mocks/engine/random.js';
import { serveNode, type NodeServer } from '../../mocks/transports/node.js';
import { probe } from './probe.js';

let core: MockCore;
let server: NodeServer;
let done: number;
let socket: PlainSocket;

beforeEach(async () => {
  done = 0;
  const system = probe({
    'GET /probe': {
      handler: () => {
        done += 1;
        return json(200, { text: 'x'.repeat(100) });
      },
      object: {
        responses: {
          '200': {
            description: 'done',
            content: {
              'application/json': { examples: { short: { value: { text: 's' } } } },
            },
          },
          '429': {
            description: 'too much',
            headers: { 'Retry-After': { schema: { type: 'integer', example: 7 } } },
            content: { 'text/plain': { example: 'slow down' } },
          },
        },
      },
    },
    'GET /probe/other': {},
    'GET /probe/socket': {
      object: { responses: { '101': { description: 'a socket' } } },
      handler: () => ({
        kind: 'upgrade',
        maxPayload: 100,
        attach: (opened) => {
          socket = opened;
          return {};
        },
      }),
    },
  });
  core = createMockCore({ systems: [system], seed: 1 });
  server = await serveNode(core, { host: '127.0.0.1', port: 0 });
});
afterEach(() => server.close());

async function control(method: string, body?: object, query = ''): Promise<[number, unknown]> {
  const answer = await fetch(`${server.url}/_countersign/faults${query}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return [answer.status, text.startsWith('{') ? JSON.parse(text) : text];
}

async function add(rule: object): Promise<void> {
  expect(await control('POST', rule)).toEqual([201, expect.objectContaining(rule) as unknown]);
}

async function ask(path = '/probe', headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(`${server.url}${path}`, { headers });
  await answer.text();
  return answer.status;
}

/** What comes over the wire, head and all, until the connection ends. */
function raw(path = '/probe'): Promise<string> {
  const { port } = new URL(server.url);
  return new Promise((resolve) => {
    let text = '';
    const connection = createConnection(Number(port), '127.0.0.1', () => {
      connection.write(`GET ${path} HTTP/1.1\r\nHost: probe\r\n\r\n`);
    });
    connection.on('data', (chunk: Buffer) => (text += chunk.toString()));
    connection.on('error', () => {
      resolve(`${text}<reset>`);
    });
    connection.on('close', () => {
      resolve(text);
    });
  });
}

describe('Prefer', () => {
  it('code gives the documented answer of a status, with its headers, and does nothing', async () => {
    const answer = await fetch(`${server.url}/probe`, { headers: { Prefer: 'code=429' } });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(answer.headers.get('preference-applied')).toBe('code=429');
    expect(await answer.text()).toBe('slow down');
    expect(done).toBe(0);
  });

  it('example gives the example of that name, and knows the others by name', async () => {
    const answer = await fetch(`${server.url}/probe`, { headers: { Prefer: 'example=short' } });
    expect([answer.status, await answer.json()]).toEqual([200, { text: 's' }]);
    const unknown = await fetch(`${server.url}/probe`, { headers: { Prefer: 'example=long' } });
    expect([unknown.status, await unknown.text()]).toEqual([
      400,
      'countersign: there is no example long of this operation; it has: short, example',
    ]);
  });

  it('delay makes the answer late on the mock’s clock', async () => {
    let answered = false;
    const late = ask('/probe', { Prefer: 'delay=60000' }).then((status) => {
      answered = true;
      return status;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([answered, done]).toEqual([false, 1]);
    core.world.clock.advance(60_000);
    expect(await late).toBe(200);
  });

  it('of another kind, or none, changes nothing', async () => {
    const answer = await fetch(`${server.url}/probe`, { headers: { Prefer: 'return=minimal' } });
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([200, null]);
    expect(done).toBe(1);
  });

  it.each([
    ['code=abc', 'a status from 200'],
    ['code=101', 'a status from 200'],
    ['delay=2 weeks', 'a number of milliseconds'],
    ['delay=25h', 'up to 1h'],
    ['example=', 'is a name'],
  ])('%s is refused with words', async (header, words) => {
    const answer = await fetch(`${server.url}/probe`, { headers: { Prefer: header } });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(words)]);
    expect(done).toBe(0);
  });
});

describe('a rule', () => {
  it('meets its operation alone, and so many requests after so many', async () => {
    await add({ operation: 'GET /probe', status: 503, skip: 1, count: 2 });
    const statuses: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) statuses.push(await ask());
    expect(statuses).toEqual([200, 503, 503, 200, 200]);
    expect(await ask('/probe/other')).toBe(200);
    expect(await control('GET')).toMatchObject([
      200,
      { faults: [{ rule: { name: 'fault-1' }, seen: 5, applied: 2 }] },
    ]);
  });

  it('meets by a chance that the seed repeats', async () => {
    const draw = async (): Promise<number[]> => {
      await add({ name: 'some', status: 500, chance: 0.5 });
      const statuses: number[] = [];
      for (let turn = 0; turn < 40; turn += 1) statuses.push(await ask());
      return statuses;
    };
    const first = await draw();
    expect(new Set(first)).toEqual(new Set([200, 500]));
    core.reset();
    expect(await draw()).toEqual(first);
  });

  it('ends with a reset, or when it is removed', async () => {
    await add({ name: 'a', status: 503 });
    core.reset();
    expect(await ask()).toBe(200);
    await add({ name: 'b', status: 503 });
    expect((await control('DELETE', undefined, '?name=a'))[0]).toBe(404);
    expect((await control('DELETE', undefined, '?name=b'))[0]).toBe(200);
    expect(await ask()).toBe(200);
  });

  it('gives way to an earlier one, and replaces one of its name', async () => {
    await add({ name: 'a', status: 503 });
    await add({ name: 'b', status: 500 });
    expect(await ask()).toBe(503);
    await add({ name: 'a', status: 502 });
    expect(await ask()).toBe(500);
  });

  it.each([
    [{ status: 42 }, 'status must be a number from 200 to 599'],
    [{ stat: 500 }, 'a rule has no member stat; it has: name, system'],
    [{ name: 'x' }, 'a rule must do something: delay'],
    [{ status: 500, system: 'ssks' }, 'system ssks is not served by this mock; it serves: probe'],
    [{ status: 500, operation: 'x' }, 'there is no operation x; there is: GET /probe'],
    [{ delay: '2 weeks' }, 'delay must be a duration'],
    [{ delay: { from: '2s', to: '1s' } }, 'delay must be a duration'],
    [{ drop: true }, 'drop must be "request"'],
    [{ hang: 1 }, 'hang must be true'],
    [{ chance: 0, status: 500 }, 'chance must be a number over 0'],
    [{ count: 0, status: 500 }, 'count must be'],
    [{ truncate: -1 }, 'truncate must be'],
    [
      { resetAfter: 1, operation: 'GET /probe' },
      'resetAfter is for WebSockets; this mock has these: GET /probe/socket',
    ],
    [
      { reorder: true, operation: 'GET /probe', system: 'probe' },
      'reorder is for WebSockets and long polls; probe has these: GET /probe/socket',
    ],
    [{ constructor: 1 }, 'a rule has no member constructor'],
    [[], 'must be a JSON object'],
  ])('%j is refused with words', async (rule, words) => {
    expect(await control('POST', rule)).toEqual([400, expect.stringContaining(words) as unknown]);
    expect(core.world.faults.any).toBe(false);
  });
});

describe('a connection', () => {
  it('breaks before anything is done, or when it is done', async () => {
    await add({ drop: 'request', count: 1 });
    expect(await raw()).toMatch(/^(<reset>)?$/);
    expect(done).toBe(0);
    await add({ drop: 'answer', count: 1 });
    expect(await raw()).toMatch(/^(<reset>)?$/);
    expect(done).toBe(1);
    expect(await ask()).toBe(200);
  });

  it('breaks in the middle of a body', async () => {
    await add({ truncate: 12 });
    const text = await raw();
    expect(text).toMatch(/content-length: 111\r\n/i);
    expect(text.split('\r\n\r\n')[1]).toBe('{"text":"xxx');
    await expect(ask()).rejects.toThrow('terminated');
  });

  it('breaks even where the body has no byte to spare', async () => {
    await add({ truncate: 500 });
    await expect(ask()).rejects.toThrow('terminated');
  });

  it('stays open without an answer until the client gives up', async () => {
    await add({ hang: true });
    const leaving = AbortSignal.timeout(100);
    await expect(fetch(`${server.url}/probe`, { signal: leaving })).rejects.toThrow('timeout');
    expect(done).toBe(0);
  });
});

describe('a socket', () => {
  async function open(): Promise<{ texts: string[]; closed: Promise<number> }> {
    const client = new WebSocket(`${server.url.replace('http', 'ws')}/probe/socket`);
    const texts: string[] = [];
    client.addEventListener('message', (event) => texts.push(String(event.data)));
    const closed = new Promise<number>((resolve) => {
      client.addEventListener('close', (event) => {
        resolve(event.code);
      });
    });
    await new Promise((resolve) => {
      client.addEventListener('open', resolve);
    });
    return { texts, closed };
  }

  it('is reset after so many messages', async () => {
    await add({ operation: 'GET /probe/socket', resetAfter: 2 });
    const { texts, closed } = await open();
    for (const text of ['1', '2', '3']) socket.send(text);
    expect(await closed).toBe(1006);
    expect(texts.length).toBeLessThanOrEqual(2);
  });

  it('has its messages in another order, and loses none', async () => {
    await add({ reorder: true });
    const { texts, closed } = await open();
    for (const text of ['1', '2', '3']) socket.send(text);
    core.world.clock.advance(1_000);
    socket.close(1000, '');
    await closed;
    expect(texts).toEqual(['2', '1', '3']);
  });
});

describe('latencies', () => {
  const draws = (faults: Faults, delay: Parameters<Faults['lateness']>[0]): number[] =>
    Array.from({ length: 4_000 }, () => faults.lateness(delay)).sort((a, b) => a - b);
  const faults = (): Faults => createFaults(() => createRandom(5, 'faults'));

  it('lie between two bounds', () => {
    const sorted = draws(faults(), { kind: 'uniform', from: 100, to: 200 });
    expect(sorted[0]).toBeGreaterThanOrEqual(100);
    expect(sorted.at(-1)).toBeLessThan(200);
    expect(sorted[2_000]).toBeGreaterThan(140);
    expect(sorted[2_000]).toBeLessThan(160);
  });

  it('have the median and the 99th percentile that they are given', () => {
    const sorted = draws(faults(), { kind: 'log-normal', median: 200, p99: 2_000 });
    expect(sorted[2_000]).toBeGreaterThan(180);
    expect(sorted[2_000]).toBeLessThan(220);
    expect(sorted[3_960]).toBeGreaterThan(1_600);
    expect(sorted[3_960]).toBeLessThan(2_500);
  });
});
