import { defineConfig } from '@playwright/test';

const executablePath = process.env.COUNTERSIGN_CHROMIUM ?? '/usr/bin/chromium';

/** Browser tests run in the Chromium of the machine; no browser is fetched. */
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
    // A container's root may not open the browser's sandbox.
    launchOptions: { executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] },
    trace: 'off',
  },
});
