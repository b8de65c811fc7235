import { describe, expect, test } from 'vitest';
import { call } from '../../support/request.js';
import { as, newCore, register } from './world.js';

const octets = { 'content-type': 'application/octet-stream' };

function pathOf(location: string): string {
  const { pathname, search } = new URL(location);
  return `${pathname}${search}`;
}

async function allocate(
  core: ReturnType<typeof newCore>,
  account: Awaited<ReturnType<typeof register>>,
) {
  const answer = await as(core, account, { path: '/v1/attachments/' });
  return answer.json() as { id: string; location: string };
}

describe('an attachment', () => {
  test('comes back byte for byte, to whoever knows its id', async () => {
    const core = newCore();
    const [a, b] = [await register(core, 1), await register(core, 2)];
    const blob = Uint8Array.from({ length: 512 }, (_, at) => at % 256);
    const { id, location } = await allocate(core, a);
    expect(id).toMatch(/^[1-9][0-9]*$/);
    expect(BigInt(id) < 2n ** 63n).toBe(true);
    expect(location).toMatch(/^http:\/\/mock\.test\//);
    const upload = await call(core, {
      method: 'PUT',
      path: pathOf(location),
      headers: octets,
      body: blob,
    });
    expect([upload.status, upload.body]).toEqual([200, null]);
    const found = await as(core, b, { path: `/v1/attachments/${id}` });
    const download = await call(core, {
      path: pathOf((found.json() as { location: string }).location),
    });
    expect(download.headers).toEqual({ 'Content-Type': 'application/octet-stream' });
    expect(download.body).toEqual(blob);
  });

  test('has a location that follows the forwarded protocol and host', async () => {
    const core = newCore();
    const a = await register(core, 1);
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'api.example.test' };
    const answer = await as(core, a, { path: '/v1/attachments/', headers });
    expect((answer.json() as { location: string }).location).toMatch(
      /^https:\/\/api\.example\.test\//,
    );
  });

  test('cannot be reached by an altered, missing, foreign or old signature', async () => {
    const core = newCore();
    const a = await register(core, 1);
    const { id, location } = await allocate(core, a);
    const path = pathOf(location);
    const put = async (target: string): Promise<number> =>
      (await call(core, { method: 'PUT', path: target, headers: octets, body: 'x' })).status;
    expect(await put(path.replace(/Signature=./, 'Signature=~'))).toBe(403);
    expect(await put(path.replace(/&Signature=.*/, ''))).toBe(403);
    expect(await put(path.replace(id, '1'))).toBe(403);
    expect(await put(path.replace(/Expires=\d/, 'Expires=9'))).toBe(403);
    expect((await call(core, { path })).status).toBe(403);
    expect(await put(path)).toBe(200);
    core.world.clock.advance(3_601_000);
    expect(await put(path)).toBe(403);
  });

  test('that was never uploaded is not found at its location', async () => {
    const core = newCore();
    const a = await register(core, 1);
    const answer = await as(core, a, { path: '/v1/attachments/7?relay=peer1' });
    const { location } = answer.json() as { location: string };
    expect((await call(core, { path: pathOf(location) })).status).toBe(404);
  });

  test.each(['abc', '-1', '1.5', '9223372036854775808', '%20'])('has no id %s', async (id) => {
    const core = newCore();
    const a = await register(core, 1);
    expect((await as(core, a, { path: `/v1/attachments/${id}` })).status).toBe(404);
  });

  test.each([
    ['documented', 413],
    ['observed', 200],
  ] as const)(
    '%s: allocations are limited; the 51st location answers %i',
    async (dialect, last) => {
      const core = newCore(dialect);
      const a = await register(core, 1);
      const statuses = async (path: string): Promise<number[]> => {
        const all: number[] = [];
        for (let at = 0; at < 51; at += 1) all.push((await as(core, a, { path })).status);
        return all;
      };
      expect((await statuses('/v1/attachments/')).slice(-2)).toEqual([200, 413]);
      expect((await statuses('/v1/attachments/7')).slice(-2)).toEqual([200, last]);
    },
  );

  test('observed: has a number as its id and a signed Content-Type', async () => {
    const core = newCore('observed');
    const a = await register(core, 1);
    const answer = await as(core, a, { path: '/v1/attachments/' });
    expect(answer.text).toMatch(/^\{"id":[0-9]+,/);
    const path = pathOf((answer.json() as { location: string }).location);
    expect((await call(core, { method: 'PUT', path, body: 'x' })).status).toBe(403);
    expect((await call(core, { method: 'PUT', path, headers: octets, body: 'x' })).status).toBe(
      200,
    );
  });
});
