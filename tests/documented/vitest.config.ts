import { defineConfig } from 'vitest/config';

/** Whole suites run here, which takes a minute; so this is apart from the unit tests. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    pool: 'threads',
    maxWorkers: 1,
    testTimeout: 300_000,
    cache: false,
  },
});
