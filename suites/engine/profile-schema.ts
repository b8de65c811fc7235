/** What a profile may say. Each key has a description, which editors show. */
import { capabilities, type JsonSchema } from '../../specs/model.js';
import { endpointSchema, inboxSchema } from './inbox/source.js';

const shared = {
  inbox: inboxSchema,
  trigger: {
    ...endpointSchema,
    description: 'How changes are made that happen outside of the API, such as a deleted file.',
  },
  clock: { ...endpointSchema, description: "How the target's clock is moved forward." },
  capabilities: {
    type: 'array',
    items: { enum: capabilities },
    description: 'What the target has and allows; what needs anything else is skipped.',
  },
};

const waiversSchema = {
  type: 'array',
  description: 'Known failures that must not fail the run.',
  items: {
    type: 'object',
    required: ['requirement', 'reason', 'until'],
    properties: {
      requirement: { type: 'string', description: 'Id of the requirement that fails.' },
      reason: {
        type: 'string',
        minLength: 1,
        description: 'Why it may fail for now, as the report tells it.',
      },
      until: {
        type: 'string',
        pattern: '^\\d{4}-\\d\\d-\\d\\d$',
        description: 'The last day on which this holds; afterwards the profile is refused.',
      },
    },
    additionalProperties: false,
  },
};

const tlsSchema = {
  type: 'object',
  description:
    'How connections to https targets are made; paths are from the folder of the profile.',
  properties: {
    ca: {
      type: 'string',
      description: 'PEM file with authorities to trust beside the usual ones.',
    },
    cert: { type: 'string', description: 'PEM file with the certificate that the suite shows.' },
    key: { type: 'string', description: 'PEM file with the key of that certificate.' },
    insecure: {
      type: 'boolean',
      description: 'Accepts any certificate of the target, and warns of it in every run.',
    },
  },
  additionalProperties: false,
};

/** The JSON Schema of a profile, for editors and for the check of a profile; by sections of systems. */
export function profileSchema(sections: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const systems: Record<string, JsonSchema> = {};
  for (const [slug, section] of Object.entries(sections)) {
    const own = (section.properties ?? {}) as Record<string, unknown>;
    systems[slug] = {
      ...section,
      type: ['object', 'null'],
      properties: {
        url: {
          type: 'string',
          format: 'uri',
          description: 'Base URL of this system, where it differs from the target of all.',
        },
        ...shared,
        ...own,
      },
      additionalProperties: false,
    };
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Countersign target profile',
    type: 'object',
    properties: {
      target: { type: 'string', format: 'uri', description: 'Base URL of the server under test.' },
      ...shared,
      systems: {
        type: 'object',
        properties: systems,
        additionalProperties: false,
        description:
          'The systems to test, each with its accounts; one that is absent is not tested.',
      },
      waivers: waiversSchema,
      headers: {
        type: 'object',
        additionalProperties: { type: 'string' },
        description: 'Headers that go with every request; their values appear in no report.',
      },
      tls: tlsSchema,
      maxRequestsPerSecond: {
        type: 'number',
        exclusiveMinimum: 0,
        description: 'How many requests the whole run may send in a second, evenly spaced.',
      },
      maxConnections: {
        type: 'integer',
        minimum: 1,
        description: 'How many connections the whole run may hold at a time, WebSockets included.',
      },
    },
    additionalProperties: false,
  };
}
