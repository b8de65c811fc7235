import { describe, expect, test } from 'vitest';
import { as, confirm, newCore, open, publicKey, pushes, register, send } from './world.js';

const hello = { type: 1, body: 'aGVsbG8=', timestamp: 1386547200000 };

describe('a message', () => {
  test('makes one push to its destination, sealed with its key', async () => {
    const core = newCore();
    const [a, b, c] = [await register(core, 1), await register(core, 2), await register(core, 3)];
    const receipt = await send(core, a, { ...hello, destination: b.number });
    expect(receipt.json()).toEqual({ success: [b.number], failure: [] });
    const [payload, ...others] = pushes(core, b.gcmId) as { type: string; message: string }[];
    expect(others).toEqual([]);
    expect(payload?.type).toBe('message');
    const signal = open(payload?.message ?? '');
    expect(signal.includes(a.number)).toBe(true);
    expect(signal.subarray(-7).toString('hex')).toBe(`3205${Buffer.from('hello').toString('hex')}`);
    expect([...pushes(core, a.gcmId), ...pushes(core, c.gcmId)]).toEqual([]);
  });

  test('goes to the newest id, of either kind', async () => {
    const core = newCore();
    const [a, b] = [await register(core, 1), await register(core, 2)];
    const message = { ...hello, destination: b.number };
    await as(core, b, {
      method: 'PUT',
      path: '/v1/accounts/gcm/',
      body: { gcmRegistrationId: 'new' },
    });
    await send(core, a, message);
    await as(core, b, {
      method: 'PUT',
      path: '/v1/accounts/apn',
      body: { apnRegistrationId: 'apple' },
    });
    await send(core, a, message);
    expect([pushes(core, b.gcmId), pushes(core, 'new')]).toEqual([[], [expect.anything()]]);
    expect(pushes(core, 'apple', 'apn')).toEqual([
      { alert: 'You have a new message!', m: expect.any(String) as unknown },
    ]);
    await as(core, b, { method: 'DELETE', path: '/v1/accounts/gcm/' });
    expect((await send(core, a, message)).json()).toMatchObject({ success: [b.number] });
    await as(core, b, { method: 'DELETE', path: '/v1/accounts/apn/' });
    expect((await send(core, a, message)).json()).toMatchObject({ failure: [b.number] });
  });

  test('that fails does not harm the others of its request', async () => {
    const core = newCore();
    const [a, b] = [await register(core, 1), await register(core, 2)];
    await confirm(core, '+15550000007', 'no push id');
    const to = [b.number, '+15550000099', '+15550000007', 'no number', a.number, b.number];
    const receipt = await send(core, a, ...to.map((destination) => ({ ...hello, destination })));
    expect(receipt.json()).toEqual({
      success: [b.number, a.number, b.number],
      failure: ['+15550000099', '+15550000007', 'no number'],
    });
    expect((await send(core, a)).json()).toEqual({ success: [], failure: [] });
  });

  test('reaches the federated node by its relay only', async () => {
    const core = newCore();
    const a = await register(core, 1);
    const destination = '+12025550142';
    const receipts = [];
    for (const relay of ['peer1', '', null, 'no-such-node']) {
      receipts.push((await send(core, a, { ...hello, destination, relay })).json());
    }
    expect(receipts.map((receipt) => (receipt as { success: string[] }).success.length)).toEqual([
      1, 0, 0, 0,
    ]);
    expect(
      (await send(core, a, { ...hello, destination: a.number, relay: 'peer1' })).json(),
    ).toMatchObject({ failure: [a.number] });
    const [payload] = pushes(core, 'peer1-device') as { message: string }[];
    expect(open(payload?.message ?? '').includes('self')).toBe(true);
  });

  test('to an id that is not registered fails and clears the id', async () => {
    const core = newCore();
    const [a, b] = [await register(core, 1), await register(core, 2)];
    const event = {
      system: 'textsecure',
      event: 'gcm-not-registered',
      affects: [b.gcmId],
      data: [],
    };
    expect(core.trigger(event)).not.toBeNull();
    expect(core.trigger({ ...event, event: 'unheard-of' })).toBeNull();
    const receipt = await send(core, a, { ...hello, destination: b.number });
    expect([receipt.status, receipt.json()]).toEqual([200, { success: [], failure: [b.number] }]);
    expect(pushes(core, b.gcmId)).toEqual([]);
    expect(core.world.state('textsecure')).toBeDefined();
    const after = await as(core, b, { path: '/v1/directory/mYp1nqfuLHo9vA' });
    expect(after.status).toBe(200);
  });

  test.each([
    ['padded', 'aGVsbG8=', 'hello'],
    ['unpadded', 'aGVsbG8', 'hello'],
    ['unpadded, two bytes over', 'aGVsbA', 'hell'],
  ])('with a body %s arrives whole', async (_, body, plain) => {
    const core = newCore();
    const a = await register(core, 1);
    await send(core, a, { type: 0, destination: a.number, body });
    const [payload] = pushes(core, a.gcmId) as { message: string }[];
    const bytes = Buffer.from(plain);
    expect(open(payload?.message ?? '').subarray(-bytes.length - 2)).toEqual(
      Buffer.from([0x32, bytes.length, ...bytes]),
    );
  });

  test('is limited to 60 requests a minute', async () => {
    const core = newCore();
    const a = await register(core, 1);
    const statuses = [];
    for (let at = 0; at < 61; at += 1) {
      statuses.push((await send(core, a, { ...hello, destination: a.number })).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(60);
    expect(statuses.at(-1)).toBe(413);
    expect(pushes(core, a.gcmId)).toHaveLength(60);
  });

  test('has a type of 32 bits, and any timestamp', async () => {
    const core = newCore();
    const a = await register(core, 1);
    const status = async (change: object): Promise<number> =>
      (await send(core, a, { ...hello, destination: a.number, ...change })).status;
    for (const type of [0, 1, 2, 3, 4294967295, null]) expect(await status({ type })).toBe(200);
    for (const type of [-1, 4294967296, 1.5, '1']) expect(await status({ type })).toBe(415);
    for (const timestamp of [0, 1.5, '1386547200000', null]) {
      expect(await status({ timestamp })).toBe(200);
    }
    for (const timestamp of ['now', true, {}]) expect(await status({ timestamp })).toBe(415);
  });
});

describe('observed: a message', () => {
  const messages = async (body: object | string, path = '/v1/messages/') => {
    const core = newCore('observed');
    const a = await register(core, 1);
    return as(core, a, { method: 'POST', path, body });
  };
  const to = { ...hello, destination: '+15550000001' };

  test.each([
    ['two at once', { messages: [to, to] }, 500],
    ['null', 'null', 500],
    ['a null element', { messages: [null] }, 500],
    ['an unknown member', { messages: [{ ...to, colour: 'red' }] }, 501],
    ['truncated JSON', '{"messages": [', 501],
    ['an empty body', '', 501],
    ['a wrong type', { messages: [{ ...to, destination: 5 }] }, 501],
    ['no messages', {}, 415],
    ['no destination', { messages: [{ body: 'aGVsbG8=' }] }, 415],
    ['a short body', { messages: [{ ...to, body: 'abc' }] }, 500],
    ['a body that is no Base64', { messages: [{ ...to, body: '!!!!' }] }, 200],
    ['a list', [to], 501],
  ])('%s', async (_, body, status) => {
    expect((await messages(body)).status).toBe(status);
  });

  test('needs the slash at the end of the path', async () => {
    expect((await messages({ messages: [to] }, '/v1/messages')).status).toBe(404);
  });

  test('cannot be delivered to an unusable signaling key', async () => {
    const core = newCore('observed');
    const [a, b] = [await register(core, 1), await register(core, 2)];
    expect(await confirm(core, b.number, b.password, { signalingKey: publicKey })).toBe(204);
    await as(core, b, {
      method: 'PUT',
      path: '/v1/accounts/gcm/',
      body: { gcmRegistrationId: 'g' },
    });
    expect((await send(core, a, { ...to, destination: b.number })).status).toBe(501);
  });

  test('loses the last bytes of an unpadded body', async () => {
    const core = newCore('observed');
    const a = await register(core, 1);
    await send(core, a, { ...to, body: 'aGVsbG8' });
    const [payload] = pushes(core, a.gcmId) as { message: string }[];
    expect(
      open(payload?.message ?? '')
        .subarray(-5)
        .toString('latin1'),
    ).toBe('2\u0003hel');
  });
});
