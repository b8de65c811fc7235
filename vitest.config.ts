import { defineConfig } from 'vitest/config';

/** The tests of the harness itself. Those that take a build, a browser or minutes run apart, see package.json. */
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    exclude: [
      'tests/browser/**',
      'tests/package/**',
      'tests/documented/**',
      'tests/targets/**',
      'tests/inbox/**',
      'tests/store/**',
      'tests/docs/**',
      'tests/chaos/**',
    ],
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 15_000,
    hookTimeout: 30_000,
    teardownTimeout: 5_000,
    passWithNoTests: false,
    restoreMocks: true,
    cache: false,
  },
});
