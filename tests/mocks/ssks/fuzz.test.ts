import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeValue } from '../../../mocks/systems/ssks/factor.js';
import { sameText } from '../../../mocks/systems/ssks/secrets.js';
import type { SsksState } from '../../../mocks/systems/ssks/state.js';
import { openapi } from '../../../specs/ssks/documents.gen.js';
import type { MockCore } from '../../../mocks/engine/mock.js';
import { operationsOf } from '../../../specs/operations.js';
import { asBackEnd, openSession, profile, startSsks } from './target.js';

const operations = operationsOf(openapi);

/** Everything the mock keeps, as text, except what a look-up may make empty. */
function snapshot(core: MockCore): string {
  const state = core.world.state('ssks') as SsksState;
  const plain = (value: unknown): unknown => {
    if (value instanceof Map) {
      return [...(value as Map<string, unknown>)].map(([k, v]) => [k, plain(v)]);
    }
    if (value instanceof Set) return value.size;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([k, v]) => [k, k === 'user' ? null : plain(v)]),
    );
  };
  const stores = [...state.stores].map(([name, kept]) => [
    name,
    plain({ ...kept, failedSearches: null }),
  ]);
  return JSON.stringify([stores, core.world.inbox.cursor()]);
}

const junk = fc.oneof(
  fc.constantFrom('EM', 'SMS', 'u', 'a@b.c', '+15550000001', 'aaaaaaaa', profile.appId, ''),
  fc.boolean(),
  fc.jsonValue(),
);
const factor = fc.oneof(junk, fc.record({ type: junk, value: junk }, { requiredKeys: [] }));
const body = fc.record(
  {
    user_id: junk,
    auth_factor: factor,
    email: junk,
    create_user: junk,
    force_auth: junk,
    fake_otp: junk,
    template: junk,
    subject: junk,
    type: junk,
    value: junk,
    challenge: junk,
    data_b64: junk,
    app_id: junk,
    secret: junk,
    auth_factor_type: junk,
    auth_factor_value: junk,
  },
  { requiredKeys: [] },
);

describe('any body', () => {
  for (const operation of operations) {
    it(`gets a documented status from ${operation.id}, and a refusal changes nothing`, async () => {
      for (const dialect of ['documented', 'observed'] as const) {
        const core = startSsks({ dialect });
        const session = await openSession(core, { user_id: 'u', fake_otp: true });
        const headers = {
          'x-seald-appid': profile.appId,
          'x-seald-apikey': profile.apiKey,
          'x-seald-session': session,
        };
        await fc.assert(
          fc.asyncProperty(fc.oneof(body, fc.json()), async (sent) => {
            const before = snapshot(core);
            const reply = await asBackEnd(core, operation.path, sent, headers);
            expect(Object.keys(operation.object.responses)).toContain(String(reply.status));
            if (reply.status !== 200) expect(snapshot(core)).toBe(before);
            const valid = operation.bodyValidator?.()(
              typeof sent === 'string' ? (JSON.parse(sent) as unknown) : sent,
            );
            // What the schema refuses, the documented dialect refuses as malformed too.
            if (dialect === 'documented' && valid !== null) expect(reply.status).toBe(400);
          }),
          { numRuns: 60, seed: 7 },
        );
      }
    });
  }
});

describe('comparisons', () => {
  it('normalise a value once and for all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('EM', 'SMS'), (value, type) => {
        const once = normalizeValue({ type, value });
        expect(once).not.toMatch(/\s/);
        expect(normalizeValue({ type, value: `${value} ` })).toBe(once);
      }),
    );
  });

  it('hold for equal texts only', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(sameText(a, b)).toBe(a === b);
        expect(sameText(a, a)).toBe(true);
        expect(sameText(a, a + b)).toBe(b === '');
      }),
    );
  });
});

describe('a seed', () => {
  it('makes two runs answer alike', async () => {
    const replies = async () => {
      const core = startSsks({ seed: 42 });
      await openSession(core, { force_auth: true });
      return [await openSession(core), core.world.inbox.list({})[0]?.code];
    };
    expect(await replies()).toEqual(await replies());
  });
});
