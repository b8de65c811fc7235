/** The control plane and its document, mocks/control/openapi.yaml, say the same. */
import { readFileSync } from 'node:fs';
import SwaggerParser from '@apidevtools/swagger-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { controlRoutes } from '../../mocks/control/plane.js';
import { startMock, type RunningMock } from '../../mocks/index.js';
import { schemaSet } from '../../specs/schemas.js';

interface Content {
  readonly content: Readonly<Record<string, { readonly schema: object }>>;
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content | { readonly $ref: string }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly responses: Readonly<Record<string, Content>> };
}

const source = new URL('../../mocks/control/openapi.yaml', import.meta.url);
const document = parse(readFileSync(source, 'utf8')) as Document;
const schemas = schemaSet(document);
const numbers = '/v1/accounts/sms/code/+15550000001';

let mock: RunningMock;
beforeAll(async () => {
  mock = await startMock({ systems: ['textsecure', 'quatrix'], seed: 1 });
  await fetch(`${mock.url}${numbers}`);
  await fetch(`${mock.url}/v1/directory/tokens`, { method: 'PUT', body: '{}' });
  await fetch(`${mock.url}${numbers}`, { headers: { 'X-Countersign-World': 'alice' } });
});
afterAll(() => mock.close());

interface Call {
  readonly method: string;
  /** Path below `/_countersign`, and query. */
  readonly target: string;
  readonly body?: unknown;
  readonly status: number;
}

/** In an order in which each finds what it asks for. */
const calls: readonly Call[] = [
  { method: 'GET', target: '/', status: 200 },
  { method: 'GET', target: '/inbox?system=textsecure', status: 200 },
  { method: 'GET', target: '/clock', status: 200 },
  { method: 'POST', target: '/clock', body: { advance: '6h' }, status: 200 },
  { method: 'POST', target: '/clock', body: { advance: 'soon' }, status: 400 },
  { method: 'GET', target: '/traffic', status: 200 },
  { method: 'GET', target: '/traffic?limit=0', status: 400 },
  { method: 'GET', target: '/exchange?id=1', status: 200 },
  { method: 'GET', target: '/exchange?id=999', status: 404 },
  { method: 'GET', target: '/message?id=1', status: 200 },
  { method: 'GET', target: '/message?id=999', status: 404 },
  {
    method: 'POST',
    target: '/faults',
    body: { name: 'late', delay: { median: '200ms', p99: '2s' }, chance: 0.1 },
    status: 201,
  },
  { method: 'POST', target: '/faults', body: { hang: 'yes' }, status: 400 },
  { method: 'GET', target: '/faults', status: 200 },
  { method: 'GET', target: '/live', status: 200 },
  { method: 'GET', target: '/live?limit=many', status: 400 },
  { method: 'DELETE', target: '/faults?name=late', status: 200 },
  { method: 'DELETE', target: '/faults?name=late', status: 404 },
  { method: 'GET', target: '/scenarios', status: 200 },
  {
    method: 'POST',
    target: '/scenarios',
    body: { system: 'textsecure', name: 'rate-limited' },
    status: 200,
  },
  { method: 'POST', target: '/scenarios', body: { system: 'textsecure', name: '?' }, status: 422 },
  {
    method: 'POST',
    target: '/trigger',
    body: { system: 'quatrix', event: 'file-deleted', affects: [], data: [] },
    status: 200,
  },
  { method: 'POST', target: '/trigger', body: { system: 'textsecure', event: '?' }, status: 422 },
  { method: 'GET', target: '/state/node?system=textsecure&path=[]', status: 200 },
  { method: 'GET', target: '/state/node?system=textsecure&path=["nowhere"]', status: 422 },
  { method: 'GET', target: '/worlds', status: 200 },
  { method: 'DELETE', target: '/worlds?name=alice', status: 200 },
  { method: 'DELETE', target: '/worlds?name=alice', status: 404 },
  { method: 'GET', target: '/state', status: 200 },
  { method: 'PUT', target: '/state', body: {}, status: 400 },
  { method: 'DELETE', target: '/traffic', status: 200 },
  { method: 'POST', target: '/reset?system=nothing', status: 400 },
  { method: 'POST', target: '/reset', status: 200 },
];

/** Operations that need a state or a node of it to work on; each is called in a test of its own. */
const others = ['writeState', 'changeStateNode', 'removeStateNode'];

