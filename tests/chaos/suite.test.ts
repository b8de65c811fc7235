/** Chaos is legal: the whole suite, which fails a server for what the documents say, passes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMock, type RunningMock } from '../../mocks/index.js';
import { systems } from '../../mocks/registry.js';
import { undecided } from '../support/undecided.js';

describe.each(systems.map(({ slug }) => slug))('a mock in chaos', (slug) => {
  let mock: RunningMock;
  beforeAll(async () => {
    // The limits that the suite looks for, and holds short enough for it, as in the proof.
    const settings = Object.fromEntries(
      systems.map((system) => [system.slug, system.suiteSettings ?? {}]),
    );
    mock = await startMock({ seed: 1, chaos: true, settings });
  });
  afterAll(() => mock.close());

  it(`conforms: ${slug}`, async () => {
    expect(await undecided(mock.url, slug)).toEqual([]);
  });
});
