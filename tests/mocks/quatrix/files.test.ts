import { describe, expect, it } from 'vitest';
import type { MockCore } from '../../../mocks/engine/mock.js';
import type { components } from '../../../specs/quatrix/types.gen.js';
import { call } from '../../support/request.js';
import { callAs, callHeaders, codeOf, createQuatrix, second, tokenOf, user } from './client.js';

type Metadata = components['schemas']['FileMetadata'];

async function rootOf(core: MockCore, token: string, who = user): Promise<Metadata> {
  const profile = (await callAs(core, token, '/profile/get', { who })).json();
  const { rootId } = profile as { rootId: string };
  return metadata(core, token, rootId, who);
}

async function metadata(core: MockCore, token: string, id: string, who = user): Promise<Metadata> {
  return (await callAs(core, token, `/file/metadata/${id}`, { who })).json() as Metadata;
}

async function scene(): Promise<{
  core: MockCore;
  token: string;
  root: Metadata;
  shared: Metadata;
}> {
  const core = createQuatrix();
  const token = await tokenOf(core);
  const root = await rootOf(core, token);
  const shared = await metadata(core, token, root.content?.[0]?.id ?? '');
  return { core, token, root, shared };
}

function post(
  core: MockCore,
  token: string,
  path: string,
  body: object | string,
): ReturnType<typeof callAs> {
  return callAs(core, token, path, { method: 'POST', body });
}

async function newsOf(core: MockCore, who: typeof user): Promise<unknown> {
  const token = await tokenOf(core, who);
  return (await call(core, { path: `/mq/req?id=${token}` })).json();
}

describe('metadata', () => {
  it('shows the shared folder in the root, and the files in it', async () => {
    const { root, shared } = await scene();
    expect(root).toMatchObject({ type: 'D', size: 0, parent_id: null });
    expect(shared.content?.map((entry) => entry.name)).toEqual(['notes.txt', 'plan.txt']);
    expect(shared.content?.[0]).not.toHaveProperty('content');
  });

  it('hides what the user may not see', async () => {
    const { core, root } = await scene();
    const token = await tokenOf(core, second);
    const answer = await callAs(core, token, `/file/metadata/${root.id}`, { who: second });
    expect([answer.status, codeOf(answer)]).toEqual([404, 20]);
  });
});

describe('makeDirectory', () => {
  it('makes a folder for all who see the target, and tells them', async () => {
    const { core, token, shared } = await scene();
    const made = await post(core, token, '/file/makedir', { name: 'New', target: shared.id });
    expect(made.status).toBe(201);
    const { content, ...entry } = made.json() as Metadata;
    expect(content).toEqual([]);
    expect(entry).toMatchObject({ name: 'New', parent_id: shared.id, type: 'D' });
    expect(await newsOf(core, second)).toMatchObject({ job_id: null, data: [entry] });
  });

  it.each([
    ['{', 10],
    ['', 10],
    ['[]', 10],
    ['null', 10],
    [{}, 11],
    [{ name: 'x' }, 11],
    [{ name: 1, target: 'x' }, 10],
    [{ name: null, target: 'x' }, 10],
    [{ name: '', target: 'x' }, 10],
    [{ name: 'a/b', target: 'x' }, 10],
    [{ name: 'x'.repeat(256), target: 'x' }, 10],
  ])('refuses %j with 400', async (body, code) => {
    const { core, token } = await scene();
    const answer = await post(core, token, '/file/makedir', body);
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
  });

  it('refuses an unknown target, a file, and a name that is taken', async () => {
    const { core, token, root, shared } = await scene();
    const file = shared.content?.[0]?.id ?? '';
    for (const target of ['nowhere', file]) {
      const answer = await post(core, token, '/file/makedir', { name: 'x', target });
      expect([answer.status, codeOf(answer)]).toEqual([404, 20]);
    }
    const taken = await post(core, token, '/file/makedir', { name: 'Shared', target: root.id });
    expect([taken.status, codeOf(taken)]).toEqual([400, 30]);
  });

  it('takes any content type and 255 characters beyond the basic plane', async () => {
    const { core, token, root } = await scene();
    const path = '/file/makedir';
    const answer = await call(core, {
      method: 'POST',
      path,
      headers: { ...callHeaders(token, path, { method: 'POST' }), 'content-type': 'text/plain' },
      body: JSON.stringify({ name: '😀'.repeat(255), target: root.id }),
    });
    expect(answer.status).toBe(201);
  });
});

describe('deleteFiles', () => {
  it('deletes and tells everybody who could see it, the one who did it too', async () => {
    const { core, token, shared } = await scene();
    const file = shared.content?.[0];
    const answer = await post(core, token, '/file/delete', { ids: [file?.id, 'unknown'] });
    expect(answer.status).toBe(202);
    const expected = { ...(answer.json() as object), data: [file] };
    expect(await newsOf(core, user)).toMatchObject(expected);
    expect(await newsOf(core, second)).toMatchObject(expected);
    const gone = await callAs(core, token, `/file/metadata/${file?.id ?? ''}`);
    expect(gone.status).toBe(404);
  });

  it('takes a folder with what it holds and names only the folder', async () => {
    const { core, token, shared } = await scene();
    await post(core, token, '/file/delete', { ids: [shared.id] });
    expect(await newsOf(core, user)).toMatchObject({ data: [{ id: shared.id }] });
    const file = shared.content?.[1]?.id ?? '';
    expect((await callAs(core, token, `/file/metadata/${file}`)).status).toBe(404);
  });

  it('keeps root folders and answers 404 when nothing is left', async () => {
    const { core, token, root } = await scene();
    for (const ids of [[root.id], ['unknown'], []]) {
      const answer = await post(core, token, '/file/delete', { ids });
      expect([answer.status, codeOf(answer)]).toEqual([404, 20]);
    }
  });

  it.each([
    ['x', 10],
    [{}, 11],
    [{ ids: 'a' }, 10],
    [{ ids: [1] }, 10],
  ])('refuses %j with 400', async (body, code) => {
    const { core, token } = await scene();
    const answer = await post(core, token, '/file/delete', body);
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
  });
});
