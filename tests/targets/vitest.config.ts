import { defineConfig } from 'vitest/config';

/**
 * Runs of the built command against servers of others; each takes seconds to a minute, and most of it
 * is waiting.
 */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts', 'bad/*.test.ts'],
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 60_000,
    cache: false,
  },
});
