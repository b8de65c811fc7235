/** Chaos is legal: the whole suite, which fails a server for what the documents say, passes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMock, type RunningMock } from '../../mocks/index.js';
import { systems } from '../../mocks/registry.js';
import { undecided } from '../support/undecided.js';

/** With these seeds each of the freedoms that are drawn once for a run is taken, and left. */
const seeds = [1, 2, 4];

describe.each(seeds)('a mock in chaos, seed %i', (seed) => {
  let mock: RunningMock;
  beforeAll(async () => {
    // The limits that the suite looks for, and holds short enough for it, as in the proof.
    const settings = Object.fromEntries(
      systems.map((system) => [system.slug, system.suiteSettings ?? {}]),
    );
    mock = await startMock({ seed, chaos: true, settings });
  });
  afterAll(() => mock.close());

  it.each(systems.map(({ slug }) => slug))('conforms: %s', async (slug) => {
    expect(await undecided(mock.url, slug)).toEqual([]);
  });
});
