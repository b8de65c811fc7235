import { describe, expect, it } from 'vitest';
import { explain } from '../../mocks/engine/explain.js';
import { empty, json } from '../../mocks/engine/http.js';
import { clientFault, type ClientFault } from '../../mocks/engine/insight.js';
import { createMockCore, type MockCore } from '../../mocks/engine/mock.js';
import { call, type CallOptions } from '../support/request.js';
import { probe, type ProbeHandler } from './probe.js';

const body = {
  required: true,
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string' },
          at: { type: 'object', properties: { x: { type: 'number' } } },
        },
      },
    },
  },
} as const;

const readsBody: ProbeHandler = (context) => json(200, context.json());
const refuses: ProbeHandler = () => json(403, { detail: 'not for you' });

const system = probe({
  'POST /probe/things': { handler: readsBody, object: { requestBody: body } },
  'GET /probe/things/{id}': {
    handler: refuses,
    object: {
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'string', pattern: '^[0-9]+$' } },
        { name: 'page', in: 'query', schema: { type: 'integer', minimum: 1 } },
        { name: 'X-Part', in: 'header', required: true, schema: { type: 'string' } },
      ],
    },
  },
  'GET /probe/mute': { handler: () => empty(404) },
  'GET /probe/broken': { handler: () => empty(500) },
});

async function faultsOf(options: CallOptions, core = createMockCore({ systems: [system] })) {
  await call(core, options);
  const entry = core.world.journal.get(core.world.journal.range().last);
  if (entry === undefined) throw new Error('nothing was recorded');
  return explain(core, entry);
}

async function textsOf(options: CallOptions, core?: MockCore): Promise<string[]> {
  return (await faultsOf(options, core)).map(
    ({ where, name, message }) => `${where} ${name ?? '-'}: ${message}`,
  );
}

const things = { method: 'POST', path: '/probe/things' };
const typed = { 'content-type': 'application/json' };

describe('what a client did wrong', () => {
  it('is nothing where it was not refused, or where the mock failed', async () => {
    expect(await faultsOf({ ...things, body: { name: 'a' } })).toEqual([]);
    expect(await faultsOf({ path: '/probe/broken' })).toEqual([]);
  });

  it.each<[string, CallOptions, string]>([
    [
      'the type of the body',
      { ...things, body: 'x', headers: { 'content-type': 'text/plain' } },
      'header Content-Type: ',
    ],
    ['no body', { ...things, headers: typed }, 'body -: the body is empty'],
    [
      'its syntax',
      { ...things, headers: typed, body: '{"name":' },
      'body -: the body is no JSON: ',
    ],
    [
      'its bytes',
      { ...things, headers: typed, body: Uint8Array.of(0xff) },
      'body -: the body is no JSON: it is not valid UTF-8',
    ],
    ['a member that is missing', { ...things, body: {} }, 'body name: member name is required'],
    [
      'a member inside another',
      { ...things, body: { name: 'a', at: { x: 'y' } } },
      'body at.x: member at.x must be number',
    ],
    [
      'another method',
      { method: 'PUT', path: '/probe/things' },
      'method -: this path is not served for PUT',
    ],
    ['a broken escape', { path: '/probe/things/%zz' }, 'path id: '],
  ])('may be %s', async (_what, options, words) => {
    const [first] = await textsOf(options);
    expect(first).toContain(words);
  });

  it('may be parameters, of which each is named', async () => {
    expect(await textsOf({ path: '/probe/things/x?page=0' })).toEqual([
      'path id: "x" does not fit: id must match pattern "^[0-9]+$"',
      'query page: "0" does not fit: page must be >= 1',
      'header X-Part: the header X-Part is missing',
    ]);
  });

  it('may be a path that is nearly served', async () => {
    const [fault] = await faultsOf({ path: '/Probe/thing/17' });
    expect([fault?.where, fault?.remedy]).toEqual([
      'path',
      'the nearest path is /probe/things/{id}',
    ]);
    expect((await faultsOf({ path: '/a/b/c/d/e/f' }))[0]?.remedy).toBeNull();
  });

  it('is otherwise what the answer says', async () => {
    const asked = { path: '/probe/things/7?page=1', headers: { 'x-part': 'a' } };
    expect(await textsOf(asked)).toEqual(['state -: not for you']);
    expect(await textsOf({ path: '/probe/mute' })).toEqual([
      'state -: refused with 404, without a word',
    ]);
  });

  it('may be credentials that the document asks for', async () => {
    const locked = probe({
      'GET /probe': { handler: refuses, object: { security: [{ key: [], user: [] }] } },
    });
    const document = {
      ...locked.openapi,
      components: {
        securitySchemes: {
          key: { type: 'apiKey', in: 'header', name: 'X-Key' },
          user: { type: 'apiKey', in: 'cookie', name: 'user' },
        },
      },
    };
    const core = createMockCore({ systems: [{ ...locked, openapi: document }] });
    expect(await textsOf({ path: '/probe', headers: { cookie: 'user=1' } }, core)).toEqual([
      'header X-Key: the header X-Key is missing',
    ]);
  });

  it('is what the system knows first, and asked for once per exchange', async () => {
    let asked = 0;
    const told: ClientFault[] = [clientFault('signature', 'X-Part', 'made with another key')];
    const knowing = probe(
      { 'GET /probe': { handler: refuses } },
      {
        insight: () =>
          Promise.resolve({
            explain: () => {
              asked += 1;
              return told;
            },
          }),
      },
    );
    const core = createMockCore({ systems: [knowing] });
    expect(await faultsOf({ path: '/probe' }, core)).toEqual(told);
    const entry = core.world.journal.get(1);
    if (entry !== undefined) await explain(core, entry);
    expect(asked).toBe(1);
  });

  it('is nothing in an answer that it asked for by Prefer', async () => {
    const headers = { prefer: 'code=403' };
    expect(await faultsOf({ path: '/probe/things/x', headers })).toEqual([]);
  });
});
