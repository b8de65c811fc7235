/** Through MSW a client meets the same mock as over a connection, byte for byte. */
import { setupServer } from 'msw/node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startMock } from '../../mocks/index.js';
import { countersign } from '../../mocks/msw.js';
import { flows, stageAt, type Flow, type FlowAnswer } from '../support/flows.js';

const startTime = new Date('2026-01-01T00:00:00Z');

afterEach(() => {
  vi.useRealTimers();
});

async function overAConnection(
  flow: Flow,
): Promise<{ url: string; answers: readonly FlowAnswer[] }> {
  const mock = await startMock({ systems: [flow.system], seed: 7, startTime });
  const stage = stageAt(mock.url);
  try {
    await flow.first(stage);
    await flow.second(stage);
  } finally {
    await mock.close();
  }
  return { url: mock.url, answers: stage.answers };
}

async function throughMsw(flow: Flow, url: string, seed = 7): Promise<readonly FlowAnswer[]> {
  const mock = await countersign({ systems: [flow.system], baseUrl: url, seed, startTime });
  const server = setupServer(...mock.handlers);
  server.listen({ onUnhandledRequest: 'error' });
  const stage = stageAt(url);
  try {
    await flow.first(stage);
    await flow.second(stage);
  } finally {
    server.close();
    await mock.close();
  }
  return stage.answers;
}

describe.each(flows.map((flow) => ({ name: flow.system, flow })))('$name', ({ flow }) => {
  it('answers through MSW what the server answers at the same seed and time', async () => {
    // The machine's time stands still, so that both see the same.
    vi.useFakeTimers({ toFake: ['Date'] });
    const { url, answers } = await overAConnection(flow);
    const again = await throughMsw(flow, url);
    expect(again).toEqual(answers);
    expect(again.length).toBeGreaterThan(2);
  });

  it('answers otherwise at another seed', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const url = 'https://api.example.test';
    expect(await throughMsw(flow, url, 8)).not.toEqual(await throughMsw(flow, url, 9));
  });
});
