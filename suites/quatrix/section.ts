import type { JsonSchema } from '../../specs/model.js';
import type { TestContext } from '../engine/context.js';
import { deriveKey } from './crypto.js';

/** A user of the target, from the profile. */
export interface User {
  readonly login: string;
  readonly password: string;
}

/** A user of another account on the same target. */
export interface SecondAccount extends User {
  readonly referer: string;
}

/** The section `systems.quatrix` of a profile. */
export interface QuatrixSection {
  readonly referer: string;
  readonly users: readonly [User, User, ...User[]];
  readonly apiPrefix?: string;
  readonly secondAccount?: SecondAccount;
}

const user = {
  type: 'object',
  required: ['login', 'password'],
  properties: {
    login: { type: 'string', minLength: 1, description: 'As the target writes it.' },
    password: { type: 'string', description: 'The password of this user.' },
  },
  additionalProperties: false,
};

export const profileSchema: JsonSchema = {
  type: 'object',
  description: 'Maytech Quatrix, API 0.1.',
  required: ['referer', 'users'],
  properties: {
    referer: {
      type: 'string',
      format: 'uri',
      description: 'Address of the account, sent as Referer at login.',
    },
    users: {
      type: 'array',
      minItems: 2,
      items: user,
      description: 'Users of one account; a third one, and a non-ASCII password, help.',
    },
    apiPrefix: {
      type: 'string',
      pattern: '^(/.*[^/])?$',
      description: 'Such as /api/0.1, or empty; found by the suite when absent.',
    },
    secondAccount: {
      ...user,
      required: ['referer', 'login', 'password'],
      properties: {
        ...user.properties,
        referer: {
          type: 'string',
          format: 'uri',
          description: 'Address of that account, sent as Referer at its login.',
        },
      },
      description:
        'A user of another account of the same target, with the login of the first user.',
    },
  },
};

export function sectionOf(t: TestContext): QuatrixSection {
  return t.target.section as unknown as QuatrixSection;
}

/** The key of a user, which no report may show. */
export function keyOf(t: TestContext, { password }: Pick<User, 'password'>): string {
  return t.secret(deriveKey(password));
}
