import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { binary, root, run, scratch } from './process.js';
import { single, skip, type Step } from './step.js';

/** The part of Playwright's JSON report that is counted. */
interface Report {
  readonly stats: {
    readonly expected: number;
    readonly unexpected: number;
    readonly flaky: number;
    readonly skipped: number;
  };
}

const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Chromium of the machine; installed from Debian where that may be done. */
async function findChromium(): Promise<string | undefined> {
  const given = process.env.COUNTERSIGN_CHROMIUM;
  if (given !== undefined && existsSync(given)) return given;
  const present = candidates.find((path) => existsSync(path));
  if (present !== undefined || process.getuid?.() !== 0) return present;
  const quiet = { env: { DEBIAN_FRONTEND: 'noninteractive' } };
  await run('apt-get', ['update', '-qq'], quiet);
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], quiet);
  return candidates.find((path) => existsSync(path));
}

/** The browser tests, in the machine's own Chromium. */
export const browserStep: Step = {
  name: 'browser',
  async run() {
    const chromium = await findChromium();
    if (chromium === undefined) {
      const remedy =
        'no Chromium: install it (Debian: apt-get install chromium) or name it in COUNTERSIGN_CHROMIUM';
      return process.env.CI === undefined ? skip(remedy) : single(false, remedy, remedy);
    }
    mkdirSync(scratch, { recursive: true });
    const path = join(scratch, 'browser.json');
    rmSync(path, { force: true });
    const { code, output } = await run(
      process.execPath,
      [
        binary('@playwright/test', 'cli.js'),
        'test',
        '--config',
        join(root, 'tests', 'browser', 'playwright.config.ts'),
        '--reporter=line,json',
      ],
      { env: { COUNTERSIGN_CHROMIUM: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: path } },
    );
    if (!existsSync(path)) return single(false, 'Playwright wrote no report', output);
    const { stats } = JSON.parse(readFileSync(path, 'utf8')) as Report;
    // A test that passed at its second try did not hold.
    const failed = Math.max(stats.unexpected + stats.flaky, code === 0 ? 0 : 1);
    return {
      passed: stats.expected,
      failed,
      skipped: stats.skipped,
      note: `${String(stats.expected)} tests passed in ${chromium}`,
      details: failed === 0 ? '' : output,
    };
  },
};
