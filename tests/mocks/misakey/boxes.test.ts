import { describe, expect, it } from 'vitest';
import { alice, bob, carol, contactBody, createWorld, type TestWorld } from './world.js';

const message = { type: 'msg.text', content: { encrypted: 'e', public_key: 'k' } };

async function newBox(world: TestWorld): Promise<{ path: string; id: string; hash: string }> {
  const body = contactBody();
  const { id } = (await world.contact(body)).json() as { id: string };
  return { id, path: `/boxes/${id}`, hash: String(body.key_share.invitation_share_hash) };
}

async function post(world: TestWorld, path: string, token: string, body: unknown) {
  const answer = await world.send('POST', `${path}/events`, { token, body });
  return { status: answer.status, event: answer.json() as Record<string, unknown> };
}

async function joinedBox(world: TestWorld): Promise<{ path: string; id: string; hash: string }> {
  const box = await newBox(world);
  expect((await post(world, box.path, bob.token, { type: 'member.join' })).status).toBe(201);
  return box;
}

describe('joining', () => {
  it('opens the box to the contacted identity and tells both sides', async () => {
    const world = createWorld();
    const { path, hash } = await newBox(world);
    const read = () => world.send('GET', path, { token: bob.token });
    expect((await read()).json()).toMatchObject({
      details: { reason: 'not_member', sender_id: 'forbidden' },
    });
    expect((await world.send('GET', `/box-key-shares/${hash}`, { token: bob.token })).status).toBe(
      403,
    );
    const [a, b] = [await world.open(alice), await world.open(bob)];
    await post(world, path, bob.token, { type: 'member.join' });
    for (const side of [a, b]) {
      expect(side.messages).toMatchObject([
        { type: 'event.new', object: { type: 'member.join', content: null, referrer_id: null } },
      ]);
    }
    expect(a.messages[0]?.object.sender).toMatchObject({ identifier_kind: 'email' });
    expect(b.messages[0]?.object.sender).toMatchObject({
      identifier_value: '',
      identifier_kind: '',
    });
    expect((await read()).status).toBe(200);
    expect(
      (await world.send('GET', `/box-key-shares/${hash}`, { token: bob.token })).json(),
    ).toMatchObject({ misakey_share: 'lBHT1vfwFAIBig5Nj_sD_w', other_share_hash: hash });
    expect((await post(world, path, bob.token, { type: 'member.join' })).status).toBe(409);
  });

  it('follows the accesses of a limited box, and a removed access kicks', async () => {
    const world = createWorld();
    const { path } = await joinedBox(world);
    const limited = { type: 'state.access_mode', content: { value: 'limited' } };
    expect((await post(world, path, bob.token, limited)).status).toBe(403);
    expect((await post(world, path, alice.token, limited)).status).toBe(201);
    expect((await post(world, path, carol.token, { type: 'member.join' })).status).toBe(403);
    const accesses = (
      await world.send('GET', `${path}/accesses`, { token: alice.token })
    ).json() as {
      id: string;
      content: { value: string };
    }[];
    expect(accesses.map((access) => access.content.value)).toEqual(['bob@misakey.example']);
    const [a, b] = [await world.open(alice), await world.open(bob)];
    const batch = (events: unknown[], token = alice.token) =>
      world.send('POST', `${path}/batch-events`, {
        token,
        body: { batch_type: 'accesses', events },
      });
    expect((await batch([], bob.token)).status).toBe(403);
    const removal = { type: 'access.rm', referrer_id: accesses[0]?.id };
    expect((await batch([removal, removal])).status).toBe(400);
    const removed = await batch([removal]);
    expect(removed.json()).toMatchObject([{ type: 'access.rm' }, { type: 'member.kick' }]);
    expect(a.messages).toMatchObject([
      {
        object: {
          type: 'member.kick',
          content: { kicker: { id: alice.id } },
          sender: { id: bob.id },
        },
      },
    ]);
    expect(b.messages).toMatchObject([
      { type: 'notification', object: { type: 'member.kick' } },
      { type: 'event.new', object: { type: 'member.kick' } },
    ]);
    expect((await post(world, path, bob.token, message)).status).toBe(403);
    const add = {
      type: 'access.add',
      content: { restriction_type: 'identifier', value: 'carol@misakey.example' },
    };
    expect((await batch([add])).status).toBe(201);
    expect((await post(world, path, carol.token, { type: 'member.join' })).status).toBe(201);
  });
});

