import { describe, expect, it } from 'vitest';
import { createMockCore } from '../../mocks/engine/mock.js';
import { json } from '../../mocks/engine/http.js';
import { call, type CallOptions } from '../support/request.js';
import { probe, type ProbeHandler } from './probe.js';

const schema = {
  type: 'object',
  required: ['name', 'age'],
  properties: { name: { type: 'string', minLength: 1 }, age: { type: 'integer' } },
};

function coreWith(handler: ProbeHandler, object = {}): ReturnType<typeof createMockCore> {
  return createMockCore({
    systems: [
      probe({
        'POST /probe': {
          handler,
          object: { requestBody: { content: { 'application/json': { schema } } }, ...object },
        },
      }),
    ],
  });
}

const echo: ProbeHandler = (context) => json(200, context.json());

async function post(
  options: Omit<CallOptions, 'path' | 'method'>,
  core = coreWith(echo),
): Promise<{ status: number; body: unknown }> {
  const answer = await call(core, { method: 'POST', path: '/probe', ...options });
  return { status: answer.status, body: answer.json() };
}

const good = '{"name":"a","age":1}';

describe('json() finds the faults of a body in this order', () => {
  const type = { 'content-type': 'text/plain' };
  it.each<[string, Omit<CallOptions, 'path'>, string]>([
    ['the content type, before anything of the body', { headers: type, body: '{' }, 'content-type'],
    ['a body that is missing', {}, 'body-syntax'],
    ['bytes that are no UTF-8', { body: new Uint8Array([0x22, 0xff, 0x22]) }, 'body-syntax'],
    ['text that is no JSON', { body: `${good}x` }, 'body-syntax'],
    ['a value that does not fit the schema', { body: '[]' }, 'body-schema'],
    ['a member that is missing', { body: '{"name":"a"}' }, 'body-schema'],
  ])('%s', async (_name, options, kind) => {
    expect((await post(options)).body).toMatchObject({ kind });
  });

  it('and names the member', async () => {
    const { body } = await post({ body: '{"name":"a"}' });
    expect(body).toMatchObject({
      message: 'member age is required',
      faults: [{ member: 'age', keyword: 'required' }],
    });
  });
});

describe('json() accepts', () => {
  it.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
  ])('the content type %s', async (type) => {
    expect((await post({ headers: { 'content-type': type }, body: good })).status).toBe(200);
  });

  it('a body without a content type', async () => {
    expect((await post({ body: good })).status).toBe(200);
  });

  it('members that the schema does not know', async () => {
    expect((await post({ body: '{"name":"a","age":1,"x":2}' })).status).toBe(200);
  });

  it('anything at all where the handler says so', async () => {
    const core = coreWith((context) =>
      json(200, context.json({ contentType: false, schema: false })),
    );
    const answer = await post({ headers: { 'content-type': 'text/css' }, body: '[1]' }, core);
    expect(answer).toEqual({ status: 200, body: [1] });
  });

  it('an empty body as {} where the document says so', async () => {
    const core = coreWith((context) => json(200, context.json({ schema: false })), {
      'x-countersign-optional-body': true,
    });
    expect(await post({}, core)).toEqual({ status: 200, body: {} });
  });
});

describe('a refused content type', () => {
  it.each(['application/jsonp', 'text/json', 'application/x-www-form-urlencoded', ''])(
    'is %j',
    async (type) => {
      expect((await post({ headers: { 'content-type': type }, body: good })).status).toBe(415);
    },
  );
});

describe('the context', () => {
  it('reads the query as a form does', async () => {
    const core = createMockCore({
      systems: [
        probe({
          'GET /probe': { handler: (context) => json(200, [...context.query.entries()]) },
        }),
      ],
    });
    const answer = await call(core, { path: '/probe?a=1+2&b=%2B&a=%zz&c' });
    expect(answer.json()).toEqual([
      ['a', '1 2'],
      ['b', '+'],
      ['a', '%zz'],
      ['c', ''],
    ]);
  });

  it('judges a parameter by the schema of the document, only when asked', async () => {
    const number = {
      name: 'n',
      in: 'query' as const,
      schema: { type: 'string', pattern: '^[0-9]+$' },
    };
    const core = createMockCore({
      systems: [
        probe({
          'GET /probe': {
            object: { parameters: [number] },
            handler: (context) =>
              json(200, [
                context.parameterFaults('n', 'x')?.length,
                context.parameterFaults('n', '1'),
              ]),
          },
        }),
      ],
    });
    expect((await call(core, { path: '/probe?n=x' })).json()).toEqual([1, null]);
  });

  it.each<[Record<string, string>, string]>([
    [{ host: 'a:1' }, 'http://a:1'],
    [{ host: 'a:1', 'x-forwarded-host': 'b', 'x-forwarded-proto': 'https' }, 'https://b'],
    [{ host: 'a', 'x-forwarded-host': 'b, c', 'x-forwarded-proto': 'https, http' }, 'https://b'],
  ])('knows under which origin it was reached: %j', async (headers, origin) => {
    const core = createMockCore({
      systems: [probe({ 'GET /probe': { handler: (context) => json(200, context.origin) } })],
    });
    expect((await call(core, { path: '/probe', headers })).json()).toBe(origin);
  });
});
