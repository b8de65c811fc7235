/** The checks of the documents find what is planted, and nothing in documents that are right. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Finding } from '../../specs/checks/finding.js';
import { checkSystem } from '../../specs/checks/system.js';

type Tree = Record<string, unknown>;

interface Documents {
  openapi: Tree;
  asyncapi: Tree;
  requirements: Tree[];
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-specs-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Documents of a little system in which nothing is wrong. */
function rightDocuments(): Documents {
  return {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Bells', version: '1' },
      paths: {
        '/bells/{id}': {
          get: {
            operationId: 'getBell',
            parameters: [
              { name: 'id', in: 'path', required: true, schema: { type: 'integer' }, example: 3 },
            ],
            responses: {
              200: {
                description: 'A bell',
                content: {
                  'application/json': {
                    schema: { $ref: '#/components/schemas/Bell' },
                    examples: { small: { value: { id: 3, cast: '2020-01-01' } } },
                  },
                },
              },
              404: { description: 'No such bell', 'x-countersign-when': ['not-found'] },
            },
          },
          put: {
            operationId: 'putBell',
            parameters: [{ $ref: '#/components/parameters/Id' }],
            responses: { 204: { description: 'Kept' } },
          },
        },
      },
      components: {
        parameters: {
          Id: { name: 'id', in: 'path', required: true, schema: { type: 'integer' }, example: 4 },
        },
        schemas: {
          Bell: {
            type: 'object',
            required: ['id'],
            properties: {
              id: { type: 'integer', examples: [1, 2] },
              cast: { type: 'string', format: 'date' },
            },
          },
        },
      },
    },
    asyncapi: {
      asyncapi: '3.0.0',
      info: { title: 'Bells ring', version: '1' },
      channels: {
        tower: { address: 'tower', messages: { ring: { $ref: '#/components/messages/ring' } } },
      },
      operations: {
        receiveRing: { action: 'receive', channel: { $ref: '#/channels/tower' } },
      },
      components: {
        messages: {
          ring: {
            payload: {
              type: 'object',
              required: ['strokes'],
              properties: { strokes: { type: 'integer' } },
            },
            examples: [{ name: 'noon', payload: { strokes: 12 } }],
          },
        },
      },
    },
    requirements: [
      {
        id: 'bells.tower.rings-at-noon',
        level: 'must',
        basis: 'documented',
        source: 'bells.txt:3-5,9',
        operation: ['getBell', 'receiveRing'],
        statement: 'A bell rings at noon.',
        expect: 'Twelve strokes.',
        tolerate: '',
        needs: ['clock'],
      },
    ],
  };
}

/** The AsyncAPI parser takes a second, so its document is there only where it matters. */
async function findingsOf(documents: Documents, realtime = true): Promise<readonly Finding[]> {
  rmSync(join(folder, 'bells'), { recursive: true, force: true });
  mkdirSync(join(folder, 'bells'));
  for (const name of ['openapi', 'asyncapi', 'requirements'] as const) {
    if (name === 'asyncapi' && !realtime) continue;
    writeFileSync(join(folder, 'bells', `${name}.yaml`), stringify(documents[name]));
  }
  return checkSystem({ folder, system: 'bells', lines: new Map([['bells.txt', 10]]) });
}

/** Sets what stands at a pointer. */
function plant(document: unknown, pointer: string, value: unknown): void {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/'));
  const last = steps.pop() ?? '';
  let owner = document as Tree;
  for (const step of steps) owner = owner[step] as Tree;
  owner[last] = value;
}

test('documents that are right have no findings', async () => {
  expect(await findingsOf(rightDocuments())).toEqual([]);
});

const bell = '/paths/~1bells~1{id}/get';

