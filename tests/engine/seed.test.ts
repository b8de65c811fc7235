import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { plantSeed } from '../../mocks/control/seed.js';
import { json } from '../../mocks/engine/http.js';
import { createWorlds, type Worlds } from '../../mocks/engine/worlds.js';
import { startMock } from '../../mocks/index.js';
import { probe } from './probe.js';

const file = fileURLToPath(new URL('../../fixtures/seeds/first-day.yaml', import.meta.url));

describe('the seed of the fixtures', () => {
  it('is where a mock begins, as if clients had done it', async () => {
    const mock = await startMock({ seed: 1, stateFrom: file });
    try {
      const authorization = `Basic ${Buffer.from('+15550000001:alice').toString('base64')}`;
      const key = await fetch(`${mock.url}/v1/keys/+15550000002`, {
        headers: { authorization },
      });
      expect(await key.json()).toMatchObject({ keyId: 16777215 });
      expect(mock.inbox.list({ system: 'textsecure', channel: 'sms' })).toHaveLength(2);
      expect(mock.clock.now().getTime()).toBeGreaterThan(Date.now() + 3_500_000);
      const identities = await fetch(`${mock.url}/tmr/back/identity_check/`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-SEALD-APPID': '5ea1d000-0000-4000-8000-000000000001',
          'X-SEALD-APIKEY': 'mock-ssks-key-main',
        },
        body: JSON.stringify({
          user_id: 'ada',
          auth_factor: { type: 'EM', value: 'ada@countersign.test' },
        }),
      });
      expect(await identities.json()).toMatchObject({ identities_count: 1 });
    } finally {
      await mock.close();
    }
  });

  it('of another world leaves the main one alone', async () => {
    const worlds = create();
    await plantSeed(worlds, { world: 'alice', steps: ['POST /probe', 'POST /probe'] });
    expect(changes(worlds)).toBe(0);
    expect(changes(worlds, 'alice')).toBe(2);
  });
});

function create(): Worlds {
  return createWorlds({
    systems: [
      probe(
        {
          'POST /probe': {
            handler: (context) => {
              context.state.changes += 1;
              const { headers, query } = context.request;
              return json(200, { id: `id-${query}`, auth: headers.authorization });
            },
          },
          'POST /probe/refused': { handler: () => json(403, { detail: 'no' }) },
        },
        { trigger: (event) => event.event === 'known' },
      ),
    ],
  });
}

function changes(worlds: Worlds, name?: string): number {
  return (worlds.named(name).world.state('probe') as { changes: number }).changes;
}

describe('the library', () => {
  it('plants steps in a world', async () => {
    const mock = await startMock({ systems: ['textsecure'] });
    try {
      const alice = mock.world('alice');
      await alice.plant([
        'GET /v1/accounts/sms/code/+15550000001',
        {
          request: 'PUT /v1/accounts/code/{code}',
          basic: ['+15550000001', 'secret'],
          body: { signalingKey: Buffer.alloc(52).toString('base64'), supportsSms: false },
        },
        { scenario: 'textsecure/rate-limited' },
        { advance: '1m' },
      ]);
      expect(alice.inbox.list()).toHaveLength(1);
      expect(alice.faults.list().length).toBeGreaterThan(3);
      expect([mock.inbox.list(), mock.faults.list()]).toEqual([[], []]);
      await expect(mock.plant(['GET /nowhere'])).rejects.toThrow('step 1: GET /nowhere answered');
    } finally {
      await mock.close();
    }
  });
});

describe('a step', () => {
  it('refers to the answer of the one before', async () => {
    const worlds = create();
    await plantSeed(worlds, {
      steps: ['POST /probe?1', { request: 'POST /probe?{answer.id}', basic: ['ü', 'p'] }],
    });
    const [, last] = worlds.main.world.journal.list(0, 10);
    expect(last?.request.query).toBe('id-1');
    expect(last?.request.headers.authorization).toBe(
      `Basic ${Buffer.from('ü:p').toString('base64')}`,
    );
  });

  it.each([
    [{ steps: 'none' }, 'member steps of a seed must be a list'],
    [{ steps: [], extra: 1 }, 'a seed has no member extra'],
    [{ steps: ['POST /probe', 'nonsense'] }, 'step 2: "nonsense" is no request'],
    [{ steps: [7] }, 'step 1: a step is "METHOD /path"'],
    [{ steps: [{}] }, 'step 1: a step is "METHOD /path"'],
    [{ steps: [{ advance: 'soon' }] }, 'step 1: a step is'],
    [{ steps: [{ requst: 'POST /probe' }] }, 'step 1: there is no member requst'],
    [{ steps: ['POST /probe/refused'] }, 'step 1: POST /probe/refused answered 403: {"detail"'],
    [{ steps: [{ trigger: { system: 'probe', event: 'x', affects: [] } }] }, 'no event x'],
    [{ steps: [{ trigger: {} }] }, 'step 1: member system must be a string'],
  ])('%j that cannot be done is named', async (seed, words) => {
    await expect(plantSeed(create(), seed)).rejects.toThrow(words);
  });
});
