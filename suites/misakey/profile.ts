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
  description: 'Misakey: the realtime side of boxes.',
  properties: {
    identities: {
      type: 'array',
      minItems: 2,
      description: 'Identities of the target: the first acts, the second is contacted.',
      items: {
        type: 'object',
        required: ['id', 'accessToken', 'acr', 'publicKey'],
        properties: {
          id: { type: 'string', format: 'uuid', description: 'Id of the identity.' },
          accessToken: { ...text, description: 'An access token of this identity that is valid.' },
          acr: {
            type: 'integer',
            minimum: 0,
            maximum: 3,
            description: 'The ACR (authentication level) of that access token.',
          },
          publicKey: { ...text, description: 'The non-identified public key of the identity.' },
        },
        additionalProperties: false,
      },
    },
    tokens: {
      type: 'object',
      description: 'More tokens of the first identity, each of which enables its checks.',
      properties: {
        acr1: { ...text, description: 'A token of ACR 1.' },
        acr0: { ...text, description: 'A token of ACR 0.' },
        expired: { ...text, description: 'A token that has expired.' },
      },
      additionalProperties: false,
    },
    contacts: {
      type: 'object',
      description: 'Identities that cannot be contacted, each of which enables its checks.',
      properties: {
        noAccount: { ...text, description: 'Id of an identity without an account.' },
        noKey: { ...text, description: 'Id of an identity without a non-identified public key.' },
        identifiedKey: {
          ...text,
          description: 'An identified public key, which no contact takes.',
        },
      },
      additionalProperties: false,
    },
  },
};
