import { defineConfig } from 'vitest/config';

/** Only the tests that judge verdicts and assertions: Stryker runs them once per mutant. */
export default defineConfig({
  test: {
    include: ['tests/suite-engine/{verdict,fold-events,expect}.test.ts'],
    pool: 'threads',
    restoreMocks: true,
  },
});
