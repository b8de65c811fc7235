import { defineConfig } from 'vitest/config';

/** The documentation: its commands are run, its TypeScript is compiled, its links are followed. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    pool: 'threads',
    maxWorkers: 1,
    testTimeout: 240_000,
    hookTimeout: 120_000,
    cache: false,
  },
});
