import { defineConfig } from 'vitest/config';

/** The package as its users get it; needs a build and takes its time. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    cache: false,
  },
});
