import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { generatedRequirements } from '../../specs/generated.js';
import type { OpenApiDocument, OperationObject, SourceDocument } from '../../specs/model.js';
import type { CheckResult, CheckStatus } from '../../specs/results.js';
import { defineSuite, type Sample } from '../../suites/engine/check.js';
import { assembleSuite } from '../../suites/engine/suite.js';
import { runnerOf } from './bench.js';
import { sendJson, serve, type Answering, type SeenRequest } from './server.js';

const source: SourceDocument = {
  system: 'bench',
  name: 'Bench',
  file: 'bench.txt',
  lines: 1,
  title: 'Bench',
  leavesOut: '',
};

const operation = {
  operationId: 'makeThing',
  security: [{ bearer: [] }],
  requestBody: {
    content: {
      'application/json': {
        schema: {
          type: 'object',
          required: ['name', 'size'],
          properties: {
            name: { type: 'string' },
            size: { $ref: '#/components/schemas/Size' },
            tags: { type: ['array', 'null'] },
            open: {},
          },
        },
      },
    },
  },
  responses: {
    200: {
      description: 'made',
      content: {
        'application/json': {
          schema: { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } },
        },
      },
    },
    400: { description: 'not understood', 'x-countersign-when': ['body-syntax', 'body-schema'] },
    401: { $ref: '#/components/responses/Unknown' },
    409: { description: 'there already' },
    415: { description: 'not JSON', 'x-countersign-when': ['content-type'] },
  },
};

function documentWith(parts: Partial<OperationObject> = {}): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: { title: 'Bench', version: '1' },
    components: {
      schemas: { Size: { type: 'integer' } },
      responses: { Unknown: { description: 'who', 'x-countersign-when': ['credentials'] } },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        query: { type: 'apiKey', in: 'query', name: 'Api_Key' },
        header: { type: 'apiKey', in: 'header', name: 'X-Key' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'session' },
      },
    },
    paths: { '/things': { post: { ...operation, ...parts } } },
  };
}

const sample: Sample<null> = () =>
  Promise.resolve({
    method: 'POST',
    path: '/things',
    headers: { authorization: 'Bearer good' },
    json: { name: 'a', size: 1, tags: [], open: 'x' },
  });

async function run(
  answer: Answering,
  document = documentWith(),
  make: Sample<null> = sample,
): Promise<{ results: readonly CheckResult[]; seen: readonly SeenRequest[] }> {
  const { url, seen } = await serve(answer);
  const suite = assembleSuite(
    defineSuite<null>({
      slug: 'bench',
      openapi: document,
      asyncapi: null,
      profileSchema: { type: 'object' },
      areas: [],
      samples: { makeThing: make },
      createDriver: () => null,
      positiveControl: () => Promise.resolve(),
    }),
    generatedRequirements(source, document),
  );
  const { runner, target } = runnerOf(suite, { profile: { target: url } });
  const results = await runner.runAll(suite.checks, { parallel: 1 });
  await target.dispatcher.destroy();
  return { results, seen };
}

const ids = {
  described: 'bench.generated.make-thing-answers-as-described',
  credentials: 'bench.generated.make-thing-credentials-refused',
  syntax: 'bench.generated.make-thing-body-syntax-refused',
  schema: 'bench.generated.make-thing-body-schema-refused',
  type: 'bench.generated.make-thing-content-type-refused',
} as const;
type Refusal = Exclude<keyof typeof ids, 'described'>;

/** A right server, but for the refusals that it lacks or answers otherwise. */
function server(change: Partial<Record<Refusal, number>> = {}): Answering {
  return (request, reply) => {
    if (request.path !== '/things') {
      reply.writeHead(404).end();
      return;
    }
    const status = firstFault(request, change) ?? 200;
    if (status === 200) sendJson(reply, 200, { id: 7, more: true });
    else reply.writeHead(status).end();
  };
}

