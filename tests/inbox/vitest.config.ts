import { defineConfig } from 'vitest/config';

/** Adapters against real mail servers, and whole runs through them: minutes, and most of it waiting. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    cache: false,
  },
});
