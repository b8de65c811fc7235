import { defineConfig } from 'vitest/config';

/** The whole suite against a mock in chaos: takes as long as the suite does. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    pool: 'threads',
    maxWorkers: 1,
    testTimeout: 180_000,
    hookTimeout: 60_000,
    cache: false,
  },
});