function firstFault(request: SeenRequest, change: Partial<Record<Refusal, number>>): number | null {
  const faults: Record<Refusal, [boolean, number]> = {
    credentials: [request.headers.authorization !== 'Bearer good', 401],
    type: [request.headers['content-type'] !== 'application/json', 415],
    syntax: [parse(request.body) === undefined, 400],
    schema: [parse(request.body) !== undefined && !isThing(parse(request.body)), 400],
  };
  for (const [kind, [present, status]] of Object.entries(faults)) {
    const given = change[kind as Refusal] ?? status;
    if (present && given !== 200) return given;
  }
  return null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isThing(value: unknown): boolean {
  const { name, size, tags } = value as Record<string, unknown>;
  return (
    typeof name === 'string' && Number.isInteger(size) && (tags === null || Array.isArray(tags))
  );
}

function statuses(results: readonly CheckResult[]): Record<string, CheckStatus> {
  return Object.fromEntries(results.map(({ check, status }) => [check, status]));
}

function all(status: CheckStatus): Record<string, CheckStatus> {
  return Object.fromEntries(Object.values(ids).map((id) => [id, status]));
}

describe('the checks that follow from a document', () => {
  it('pass on a server that does what it says', async () => {
    expect(statuses((await run(server())).results)).toEqual(all('passed'));
  });

  it.each<[Refusal]>([['credentials'], ['syntax'], ['schema'], ['type']])(
    'fail on a server that lacks the refusal of %s, and only that one',
    async (kind) => {
      const { results } = await run(server({ [kind]: 200 }));
      expect(statuses(results)).toEqual({ ...all('passed'), [ids[kind]]: 'failed' });
    },
  );

  it.each<[Refusal]>([['credentials'], ['syntax'], ['schema'], ['type']])(
    'deviate where the refusal of %s has another listed status, and fail at an unlisted one',
    async (kind) => {
      expect(statuses((await run(server({ [kind]: 409 }))).results)).toEqual({
        ...all('passed'),
        [ids[kind]]: 'deviated',
      });
      expect(statuses((await run(server({ [kind]: 418 }))).results)).toMatchObject({
        [ids[kind]]: 'failed',
      });
    },
  );

  it.each([400, 401, 404, 415, 500, 503])(
    'are undecided, never passed, on a server that answers everything with %d',
    async (status) => {
      const { results } = await run((_request, reply) => {
        reply.writeHead(status).end();
      });
      expect(statuses(results)).toEqual({ ...all('inconclusive'), [ids.described]: 'failed' });
    },
  );

  it('earn no pass from a server that answers everything with 200', async () => {
    const { results } = await run((_request, reply) => {
      sendJson(reply, 200, { id: 1 });
    });
    expect(statuses(results)).toEqual({ ...all('failed'), [ids.described]: 'inconclusive' });
  });

  it('say which request was let through', async () => {
    const { results } = await run(server({ schema: 200 }));
    expect(results.find(({ check }) => check === ids.schema)?.message).toBe(
      'POST /things (without name) answered 200, not 400',
    );
  });
});

describe('a valid request', () => {
  it.each<[string, (reply: ServerResponse) => void, RegExp]>([
    [
      'a status that is not described',
      (reply) => {
        sendJson(reply, 202, {});
      },
      /status 202 is not described/,
    ],
    [
      'a body that is no JSON',
      (reply) => {
        reply.writeHead(200, { 'Content-Type': 'application/json' }).end('{');
      },
      /not valid JSON/,
    ],
    [
      'a body without a required member',
      (reply) => {
        sendJson(reply, 200, {});
      },
      /member id is required/,
    ],
    [
      'a member of another type',
      (reply) => {
        sendJson(reply, 200, { id: 'x' });
      },
      /member id must be integer/,
    ],
  ])('that is answered with %s departs from the document', async (_what, answer, words) => {
    const { results } = await run((request, reply) => {
      if (request.path === '/things') answer(reply);
      else reply.writeHead(404).end();
    });
    const described = results.find(({ check }) => check === ids.described);
    expect(described?.status).toBe('failed');
    expect(described?.comparison?.actual).toMatch(words);
  });

  it('may be answered with members that nobody described', async () => {
    expect(statuses((await run(server())).results)[ids.described]).toBe('passed');
  });
});

describe('the faulty requests', () => {
  it('are the valid one with one fault each', async () => {
    const { seen } = await run(server());
    const bodies = seen.map(({ body }) => body);
    const valid = { name: 'a', size: 1, tags: [], open: 'x' };
    for (const wrong of [
      { size: 1, tags: [], open: 'x' },
      { name: 'a', tags: [], open: 'x' },
      { ...valid, name: { unexpected: true } },
      { ...valid, size: ['unexpected'] },
      { ...valid, tags: 'unexpected' },
    ]) {
      expect(bodies.map(parse)).toContainEqual(wrong);
    }
    expect(bodies).toContain(JSON.stringify(valid).slice(0, -1));
    expect(seen.filter(({ headers }) => headers['content-type'] === 'text/plain')).toHaveLength(1);
    expect(
      seen.filter(({ path, headers }) => path === '/things' && headers.authorization === undefined),
    ).toHaveLength(1);
  });

  it.each<[string, Partial<SeenRequest['headers']>, string]>([
    ['query', { authorization: undefined }, '/things?a=1&api_key=k&b=2'],
    ['header', { 'x-key': 'k' }, '/things'],
    ['cookie', { cookie: 'session=k' }, '/things'],
  ])('leave out credentials of the %s', async (scheme, headers, path) => {
    const given = Object.fromEntries(
      Object.entries(headers).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    );
    const { seen } = await run(
      (_request, reply) => {
        sendJson(reply, 200, { id: 1 });
      },
      documentWith({ security: [{ [scheme]: [] }] }),
      () => Promise.resolve({ method: 'POST', path, headers: given, json: { name: 'a', size: 1 } }),
    );
    const bare = seen.filter(
      (request) =>
        request.headers['x-key'] === undefined &&
        request.headers.cookie === undefined &&
        !request.path.includes('key'),
    );
    expect(bare.map((request) => request.path)).toContain(
      scheme === 'query' ? '/things?a=1&b=2' : '/things',
    );
  });

  it('need a member that could be wrong, else the check is skipped', async () => {
    const open = { content: { 'application/json': { schema: { type: 'object' } } } };
    const { results } = await run(server(), documentWith({ requestBody: open }));
    expect(results.find(({ check }) => check === ids.schema)).toMatchObject({
      status: 'skipped',
      message: 'the document describes no member that could be wrong',
    });
  });
});

describe('what is generated', () => {
  const generated = (document: OpenApiDocument): string[] =>
    generatedRequirements(source, document).map(({ id }) => id.replace(/^.*make-thing-/, ''));

  it('follows the statuses of the document', () => {
    expect(generated(documentWith())).toEqual([
      'answers-as-described',
      'credentials-refused',
      'body-syntax-refused',
      'body-schema-refused',
      'content-type-refused',
    ]);
  });

  it('leaves out credentials where none are asked for, and bodies where there are none', () => {
    expect(generated(documentWith({ security: [] }))).not.toContain('credentials-refused');
    expect(generated(documentWith({ security: [{}] }))).not.toContain('credentials-refused');
    const { requestBody: _body, ...bare } = operation;
    const document = { ...documentWith(), paths: { '/things': { post: bare } } };
    expect(generated(document)).toEqual(['answers-as-described', 'credentials-refused']);
  });

  it('leaves out what the document does not assert, an example location, and upgrades', () => {
    const waived = {
      415: {
        description: 'x',
        'x-countersign-when': ['content-type'],
        'x-countersign-not-asserted': ['content-type'],
      },
    };
    const responses = { ...operation.responses, ...waived } as OperationObject['responses'];
    expect(generated(documentWith({ responses }))).not.toContain('content-type-refused');
    expect(
      generated(documentWith({ 'x-countersign-not-asserted': ['body-schema'] } as object)),
    ).not.toContain('body-schema-refused');
    const elsewhere = documentWith();
    const item = { ...elsewhere.paths['/things'], 'x-countersign-example-location': true };
    expect(generated({ ...elsewhere, paths: { '/things': item } })).toEqual([]);
    expect(generated(documentWith({ responses: { 101: { description: 'socket' } } }))).toEqual([]);
  });

  it('has no check without a sample: the requirement stays untested', () => {
    const suite = assembleSuite(
      defineSuite<null>({
        slug: 'bench',
        openapi: documentWith(),
        asyncapi: null,
        profileSchema: {},
        areas: [],
        samples: {},
        createDriver: () => null,
        positiveControl: () => Promise.resolve(),
      }),
      generatedRequirements(source, documentWith()),
    );
    expect(suite.checks).toEqual([]);
  });
});
