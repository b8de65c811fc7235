/** The example of a client, in a real browser: against a mock behind Vite, and with it in the page. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { createServer, type ViteDevServer } from 'vite';
import { startMock, type RunningMock } from '../../mocks/index.js';

const root = fileURLToPath(new URL('../../examples/page', import.meta.url));
const room = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

let vite: ViteDevServer;
let mock: RunningMock;
let scratch = '';
let origin = '';

test.beforeAll(async () => {
  mock = await startMock({ systems: ['textsecure', 'misakey'], seed: 1 });
  process.env.MOCK_URL = mock.url;
  scratch = mkdtempSync(join(tmpdir(), 'countersign-example-'));
  // What `msw init` does.
  const worker = createRequire(import.meta.url)
    .resolve('msw/package.json')
    .replace('package.json', 'lib/mockServiceWorker.js');
  copyFileSync(worker, join(scratch, 'mockServiceWorker.js'));
  vite = await createServer({
    root,
    publicDir: scratch,
    cacheDir: join(scratch, 'vite'),
    logLevel: 'error',
    server: { port: 0, fs: { allow: [room('.')] } },
    resolve: { alias: { 'countersign/msw': room('mocks/msw.ts') } },
  });
  await vite.listen();
  origin = vite.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? '';
});

test.afterAll(async () => {
  await vite.close();
  await mock.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function lastLine(page: Page, id: string, button: string): Promise<string> {
  await page.getByRole('button', { name: button }).click();
  const lines = page.locator(`#${id}-log li`);
  await expect(lines.filter({ hasText: /a push from|the socket says|failed/ })).toHaveCount(1);
  return (await lines.last().textContent()) ?? '';
}

const ways = [
  { name: 'with the mock as a server', path: '/', where: 'The mock is a server behind Vite.' },
  { name: 'with the mock inside', path: '/?mock=page', where: 'The mock is inside this page.' },
];

for (const { name, path, where } of ways) {
  test(`the page registers, sends, opens a push and hears of its box, ${name}`, async ({
    page,
  }) => {
    const before = (await traffic()).length;
    await page.goto(`${origin}${path}`);
    await expect(page.locator('#backend')).toHaveText(where);
    await page.getByLabel('Message').fill('Hällo 世界');
    expect(await lastLine(page, 'textsecure', 'Register both and send')).toBe(
      '+15550000002 got a push from +15550000001: Hällo 世界',
    );
    await page.getByLabel('Title of the box').fill('Plans');
    expect(await lastLine(page, 'misakey', 'Open the socket and contact Bob')).toBe(
      'the socket says event.new: create of “Plans”',
    );
    const served = (await traffic()).length - before;
    expect(served > 0).toBe(path === '/');
  });
}

/** What the server saw: nothing of a page that has a mock of its own. */
async function traffic(): Promise<readonly unknown[]> {
  const answer = await fetch(`${mock.url}/_countersign/traffic?limit=1000`);
  return ((await answer.json()) as { readonly entries: readonly unknown[] }).entries;
}
