import type { JsonSchema } from '../../specs/model.js';

/** One identity of the profile, with a token of its own. */
export interface Person {
  readonly id: string;
  readonly accessToken: string;
  /** The ACR of the access token. */
  readonly acr: number;
  /** The non-identified public key. */
  readonly publicKey: string;
}

/** The section `systems.misakey` of a profile; the contracts describe it. */
export interface MisakeySection {
  /** The first acts, the second is contacted, a third one watches. */
  readonly identities?: readonly Person[];
  readonly tokens?: {
    readonly acr1?: string;
    readonly acr0?: string;
    readonly expired?: string;
  };
  readonly contacts?: {
    readonly noAccount?: string;
    readonly noKey?: string;
    readonly identifiedKey?: string;
  };
}

const text = { type: 'string', minLength: 1 };

/** What a profile may say of this system. */
export const profileSchema: JsonSchema = {
  type: 'object',
  properties: {
    identities: {
      type: 'array',
      minItems: 2,
      items: {
        type: 'object',
        required: ['id', 'accessToken', 'acr', 'publicKey'],
        properties: {
          id: { type: 'string', format: 'uuid' },
          accessToken: text,
          acr: { type: 'integer', minimum: 0, maximum: 3 },
          publicKey: text,
        },
        additionalProperties: false,
      },
    },
    tokens: {
      type: 'object',
      properties: { acr1: text, acr0: text, expired: text },
      additionalProperties: false,
    },
    contacts: {
      type: 'object',
      properties: { noAccount: text, noKey: text, identifiedKey: text },
      additionalProperties: false,
    },
  },
};
