import type { OpenApiDocument } from '../../../specs/model.js';

const greeting = {
  type: 'object',
  required: ['id', 'text'],
  properties: { id: { type: 'integer' }, text: { type: 'string', minLength: 1 } },
};
const authorised = [{ bearer: [] }];
const refusedCredentials = { description: 'no such token', 'x-countersign-when': ['credentials'] };
const json = (schema: object): object => ({ content: { 'application/json': { schema } } });

/** The document of the fixture system: it greets people by name. */
export const openapi: OpenApiDocument = {
  openapi: '3.1.0',
  info: { title: 'Greeter', version: '1' },
  components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  paths: {
    '/greeter/greetings': {
      post: {
        operationId: 'greet',
        tags: ['greetings'],
        security: authorised,
        requestBody: json({
          type: 'object',
          required: ['name'],
          properties: { name: { type: 'string', minLength: 1 }, loud: { type: 'boolean' } },
        }),
        responses: {
          201: { description: 'greeted', ...json(greeting) },
          400: {
            description: 'not understood',
            'x-countersign-when': ['body-syntax', 'body-schema'],
          },
          401: refusedCredentials,
          415: { description: 'not JSON', 'x-countersign-when': ['content-type'] },
        },
      },
    },
    '/greeter/greetings/{id}': {
      get: {
        operationId: 'readGreeting',
        tags: ['greetings'],
        security: authorised,
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          200: { description: 'the greeting', ...json(greeting) },
          401: refusedCredentials,
          404: { description: 'no such greeting', 'x-countersign-when': ['not-found'] },
        },
      },
    },
    '/greeter/next': {
      get: {
        operationId: 'awaitGreeting',
        tags: ['poll'],
        security: authorised,
        parameters: [{ name: 'after', in: 'query', required: true, schema: { type: 'string' } }],
        responses: {
          200: { description: 'those since', ...json({ type: 'array', items: greeting }) },
          401: refusedCredentials,
        },
      },
    },
    '/greeter/live': {
      get: {
        operationId: 'watchGreetings',
        tags: ['live'],
        security: authorised,
        responses: {
          101: { description: 'a WebSocket with a frame for each greeting' },
          401: refusedCredentials,
          426: { description: 'only as a WebSocket' },
        },
      },
    },
  },
};
