import type { OpenApiDocument, OperationObject, ParameterObject } from '../../specs/model.js';
import { json, type PlainResponse } from '../../mocks/engine/http.js';
import type { Problem } from '../../mocks/engine/problem.js';
import {
  defineSystem,
  type ErasedSystem,
  type Handler,
  type SystemDefinition,
} from '../../mocks/engine/system.js';

/** What the probe keeps: how often something was changed. */
export interface ProbeState {
  changes: number;
  readonly seeded: string;
}

export interface ProbeBehaviour {
  readonly greeting: string;
  readonly mark: string;
}

export type ProbeHandler = Handler<ProbeState, ProbeBehaviour>;

export interface ProbeRoute {
  readonly handler?: ProbeHandler;
  readonly object?: Partial<OperationObject>;
}

const statuses: Readonly<Record<Problem['kind'], number>> = {
  'not-found': 404,
  'method-not-allowed': 405,
  'body-syntax': 400,
  'content-type': 415,
  'body-schema': 422,
  parameter: 400,
  'body-too-large': 413,
  internal: 500,
};

const answerOk: ProbeHandler = (context) => json(200, { params: context.params });

/**
 * A small system for tests of the engine. Routes are written as `GET /probe/{name}`, which is
 * also the operationId; a handler that is left out answers the path parameters.
 */
export function probe(
  routes: Readonly<Record<string, ProbeRoute>>,
  overrides: Partial<SystemDefinition<ProbeState, ProbeBehaviour>> = {},
): ErasedSystem {
  const handlers: Record<string, ProbeHandler> = {};
  for (const [id, route] of Object.entries(routes)) handlers[id] = route.handler ?? answerOk;
  return defineSystem<ProbeState, ProbeBehaviour>({
    slug: 'probe',
    title: 'Probe',
    openapi: documentOf(routes),
    asyncapi: null,
    roots: ['probe'],
    behaviours: {
      documented: { greeting: 'good day', mark: '.' },
      observed: { greeting: 'hi', mark: '!' },
    },
    settings: { holdSeconds: 60, strict: false },
    createState: (world) => ({ changes: 0, seeded: world.random.uuid() }),
    handlers,
    profile: {},
    refuse: (problem): PlainResponse => json(statuses[problem.kind], problem),
    ...overrides,
  });
}

/** The OpenAPI document of such routes; every path parameter is a string. */
export function documentOf(routes: Readonly<Record<string, ProbeRoute>>): OpenApiDocument {
  const paths: Record<string, Record<string, OperationObject>> = {};
  for (const [id, route] of Object.entries(routes)) {
    const [method = '', path = ''] = id.split(' ');
    const item = (paths[path] ??= {});
    item[method.toLowerCase()] = {
      operationId: id,
      parameters: pathParameters(path),
      responses: { '200': { description: 'done' } },
      ...route.object,
    };
  }
  return { openapi: '3.1.0', info: { title: 'Probe', version: '1' }, paths };
}

function pathParameters(path: string): readonly ParameterObject[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map((match) => ({
    name: match[1] ?? '',
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}