describe('events', () => {
  it('count as new for others until they are acknowledged, on the socket or over HTTP', async () => {
    const world = createWorld();
    const { id, path } = await joinedBox(world);
    const count = async () => {
      const boxes = (await world.send('GET', '/boxes/joined', { token: bob.token })).json();
      return (boxes as { id: string; events_count: number }[])[0]?.events_count;
    };
    await post(world, path, alice.token, message);
    await post(world, path, bob.token, message);
    expect(await count()).toBe(1);
    const b = await world.open(bob);
    b.say(JSON.stringify({ type: 'ack', object: { sender_id: bob.id, box_id: id } }));
    expect(await count()).toBe(0);
    await post(world, path, alice.token, message);
    const reset = (identityId: unknown) =>
      world.send('PUT', `${path}/new-events-count/ack`, {
        token: bob.token,
        body: { identity_id: identityId },
      });
    expect((await reset(alice.id)).status).toBe(403);
    expect((await reset('nope')).status).toBe(400);
    expect(await count()).toBe(1);
    expect((await reset(bob.id)).status).toBe(204);
    expect(await count()).toBe(0);
    expect(b.messages.filter((sent) => sent.type === 'ack')).toHaveLength(1);
  });

  it('refer to messages of the same sender only', async () => {
    const world = createWorld();
    const { path } = await joinedBox(world);
    const { event } = await post(world, path, alice.token, message);
    const edit = { type: 'msg.edit', content: { new_encrypted: 'n', new_public_key: 'p' } };
    const referred = { ...edit, referrer_id: event.id };
    expect((await post(world, path, alice.token, edit)).event.details).toEqual({
      referrer_id: 'required',
    });
    expect((await post(world, path, bob.token, referred)).status).toBe(403);
    expect((await post(world, path, alice.token, referred)).event).toMatchObject({
      referrer_id: event.id,
    });
    const remove = { type: 'msg.delete', referrer_id: event.id };
    expect((await post(world, path, alice.token, remove)).event).toMatchObject({
      content: null,
      referrer_id: event.id,
    });
  });

  it('are listed newest first, two right after a contact', async () => {
    const world = createWorld();
    const { path } = await newBox(world);
    const head = await world.send('HEAD', `${path}/events`, { token: alice.token });
    expect([head.status, head.headers['X-Total-Count']]).toEqual([204, '2']);
    const list = (await world.send('GET', `${path}/events`, { token: alice.token })).json();
    expect(list).toMatchObject([{ type: 'state.access_mode' }, { type: 'create' }]);
  });

  it.each([
    [{}, 400, { type: 'required' }],
    [{ type: 'create' }, 400, { type: 'malformed' }],
    [{ type: 'constructor' }, 400, { type: 'malformed' }],
    [{ type: 'msg.text' }, 400, { encrypted: 'required' }],
    [
      { type: 'msg.text', content: { encrypted: 1, public_key: 'k' } },
      400,
      { encrypted: 'malformed' },
    ],
    [{ type: 'state.access_mode', content: { value: 'x' } }, 400, { value: 'malformed' }],
    [{ type: 'member.leave' }, 403, {}],
    [
      { type: 'state.key_share', extra: { misakey_share: '=' } },
      400,
      { misakey_share: 'malformed' },
    ],
  ])('refuse %j of the creator', async (body, status, details) => {
    const world = createWorld();
    const { path } = await newBox(world);
    const answer = await post(world, path, alice.token, body);
    expect([answer.status, answer.event.details]).toEqual([status, details]);
  });

  it('announce a leaver with its join', async () => {
    const world = createWorld();
    const { path } = await newBox(world);
    const join = await post(world, path, bob.token, { type: 'member.join' });
    const [a, b] = [await world.open(alice), await world.open(bob)];
    await post(world, path, bob.token, { type: 'member.leave' });
    for (const side of [a, b]) {
      expect(side.messages[0]?.object).toMatchObject({
        type: 'member.leave',
        content: null,
        referrer_id: join.event.id,
      });
    }
    expect((await world.send('GET', path, { token: bob.token })).status).toBe(403);
  });
});

