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

const text: JsonSchema = { type: 'string', minLength: 1 };
const app: JsonSchema = {
  type: 'object',
  required: ['appId', 'apiKey'],
  properties: { appId: text, apiKey: text },
  additionalProperties: false,
};

/** JSON Schema of `SsksSection`. */
export const profileSchema: JsonSchema = {
  required: ['appId', 'apiKey'],
  properties: {
    appId: text,
    apiKey: text,
    mode: { enum: ['test', 'production'] },
    numberPrefix: { type: 'string', pattern: '^\\+[1-9][0-9]{0,7}$' },
    emailDomain: { type: 'string', pattern: '^[^@\\s]+\\.[^@\\s]+$' },
    secondApp: app,
    productionApp: app,
  },
};
