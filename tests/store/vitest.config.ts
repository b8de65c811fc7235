import { defineConfig } from 'vitest/config';

/** Mocks that share their worlds, by a real Redis-compatible server and as workers of one parent. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    pool: 'threads',
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    cache: false,
  },
});
