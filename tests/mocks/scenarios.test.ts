/** Each named scenario, in the middle of its system's flow: what a client meets then. */
import { afterEach, describe, expect, it } from 'vitest';
import { startMock, type RunningMock, type SystemName } from '../../mocks/index.js';
import { systems } from '../../mocks/registry.js';
import { flows, stageAt, type Stage } from '../support/flows.js';

let mock: RunningMock;
afterEach(() => mock.close());

/** What the second half of the flow meets first: its end, or the words of its failure. */
async function second(system: SystemName, stage: Stage): Promise<string> {
  const flow = flows.find((candidate) => candidate.system === system);
  try {
    await flow?.second(stage);
    return 'done';
  } catch (error) {
    return String(error);
  }
}

const lost = 'fetch failed';

const expected: Readonly<Record<string, string | RegExp>> = {
  'textsecure rate-limited': /GET \/v1\/keys\/\S+ answered 413/,
  'textsecure prekeys-used-up': 'done',
  'textsecure recipient-unregistered': 'nothing was sent to gcm-1',
  'textsecure relay-down': /POST \/v1\/messages\/ answered 500/,
  'textsecure answers-lost': lost,
  'ssks quota-exceeded': 'done',
  'ssks challenge-expired': /challenge_validate\/ answered 403/,
  'ssks session-expired': /challenge_validate\/ answered 40/,
  'ssks rate-limited': 'done',
  'keyservice server-error': /GET \/Service\S+ answered 500/,
  'keyservice mailbox-empty': /GET \/Service\S+ answered 304/,
  'keyservice downloads-expired': 'done',
  'quatrix session-expired': /POST \/file\/makedir answered 401/,
  'quatrix rate-limited': 'done',
  'quatrix polls-lost': lost,
  'misakey session-expired': /events answered 401/,
  'misakey boxes-gone': /events answered 403/,
  'misakey socket-unstable': 'done',
};

const all = systems.flatMap((system) =>
  Object.entries(system.scenarios ?? {}).map(([name, { title }]) => ({
    id: `${system.slug} ${name}`,
    system: system.slug as SystemName,
    name,
    title,
  })),
);

it('every scenario is expected here, and says in a sentence what is the case', async () => {
  mock = await startMock();
  expect(all.map(({ id }) => id).sort()).toEqual(Object.keys(expected).sort());
  for (const { title } of all) expect(title).toMatch(/^[A-Z].{15,}\.$/);
  const listed = await fetch(`${mock.url}/_countersign/scenarios`);
  expect(((await listed.json()) as { scenarios: unknown[] }).scenarios).toHaveLength(all.length);
});

describe.each(all)('$id', ({ id, system, name }) => {
  it('meets the client, and is over after a reset', async () => {
    mock = await startMock({ systems: [system], seed: 1 });
    const stage = stageAt(mock.url);
    const flow = flows.find((candidate) => candidate.system === system);
    await flow?.first(stage);
    const answer = await fetch(`${mock.url}/_countersign/scenarios`, {
      method: 'POST',
      body: JSON.stringify({ system, name }),
    });
    expect([answer.status, await answer.text()]).toEqual([200, '{}']);
    const met = await second(system, stage);
    expect(met).toMatch(expected[id] ?? 'expected');
    await mock.reset();
    const fresh = stageAt(mock.url);
    await flow?.first(fresh);
    expect(await second(system, fresh)).toBe('done');
  });
});

describe('scenarios that the flow does not meet', () => {
  it('textsecure prekeys-used-up: the last-resort key is what is left', async () => {
    mock = await startMock({ systems: ['textsecure'] });
    const stage = stageAt(mock.url);
    await flows.find(({ system }) => system === 'textsecure')?.first(stage);
    await mock.scenario('textsecure', 'prekeys-used-up');
    const authorization = `Basic ${Buffer.from('+15550000001:secret').toString('base64')}`;
    const key = await stage.send(200, {
      path: '/v1/keys/+15550000002',
      headers: { authorization },
    });
    expect(JSON.parse(key.text)).toMatchObject({ keyId: 0xffffff });
  });

  it('ssks quota-exceeded: an SMS is refused, an e-mail goes out', async () => {
    mock = await startMock({ systems: ['ssks'] });
    await mock.scenario('ssks', 'quota-exceeded');
    const ask = async (auth_factor: object): Promise<number> => {
      const answer = await fetch(`${mock.url}/tmr/back/challenge_send/`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-SEALD-APPID': '5ea1d000-0000-4000-8000-000000000001',
          'X-SEALD-APIKEY': 'mock-ssks-key-main',
        },
        body: JSON.stringify({
          create_user: true,
          user_id: 'ada',
          auth_factor,
          force_auth: true,
          template: '<p>$$CHALLENGE$$</p>',
        }),
      });
      return answer.status;
    };
    expect(await ask({ type: 'SMS', value: '+15550000001' })).toBe(406);
    expect(await ask({ type: 'EM', value: 'ada@countersign.test' })).toBe(200);
  });

  it('quatrix rate-limited: a login is answered 429', async () => {
    mock = await startMock({ systems: ['quatrix'] });
    await mock.scenario('quatrix', 'rate-limited');
    expect((await fetch(`${mock.url}/session/login`)).status).toBe(429);
  });
});

describe('an unknown scenario', () => {
  it('is refused with the names that there are', async () => {
    mock = await startMock({ systems: ['quatrix'] });
    const answer = await fetch(`${mock.url}/_countersign/scenarios`, {
      method: 'POST',
      body: '{"system":"quatrix","name":"constructor"}',
    });
    expect([answer.status, await answer.text()]).toEqual([
      422,
      'there is no scenario quatrix/constructor; there is: quatrix/session-expired, ' +
        'quatrix/rate-limited, quatrix/polls-lost',
    ]);
    expect(() => mock.scenario('ssks', 'x')).toThrow('has no scenario x; it has: none');
  });
});