describe('a fault that is planted is found where it stands', () => {
  test.each<[string, keyof Documents, string, unknown, string, RegExp]>([
    [
      'a response example',
      'openapi',
      `${bell}/responses/200/content/application~1json/examples/small/value/id`,
      'three',
      'examples/small',
      /must be integer/,
    ],
    [
      'a format',
      'openapi',
      `${bell}/responses/200/content/application~1json/examples/small/value/cast`,
      'yesterday',
      'examples/small',
      /format "date"/,
    ],
    [
      'a parameter example',
      'openapi',
      `${bell}/parameters/0/example`,
      'x',
      '/parameters/0/example',
      /must be integer/,
    ],
    [
      'a parameter that is referred to',
      'openapi',
      '/components/parameters/Id/example',
      'x',
      '/components/parameters/Id/example',
      /must be integer/,
    ],
    [
      'an example inside a schema',
      'openapi',
      '/components/schemas/Bell/properties/id/examples',
      [1, 'two'],
      'properties/id/examples/1',
      /must be integer/,
    ],
    [
      'a misspelt keyword',
      'openapi',
      '/components/schemas/Bell/properties/id/minimun',
      1,
      '/components/schemas/Bell',
      /unknown keyword: "minimun"/,
    ],
    [
      'an unknown format',
      'openapi',
      '/components/schemas/Bell/properties/cast/format',
      'dote',
      '/components/schemas/Bell',
      /unknown format "dote"/,
    ],
    [
      'a reference to nothing',
      'openapi',
      '/components/schemas/Bell/properties/clapper',
      { $ref: '#/components/schemas/Clapper' },
      '',
      /Clapper/,
    ],
    [
      'an operationId used twice',
      'openapi',
      '/paths/~1bells~1{id}/put/operationId',
      'getBell',
      '/put',
      /taken by another/,
    ],
    [
      'a missing operationId',
      'openapi',
      '/paths/~1bells~1{id}/put/operationId',
      undefined,
      '/put',
      /needs an operationId/,
    ],
    [
      'an unknown kind of fault',
      'openapi',
      `${bell}/responses/404/x-countersign-when`,
      ['not-there'],
      'x-countersign-when',
      /not-there/,
    ],
    ['what OpenAPI does not know', 'openapi', '/info/title', undefined, '', /not valid OpenAPI/],
    [
      'a message example',
      'asyncapi',
      '/components/messages/ring/examples/0/payload',
      { strokes: 'many' },
      'examples/0/payload',
      /must be integer/,
    ],
    [
      'what AsyncAPI does not know',
      'asyncapi',
      '/operations/receiveRing/action',
      'listen',
      '/operations/receiveRing',
      /./,
    ],
    [
      'an operation name used by both',
      'asyncapi',
      '/operations/getBell',
      { action: 'receive', channel: { $ref: '#/channels/tower' } },
      'getBell',
      /OpenAPI document has this name/,
    ],
    ['a malformed id', 'requirements', '/0/id', 'bells.tower.Rings', 'id', /lower case/],
    [
      'an id of another system',
      'requirements',
      '/0/id',
      'horns.tower.rings',
      'id',
      /begin with bells/,
    ],
    ['an unknown level', 'requirements', '/0/level', 'shall', 'level', /must, should, may/],
    [
      'an unknown basis',
      'requirements',
      '/0/basis',
      'guessed',
      'basis',
      /documented, observed, inferred/,
    ],
    ['an unknown capability', 'requirements', '/0/needs', ['ladder'], 'needs', /ladder/],
    ['an unknown operation', 'requirements', '/0/operation', 'meltBell', 'operation', /meltBell/],
    [
      'a line after the end',
      'requirements',
      '/0/source',
      'bells.txt:3-5,11',
      'source',
      /11 is no range/,
    ],
    ['lines backwards', 'requirements', '/0/source', 'bells.txt:5-3', 'source', /5-3/],
    [
      'an unknown document',
      'requirements',
      '/0/source',
      'horns.txt:1',
      'source',
      /none of the documents/,
    ],
    ['no citation at all', 'requirements', '/0/source', 'it is known', 'source', /cites a line/],
    ['an unknown member', 'requirements', '/0/tolerates', '', 'tolerates', /no member/],
    ['a missing statement', 'requirements', '/0/statement', undefined, 'statement', /required/],
  ])('%s', async (_, document, pointer, value, at, message) => {
    const documents = rightDocuments();
    plant(documents[document], pointer, value);
    const findings = await findingsOf(documents, document === 'asyncapi');
    expect(findings.map((finding) => finding.file)).toContain(`specs/bells/${document}.yaml`);
    const hits = findings.filter((entry) => entry.at.includes(at) && message.test(entry.message));
    expect(hits, JSON.stringify(findings, null, 1)).not.toEqual([]);
  });

  test('an id used twice', async () => {
    const documents = rightDocuments();
    documents.requirements.push({ ...documents.requirements[0] });
    const findings = await findingsOf(documents);
    expect(findings.map(({ message }) => message)).toEqual(['another record has this id']);
  });
});
