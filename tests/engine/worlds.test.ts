import { afterEach, describe, expect, it } from 'vitest';
import { json, text, type PlainResponse, type Upgrade } from '../../mocks/engine/http.js';
import { createFront, type Front } from '../../mocks/control/front.js';
import { createWorlds, type Worlds } from '../../mocks/engine/worlds.js';
import { plainRequest } from '../support/request.js';
import { probe } from './probe.js';

let worlds: Worlds;
let front: Front;
let release: (response: PlainResponse) => void;
afterEach(() => {
  worlds.stop();
});

/** A mock whose one operation counts the requests of a world, and whose other one is held. */
function start(capacity?: number): void {
  let made = 0;
  const system = probe(
    {
      'GET /probe': {
        handler: (context) => {
          context.state.changes += 1;
          return json(200, [Number(context.state.seeded), context.state.changes]);
        },
      },
      'GET /probe/held': {
        handler: () =>
          new Promise<PlainResponse>((resolve) => {
            release = resolve;
          }),
      },
      'GET /probe/socket': {
        handler: () => ({ kind: 'upgrade', maxPayload: 10, attach: () => ({}) }),
      },
    },
    { createState: () => ({ changes: 0, seeded: String((made += 1)) }) },
  );
  worlds = createWorlds({ systems: [system] }, capacity);
  front = createFront(worlds);
}

type Outcome = PlainResponse | Upgrade;

function run(
  headers: Readonly<Record<string, string>>,
  path = '/probe',
  method = 'GET',
): Outcome | Promise<Outcome> {
  const request = plainRequest({ method, path, headers });
  return front(method, request.path, request.headers).run(request);
}

async function ask(headers: Readonly<Record<string, string>>, path?: string): Promise<unknown> {
  const outcome = await run(headers, path);
  if ('kind' in outcome) throw new Error('an upgrade');
  return outcome.status === 200 ? JSON.parse(String(outcome.body)) : [outcome.status, outcome.body];
}

const inWorld = (name: string): Record<string, string> => ({ 'x-countersign-world': name });

describe('the world of a request', () => {
  it('is the main one where nothing is named', async () => {
    start();
    expect(await ask({})).toEqual([1, 1]);
    expect(await ask({ host: 'localhost:4010', cookie: 'a=b' })).toEqual([1, 2]);
    expect(worlds.names()).toEqual([]);
  });

  it.each([
    ['a header', inWorld('Alice')],
    ['a cookie', { cookie: 'a=b; countersign-world=alice; c=d' }],
    ['a sub-domain', { host: 'alice.localhost:4010' }],
    ['a sub-domain without port', { host: 'ALICE.localhost' }],
  ])('is named by %s', async (_way, headers: Record<string, string>) => {
    start();
    expect(await ask({})).toEqual([1, 1]);
    expect(await ask(headers)).toEqual([2, 1]);
    expect(await ask(headers)).toEqual([2, 2]);
    expect(await ask({})).toEqual([1, 2]);
    expect(worlds.names()).toEqual(['alice']);
  });

  it('follows the header before the cookie before the host', async () => {
    start();
    const cookie = 'countersign-world=b';
    expect(await ask({ ...inWorld('a'), cookie, host: 'c.localhost' })).toEqual([2, 1]);
    expect(await ask({ cookie, host: 'c.localhost' })).toEqual([3, 1]);
    expect(worlds.names()).toEqual(['a', 'b']);
  });

  it.each(['', '-a', 'a-', 'a b', 'ä', 'x'.repeat(64), '../x'])(
    'is refused as %j',
    async (name) => {
      start();
      expect(await ask(inWorld(name))).toEqual([400, expect.stringContaining('1 to 63 letters')]);
      expect(worlds.names()).toEqual([]);
    },
  );

  it('is not read from a deeper host or another domain', async () => {
    start();
    for (const host of ['a.b.localhost', 'alice.localhost.test', 'localhost', 'alice.test']) {
      await ask({ host });
    }
    expect(worlds.names()).toEqual([]);
  });
});

describe('too many worlds', () => {
  it('displace the one that was used longest ago', async () => {
    start(2);
    await ask(inWorld('a'));
    await ask(inWorld('b'));
    await ask(inWorld('a'));
    await ask(inWorld('c'));
    expect(worlds.names()).toEqual(['a', 'c']);
    expect(await ask(inWorld('a'))).toEqual([2, 3]);
  });

  it('never displace one with a held request', async () => {
    start(1);
    const held = ask(inWorld('a'), '/probe/held');
    expect(await ask(inWorld('b'))).toEqual([503, expect.stringContaining('open requests')]);
    release(json(200, 'released'));
    expect(await held).toBe('released');
    expect(await ask(inWorld('b'))).toEqual([3, 1]);
  });

  it('never displace one with an open socket', async () => {
    start(1);
    const outcome = await run(inWorld('a'), '/probe/socket');
    if (!('kind' in outcome)) throw new Error('no upgrade');
    const nothing = (): void => undefined;
    const listener = outcome.attach({
      send: nothing,
      close: nothing,
      ping: nothing,
      terminate: nothing,
    });
    expect(await ask(inWorld('b'))).toEqual([503, expect.any(String)]);
    listener.closed?.(1000);
    expect(await ask(inWorld('b'))).toEqual([3, 1]);
  });
});

describe('the control plane', () => {
  it('acts on the world of its request', async () => {
    start();
    await ask(inWorld('a'));
    await ask({});
    await run({ ...inWorld('a') }, '/_countersign/reset', 'POST');
    expect(await ask(inWorld('a'))).toEqual([3, 1]);
    expect(await ask({})).toEqual([1, 2]);
  });

  it('lists and forgets worlds', async () => {
    start();
    await ask(inWorld('a'));
    expect(await ask({}, '/_countersign/worlds')).toEqual({ worlds: [{ name: 'a' }] });
    const gone = await run({}, '/_countersign/worlds?name=a', 'DELETE');
    expect(gone).toMatchObject({ status: 200 });
    expect(await run({}, '/_countersign/worlds?name=a', 'DELETE')).toEqual({
      ...text(404, 'there is no world a'),
      headers: expect.objectContaining({ 'Cache-Control': 'no-store' }) as unknown,
    });
    expect(worlds.names()).toEqual([]);
  });
});
