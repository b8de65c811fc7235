import { defineConfig } from '@playwright/test';
import { launchOptions } from './chromium.js';

/** Browser tests run in the Chromium of the machine. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../../.cache/test/browser',
  timeout: 30_000,
  workers: 1,
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  reporter: 'list',
  use: {
    browserName: 'chromium',
    headless: true,
    launchOptions,
    trace: 'off',
  },
});
