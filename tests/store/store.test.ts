import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { systems } from '../../mocks/registry.js';
import { profile as misakey } from '../../mocks/systems/misakey/profile.js';
import { openArena } from '../../proof/arena.js';
import { StoreError } from '../../mocks/transports/node-redis.js';
import { undecided } from '../support/undecided.js';
import { join, ttl, type Member } from './household.js';
import { startRedis, type RedisServer } from './redis.js';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await redis.close();
});

function store(name: string): string {
  return `${redis.url}#${name}`;
}

/** Asks a mock for anything, so that it becomes the home of a world. */
async function settle(member: Member, world?: string): Promise<void> {
  await (await ask(member, '/_countersign/inbox', world)).text();
}

function ask(
  member: Member,
  path: string,
  world?: string,
  init: RequestInit = {},
): Promise<Response> {
  const headers = new Headers(init.headers);
  if (world !== undefined) headers.set('X-Countersign-World', world);
  return fetch(member.url + path, { ...init, headers });
}

async function inboxOf(member: Member, world?: string): Promise<readonly { recipient: string }[]> {
  const answer = await ask(member, '/_countersign/inbox?system=textsecure', world);
  return ((await answer.json()) as { messages: { recipient: string }[] }).messages;
}

const slugs = systems.map(({ slug }) => slug);

describe.each([
  ['in memory', 'memory'],
  ['shared, at home', 'home'],
  ['shared, asked at another mock', 'away'],
] as const)('a mock with its state %s', (_, kind) => {
  const open: { close(): Promise<void> }[] = [];
  let url = '';
  beforeAll(async () => {
    if (kind === 'memory') {
      const arena = await openArena({ systems });
      open.push(arena);
      url = arena.url;
      return;
    }
    const [first, second] = [await join(store(kind)), await join(store(kind))];
    open.push(first, second);
    await settle(first);
    url = kind === 'home' ? first.url : second.url;
  });
  afterAll(async () => {
    for (const each of open) await each.close();
  });

  it.each(slugs)('conforms: %s', async (slug) => {
    expect(await undecided(url, slug)).toEqual([]);
  });
});

describe('several mocks on one store', () => {
  it('show one state, whichever is asked, and keep worlds apart', async () => {
    const members = [await join(store('apart')), await join(store('apart'))] as const;
    const [first, second] = members;
    await settle(first, 'a');
    await settle(second, 'b');
    await ask(second, '/v1/accounts/sms/code/+15550000001', 'a');
    await ask(first, '/v1/accounts/sms/code/+15550000002', 'b');
    for (const member of members) {
      expect((await inboxOf(member, 'a')).map(({ recipient }) => recipient)).toEqual([
        '+15550000001',
      ]);
      expect((await inboxOf(member, 'b')).map(({ recipient }) => recipient)).toEqual([
        '+15550000002',
      ]);
      expect(await inboxOf(member)).toEqual([]);
    }
    for (const member of members) {
      await member.close();
      expect(member.bugs).toEqual([]);
    }
  });

  it('deliver to sockets that are open at different mocks', async () => {
    const members = [await join(store('sockets')), await join(store('sockets'))] as const;
    const [identity] = misakey.identities;
    if (identity === undefined) throw new Error('the mock has no identity');
    const sockets = members.map(
      ({ url }) =>
        new WebSocket(`${url.replace('http', 'ws')}/box-users/${identity.id}/ws`, {
          headers: { Cookie: `accesstoken=${identity.accessToken}; tokentype=bearer` },
        }),
    );
    await Promise.all(sockets.map((socket) => once(socket, 'open')));
    const heard = sockets.map(async (socket) => {
      const [data] = (await once(socket, 'message')) as [Buffer];
      return data.toString('utf8');
    });
    const answer = await ask(members[1], '/_countersign/trigger', undefined, {
      method: 'POST',
      body: JSON.stringify({
        system: 'misakey',
        event: 'file.saved',
        affects: [identity.id],
        data: [{ id: 'f1' }],
      }),
    });
    expect(answer.status).toBe(200);
    const [one, other] = await Promise.all(heard);
    expect(one).toContain('f1');
    expect(other).toBe(one);
    for (const socket of sockets) socket.terminate();
    for (const member of members) await member.close();
  });

  it('pass a world on when its home ends, state and all', async () => {
    const [first, second] = [await join(store('ends')), await join(store('ends'))];
    await settle(first);
    await ask(second, '/v1/accounts/sms/code/+15550000003');
    await first.close();
    expect((await inboxOf(second)).map(({ recipient }) => recipient)).toEqual(['+15550000003']);
    await second.close();
    const third = await join(store('ends'));
    expect((await inboxOf(third)).map(({ recipient }) => recipient)).toEqual(['+15550000003']);
    await third.close();
  });

  it('say so for a moment when a home dies, and then go on from what was saved', async () => {
    const [first, second] = [await join(store('dies')), await join(store('dies'))];
    await settle(first);
    await ask(second, '/v1/accounts/sms/code/+15550000004');
    // A save is due 20 ms after a change.
    await expect.poll(async () => (await inboxOf(first)).length, { timeout: 2_000 }).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await first.die();
    const answer = await ask(second, '/_countersign/inbox');
    expect([200, 503]).toContain(answer.status);
    if (answer.status === 503) expect(answer.headers.get('retry-after')).toBe('1');
    await expect
      .poll(async () => (await ask(second, '/_countersign/inbox')).status, { timeout: 10 * ttl })
      .toBe(200);
    expect((await inboxOf(second)).map(({ recipient }) => recipient)).toEqual(['+15550000004']);
    await second.close();
  });

  it('ask each for its own token, also where the home of a world asks for none', async () => {
    const home = await join(store('tokens'));
    const strict = await join(store('tokens'), { token: 'a-token-of-the-test' });
    await settle(home);
    expect((await ask(strict, '/_countersign/inbox')).status).toBe(401);
    const headers = { Authorization: 'Bearer a-token-of-the-test' };
    expect((await ask(strict, '/_countersign/inbox', undefined, { headers })).status).toBe(200);
    // What is a client's needs none.
    expect((await ask(strict, '/v1/accounts/sms/code/+15550000005')).status).toBe(200);
    expect((await inboxOf(home)).map(({ recipient }) => recipient)).toEqual(['+15550000005']);
    await home.close();
    await strict.close();
  });

  it('refuse the name that no world can have, wherever it is asked', async () => {
    const member = await join(store('names'));
    expect((await ask(member, '/_countersign/inbox', 'no/name')).status).toBe(400);
    await member.close();
  });
});

describe('a mock whose store has gone', () => {
  it('says so once, and ends all the same', async () => {
    const own = await startRedis();
    const member = await join(own.url);
    await settle(member);
    await own.close();
    await expect.poll(() => member.bugs.length).toBeGreaterThan(0);
    await member.close();
    expect(member.bugs).toEqual([expect.any(StoreError)]);
  });
});