function operationOf(method: string, target: string): Operation {
  const [path = ''] = target.split('?');
  const found = document.paths[`/_countersign${path}`]?.[method.toLowerCase()];
  if (found === undefined) throw new Error(`the document has no ${method} ${path}`);
  return found;
}

/** What the document says of an answer; faults are listed as sentences. */
async function judge({ method, target, body, status }: Call): Promise<readonly string[]> {
  const operation = operationOf(method, target);
  const answer = await fetch(`${mock.url}/_countersign${target}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });
  const text = await answer.text();
  expect([answer.status, text.slice(0, 300)]).toEqual([status, expect.any(String)]);
  const name = String(status) in operation.responses ? String(status) : 'default';
  const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
  const pointer = responsePointer(operation, method, target, name);
  const schema = `${pointer}/content/${type.replaceAll('/', '~1')}/schema`;
  const value: unknown = type === 'application/json' ? JSON.parse(text) : text;
  return (schemas.at(schema)(value) ?? []).map(({ message }) => message);
}

function responsePointer(
  operation: Operation,
  method: string,
  target: string,
  name: string,
): string {
  const response = operation.responses[name];
  if (response !== undefined && '$ref' in response) return response.$ref.slice(1);
  const path = `/_countersign${target.split('?')[0] ?? ''}`.replaceAll('/', '~1');
  return `/paths/${path}/${method.toLowerCase()}/responses/${name}`;
}

describe('the document of the control plane', () => {
  it('is valid OpenAPI 3.1', async () => {
    const copy = structuredClone(document) as unknown as Parameters<
      typeof SwaggerParser.validate
    >[0];
    await expect(SwaggerParser.validate(copy)).resolves.toBeDefined();
  });

  it('has every route and no other', () => {
    const served = controlRoutes
      // The same with and without a slash at the end.
      .filter(({ path }) => path !== '/_countersign')
      .flatMap(({ path, methods }) => methods.map((method) => `${method} ${path}`));
    const written = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(written.sort()).toEqual(served.sort());
  });

  it.each(calls)('is true of $method $target with $status', async (call) => {
    expect(await judge(call)).toEqual([]);
  });

  it('is true of a state that is put back, changed and thinned', async () => {
    const state: unknown = await (await fetch(`${mock.url}/_countersign/state`)).json();
    expect(await judge({ method: 'PUT', target: '/state', body: state, status: 200 })).toEqual([]);
    await fetch(`${mock.url}${numbers}`);
    const { path } = await firstLeaf([]);
    const node = { system: 'textsecure', path };
    const value = '1';
    const target = '/state/node';
    expect(await judge({ method: 'PATCH', target, body: { ...node, value }, status: 200 })).toEqual(
      [],
    );
    expect(await judge({ method: 'PATCH', target, body: node, status: 400 })).toEqual([]);
    const query = new URLSearchParams({
      system: 'textsecure',
      path: JSON.stringify(path.slice(0, 2)),
    });
    const removal = `${target}?${query.toString()}`;
    expect(await judge({ method: 'DELETE', target: removal, status: 200 })).toEqual([]);
    expect(await judge({ method: 'DELETE', target: removal, status: 422 })).toEqual([]);
  });

  it('sees every operation succeed', () => {
    const succeeded = calls
      .filter(({ status }) => status < 300)
      .map(({ method, target }) => operationOf(method, target).operationId);
    const all = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    expect([...new Set([...succeeded, ...others])].sort()).toEqual(all.sort());
  });
});

/** The way to a text of the state that can be changed, at least two steps long. */
async function firstLeaf(
  path: readonly (string | number)[],
): Promise<{ readonly path: readonly (string | number)[] }> {
  const query = new URLSearchParams({ system: 'textsecure', path: JSON.stringify(path) });
  const answer = await fetch(`${mock.url}/_countersign/state/node?${query.toString()}`);
  const { entries } = (await answer.json()) as {
    readonly entries: readonly {
      readonly step: string | number;
      readonly kind: string;
      readonly editable: boolean;
      readonly size: number;
    }[];
  };
  for (const { step, kind, editable, size } of entries) {
    const here = [...path, step];
    if (kind === 'text' && editable && here.length > 2) return { path: here };
    if (size > 0 && kind !== 'text' && kind !== 'bytes') {
      const found = await firstLeaf(here).catch(() => undefined);
      if (found !== undefined) return found;
    }
  }
  throw new Error('no text below here');
}
