/** An application that uses SSKS, with what its owner was given. */
export interface Application {
  /** UUID in lower case; requests may write it in any letter case. */
  readonly id: string;
  readonly apiKey: string;
  /** `fake_otp` is refused in production. */
  readonly mode: 'test' | 'production';
  /** How many SMS may be handed out since the start. */
  readonly smsQuota: number;
}

const main: Application = {
  id: '5ea1d000-0000-4000-8000-000000000001',
  apiKey: 'mock-ssks-key-main',
  mode: 'test',
  smsQuota: 1_000,
};

/** Its small quota is there to be used up. */
const second: Application = {
  id: '5ea1d000-0000-4000-8000-000000000002',
  apiKey: 'mock-ssks-key-second',
  mode: 'test',
  smsQuota: 20,
};

const production: Application = {
  id: '5ea1d000-0000-4000-8000-000000000003',
  apiKey: 'mock-ssks-key-production',
  mode: 'production',
  smsQuota: 1_000,
};

/** The applications of a fresh mock. The registration of others is outside of this API. */
export const applications: readonly Application[] = [main, second, production];

/** This system's section of a target profile for a fresh mock. */
export const profile = {
  appId: main.id,
  apiKey: main.apiKey,
  mode: main.mode,
  numberPrefix: '+1555',
  emailDomain: 'countersign.test',
  secondApp: { appId: second.id, apiKey: second.apiKey },
  productionApp: { appId: production.id, apiKey: production.apiKey },
} as const;
