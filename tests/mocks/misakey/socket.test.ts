import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { profile } from '../../../mocks/systems/misakey/profile.js';
import { call } from '../../support/request.js';
import { alice, bob, contactBody, createWorld, handshake } from './world.js';

const cookie = `accesstoken=${alice.token}; tokentype=bearer`;

async function refusal(
  path: string,
  headers: Record<string, string>,
  upgrade = true,
): Promise<[number, string]> {
  const answer = await call(createWorld().core, {
    path,
    upgrade,
    headers: { ...handshake, ...headers },
  });
  return [answer.status, String(answer.headers['Content-Type']).split(';', 1)[0] ?? ''];
}

describe('the handshake', () => {
  const own = `/box-users/${alice.id}/ws`;
  const json = 'application/json';
  const plain = 'text/plain';
  const foreign = { origin: 'https://foreign.example' };

  it.each([
    ['no cookies', own, {}, true, 401, json],
    ['no cookies and a bad id', '/box-users/nope/ws', {}, true, 401, json],
    [
      'a bad id and a foreign origin',
      '/box-users/nope/ws',
      { cookie, ...foreign },
      true,
      400,
      json,
    ],
    ['another identity', `/box-users/${bob.id}/ws`, { cookie, ...foreign }, true, 403, json],
    ['another identity, no upgrade', `/box-users/${bob.id}/ws`, { cookie }, false, 403, json],
    ['no upgrade', own, { cookie, ...foreign }, false, 400, plain],
    ['version 8', own, { cookie, 'sec-websocket-version': '8' }, true, 400, plain],
    ['a bad key', own, { cookie, 'sec-websocket-key': 'x' }, true, 400, plain],
    ['a foreign origin', own, { cookie, ...foreign }, true, 403, plain],
    ['a lookalike origin', own, { cookie, origin: 'https://evilmisakey.com' }, true, 403, plain],
    ['origin null', own, { cookie, origin: 'null' }, true, 403, plain],
    [
      'a token in the query',
      `${own}?accesstoken=${alice.token}&tokentype=bearer`,
      {},
      true,
      401,
      json,
    ],
  ] as const)('is refused for %s', async (_name, path, headers, upgrade, status, type) => {
    expect(await refusal(path, headers, upgrade)).toEqual([status, type]);
  });

  it.each([
    'https://app.misakey.com',
    'http://localhost:3000',
    'http://[::1]:1',
    'http://127.0.0.1',
  ])('opens for the origin %s', async (origin) => {
    const path = own;
    await expect(refusal(path, { cookie, origin })).rejects.toThrow('answered with an upgrade');
  });

  it('asks for ACR 1 in dialect documented and for nothing in observed', async () => {
    const nobody = { id: alice.id, token: profile.tokens.acr0 };
    await expect(createWorld().open(nobody)).rejects.toThrow('refused with 403');
    await expect(createWorld('observed').open(nobody)).resolves.toBeDefined();
    await expect(
      createWorld().open({ id: alice.id, token: profile.tokens.acr1 }),
    ).resolves.toBeDefined();
  });
});

describe('an open socket', () => {
  it('sends an ack back byte for byte to every socket of the identity', async () => {
    const world = createWorld();
    const [first, second, other] = [
      await world.open(alice),
      await world.open(alice),
      await world.open(bob),
    ];
    const ack = `{ "type":"ack", "object": {"sender_id":"${alice.id}","box_id":"é"} }`;
    first.say(ack);
    expect([first.texts, second.texts, other.texts]).toEqual([[ack], [ack], []]);
  });

  it('ignores what means nothing and acks for others', async () => {
    const world = createWorld();
    const [a, b] = [await world.open(alice), await world.open(bob)];
    for (const text of [
      'nope',
      'null',
      '[]',
      '7',
      '{"type":"ACK","object":{}}',
      '{"type":"ack"}',
      '{"type":"ack","object":"x"}',
      '{"type":"ack","object":{}}',
      `{"type":"ack","object":{"sender_id":"${bob.id}"}}`,
    ]) {
      a.say(text);
    }
    a.listener.message?.(new Uint8Array([0xff, 0xfe]), true);
    expect([a.texts, b.texts]).toEqual([[], []]);
  });

  it('gets nothing once it is closed, its siblings do', async () => {
    const world = createWorld();
    const [gone, stays] = [await world.open(bob), await world.open(bob)];
    gone.listener.closed?.(1000);
    await world.contact(contactBody());
    expect([gone.messages.length, stays.messages.length]).toEqual([0, 1]);
  });

  it('keeps the order of publication and counts notifications up', async () => {
    const world = createWorld();
    const b = await world.open(bob);
    for (let round = 0; round < 5; round += 1) await world.contact(contactBody());
    expect(b.messages.map((message) => message.object.id)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('the keep-alive', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('pings every 45 s and drops a peer 120 s after its last Pong', async () => {
    const watch = await createWorld().open(alice);
    vi.advanceTimersByTime(44_000);
    expect(watch.pings()).toBe(0);
    vi.advanceTimersByTime(2_000);
    expect(watch.pings()).toBe(1);
    watch.listener.pong?.();
    vi.advanceTimersByTime(110_000);
    expect([watch.pings(), watch.terminated()]).toEqual([3, false]);
    vi.advanceTimersByTime(15_000);
    expect(watch.terminated()).toBe(true);
  });

  it('does not drop anybody when the clock is moved on', async () => {
    const world = createWorld();
    const watch = await world.open(alice);
    world.core.world.clock.advance(6 * 3_600_000);
    expect(watch.terminated()).toBe(false);
  });
});

describe('the trigger', () => {
  const event = (name: string, data: unknown[], affects = [alice.id, 'nobody']) => ({
    system: 'misakey',
    event: name,
    affects,
    data,
  });

  it('announces files and notifications to the identities named', async () => {
    const world = createWorld();
    const [a, b] = [await world.open(alice), await world.open(bob)];
    const id = '9f0a2f0e-0c36-4b0f-8a5e-5c1f3f1d8e77';
    world.core.trigger(event('file.saved', [{ id }, { id, is_saved: false }]));
    world.core.trigger(event('notification', [{ type: 'user.greeted', details: { a: 1 } }]));
    expect(a.messages.map((message) => message.object)).toMatchObject([
      { encrypted_file_id: id, is_saved: true },
      { encrypted_file_id: id, is_saved: false },
      { id: 1, type: 'user.greeted', details: { a: 1 } },
    ]);
    expect(b.messages).toEqual([]);
  });

  it.each([
    ['constructor', []],
    ['file.saved', [{}]],
    ['file.saved', [7]],
    ['notification', [{ type: 1 }]],
    ['notification', [{ type: 'x', details: [] }]],
  ])('does not make %s of %j', async (name, data) => {
    const world = createWorld();
    const a = await world.open(alice);
    world.core.trigger(event(name, data));
    expect(a.messages).toEqual([]);
  });
});