describe('a box', () => {
  it('is deleted by its creator with a confirmation, and its hash stays used', async () => {
    const world = createWorld();
    const { id, path, hash } = await joinedBox(world);
    const remove = (token: string, body: unknown) => world.send('DELETE', path, { token, body });
    const yes = { user_confirmation: 'delete' };
    expect((await remove(bob.token, yes)).status).toBe(403);
    expect((await remove(alice.token, {})).json()).toMatchObject({
      details: { user_confirmation: 'required' },
    });
    const [a, b] = [await world.open(alice), await world.open(bob)];
    expect((await remove(alice.token, yes)).status).toBe(204);
    for (const side of [a, b]) {
      expect(side.messages).toMatchObject([
        { type: 'box.delete', object: { id, sender_id: alice.id } },
      ]);
    }
    expect((await world.send('GET', path, { token: alice.token })).json()).toMatchObject({
      details: {},
    });
    expect(
      (await world.send('GET', `/box-key-shares/${hash}`, { token: alice.token })).status,
    ).toBe(404);
    const again = contactBody();
    again.key_share.invitation_share_hash = hash;
    expect((await world.contact(again)).status).toBe(409);
  });

  it('shows its title to whoever knows the share hash', async () => {
    const world = createWorld();
    const { path, hash } = await newBox(world);
    for (const name of ['other_share_hash', 'invitation_share_hash']) {
      const shown = await world.send('GET', `${path}/public?${name}=${hash}`);
      expect(shown.json()).toMatchObject({
        title: 'User1 - User2',
        creator: { identifier_value: '' },
      });
    }
    expect((await world.send('GET', `${path}/public?other_share_hash=x`)).status).toBe(404);
    expect((await world.send('GET', `${path}/public`)).status).toBe(400);
  });

  it('lets the contacted identity read the encrypted share, and no outsider', async () => {
    const world = createWorld();
    const { id } = await newBox(world);
    const path = `/box-key-shares/encrypted-invitation-key-share?box_id=${id}`;
    const shown = await world.send('GET', path, { token: bob.token });
    expect(shown.json()).toBe('cGYMzgIO9rc03WoSLAyoiQdLu7he5VbMRImLhRPmwTQ');
    expect((await world.send('GET', path, { token: carol.token })).status).toBe(403);
    expect((await world.send('GET', path.slice(0, -1), { token: bob.token })).status).toBe(400);
  });

  it('keeps settings per member and tells only the member itself', async () => {
    const world = createWorld();
    const { id } = await joinedBox(world);
    const path = `/box-users/${bob.id}/boxes/${id}/settings`;
    const [a, b] = [await world.open(alice), await world.open(bob)];
    const put = (body: unknown, token = bob.token) => world.send('PUT', path, { token, body });
    expect((await put({})).json()).toMatchObject({ details: { muted: 'required' } });
    expect((await put({ muted: true }, alice.token)).status).toBe(403);
    expect((await put({ muted: true })).status).toBe(204);
    expect((await world.send('GET', path, { token: bob.token })).json()).toEqual({
      identity_id: bob.id,
      box_id: id,
      muted: true,
    });
    expect(b.messages).toMatchObject([{ type: 'box.settings', object: { muted: true } }]);
    expect(a.messages).toEqual([]);
  });

  it('names its members, with identifiers for the creator only', async () => {
    const world = createWorld();
    const { path } = await joinedBox(world);
    const members = async (token: string) =>
      (await world.send('GET', `${path}/members`, { token })).json();
    expect(await members(alice.token)).toMatchObject([
      { id: alice.id, identifier_value: 'alice@misakey.example' },
      { id: bob.id, identifier_value: 'bob@misakey.example' },
    ]);
    expect(await members(bob.token)).toMatchObject([
      { identifier_value: '' },
      { identifier_value: '' },
    ]);
  });

  it('is listed newest first, and its notification can be read again', async () => {
    const world = createWorld();
    const first = await newBox(world);
    const second = await newBox(world);
    const boxes = (await world.send('GET', '/boxes/joined', { token: alice.token })).json();
    expect((boxes as { id: string }[]).map((box) => box.id)).toEqual([second.id, first.id]);
    const path = `/identities/${bob.id}/notifications`;
    expect((await world.send('GET', path, { token: bob.token })).json()).toMatchObject([
      { id: 2, details: { box_id: second.id } },
      { id: 1, details: { box_id: first.id } },
    ]);
  });
});
