import type { JsonSchema } from '../../specs/model.js';

export interface AppCredentials {
  readonly appId: string;
  readonly apiKey: string;
}

/** The section `ssks` of a profile. */
export interface SsksSection extends Partial<AppCredentials> {
  /** `test` by default; only then the fixed challenge is used. */
  readonly mode?: 'test' | 'production';
  /** Seven digits are appended for each test number. */
  readonly numberPrefix?: string;
  readonly emailDomain?: string;
  readonly secondApp?: AppCredentials;
  readonly productionApp?: AppCredentials;
}

const credentials = {
  appId: { type: 'string', minLength: 1, description: 'Id of the app.' },
  apiKey: { type: 'string', minLength: 1, description: 'Key of the app.' },
};
const app: JsonSchema = {
  type: 'object',
  required: ['appId', 'apiKey'],
  properties: credentials,
  additionalProperties: false,
};

/** JSON Schema of `SsksSection`. */
export const profileSchema: JsonSchema = {
  description: 'Seald SDK Key Storage.',
  required: ['appId', 'apiKey'],
  properties: {
    ...credentials,
    mode: {
      enum: ['test', 'production'],
      description: 'Mode of the app, test by default; the fixed challenge is checked only there.',
    },
    numberPrefix: {
      type: 'string',
      pattern: '^\\+[1-9][0-9]{0,7}$',
      description: 'The start of numbers that the inbox can read; seven digits are appended.',
    },
    emailDomain: {
      type: 'string',
      pattern: '^[^@\\s]+\\.[^@\\s]+$',
      description: 'The domain at which the inbox can read any address.',
    },
    secondApp: {
      ...app,
      description:
        'Another app; its SMS quota is used up where the capability sms-quota allows it.',
    },
    productionApp: { ...app, description: 'An app in production mode.' },
  },
};
