import { describe, expect, test } from 'vitest';
import { as, key, newCore, register, type TestAccount } from './world.js';

type Core = ReturnType<typeof newCore>;

const upload = (core: Core, owner: TestAccount, ids: number[], flag: object = {}) =>
  as(core, owner, {
    method: 'PUT',
    path: '/v1/keys/',
    body: { lastResortKey: { ...key(16777215), ...flag }, keys: ids.map(key) },
  });

async function fetchIds(
  core: Core,
  callers: TestAccount[],
  owner: TestAccount,
): Promise<unknown[]> {
  const ids: unknown[] = [];
  for (const caller of callers) {
    const answer = await as(core, caller, { path: `/v1/keys/${owner.number}` });
    ids.push(answer.status === 200 ? (answer.json() as { keyId?: number }).keyId : answer.status);
  }
  return ids;
}

describe('prekeys', () => {
  test('are served in order, once each, then the last-resort key for ever', async () => {
    const core = newCore();
    const [owner, a, b] = [
      await register(core, 1),
      await register(core, 2),
      await register(core, 3),
    ];
    expect((await upload(core, owner, [30, 10, 0])).status).toBe(200);
    const ids = await fetchIds(core, [a, b, a, b, a, b], owner);
    expect(ids).toEqual([30, 10, 0, 16777215, 16777215, 16777215]);
    expect(await fetchIds(core, [a], owner)).toEqual([413]);
  });

  test('are replaced by an upload, and are their owner’s own', async () => {
    const core = newCore();
    const [owner, other, a] = [
      await register(core, 1),
      await register(core, 2),
      await register(core, 3),
    ];
    await upload(core, owner, [1, 2]);
    await upload(core, other, [1]);
    await upload(core, owner, [7]);
    expect(await fetchIds(core, [a, a], owner)).toEqual([7, 16777215]);
    expect(await fetchIds(core, [a], other)).toEqual([1]);
  });

  test('that are refused are not used up', async () => {
    const core = newCore();
    const [owner, a, b] = [
      await register(core, 1),
      await register(core, 2),
      await register(core, 3),
    ];
    await upload(core, owner, [1, 2, 3, 4]);
    const stranger = { ...a, authorization: 'Basic AAAA' };
    const path = `/v1/keys/${owner.number}`;
    expect((await as(core, a, { path: `${path}?relay=` })).status).toBe(404);
    expect((await as(core, a, { path: `${path}?relay=no-such-node` })).status).toBe(404);
    expect(await fetchIds(core, [stranger, a, a, b], owner)).toEqual([401, 1, 413, 2]);
  });

  test('come from the federated node with its relay only', async () => {
    const core = newCore();
    const a = await register(core, 1);
    const path = '/v1/keys/+12025550142';
    expect((await as(core, a, { path })).status).toBe(404);
    const answer = await as(core, a, { path: `${path}?relay=peer1` });
    expect(answer.json()).toMatchObject({ keyId: 16777215 });
    expect((await as(core, a, { path: `/v1/keys/${a.number}?relay=peer1` })).status).toBe(404);
  });

  test.each([
    ['an id twice', { lastResortKey: key(16777215), keys: [key(1), key(1)] }],
    ['an id of the last-resort key', { lastResortKey: key(16777215), keys: [key(16777215)] }],
    ['another id for the last-resort key', { lastResortKey: key(5), keys: [] }],
    ['an id of 25 bits', { lastResortKey: key(16777215), keys: [key(16777216)] }],
    ['a negative id', { lastResortKey: key(16777215), keys: [key(-1)] }],
    [
      '32 bytes',
      {
        lastResortKey: key(16777215),
        keys: [{ ...key(1), publicKey: 'BRhV3uS90xJvoFRTKhOAxO1JtGE9FbHvcUlMy8Sc01I=' }],
      },
    ],
    [
      'a first byte of 6',
      {
        lastResortKey: key(16777215),
        keys: [{ ...key(1), publicKey: 'BhhV3uS90xJvoFRTKhOAxO1JtGE9FbHvcUlMy8Sc01Jj' }],
      },
    ],
  ])('with %s are refused and leave the old ones', async (_, body) => {
    const core = newCore();
    const [owner, a] = [await register(core, 1), await register(core, 2)];
    await upload(core, owner, [9]);
    const answer = await as(core, owner, { method: 'PUT', path: '/v1/keys/', body });
    expect(answer.status).toBe(415);
    expect(await fetchIds(core, [a], owner)).toEqual([9]);
  });

  test('observed: the last-resort key goes unless it is flagged, and id 0 is left out', async () => {
    const core = newCore('observed');
    const [owner, a] = [await register(core, 1), await register(core, 2)];
    expect((await upload(core, owner, [0])).status).toBe(204);
    expect(await fetchIds(core, [a, a, a], owner)).toEqual([undefined, 16777215, 404]);
    const b = await register(core, 3);
    await upload(core, owner, [], { lastResort: true });
    expect(await fetchIds(core, [b, b], owner)).toEqual([16777215, 16777215]);
    const answer = await as(core, b, { path: `/v1/keys/${owner.number}` });
    expect(answer.json()).toMatchObject({ lastResort: true });
  });
});
