/** The report as a person meets it: in a browser, from the file system, without a network. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { html } from '../../reports/html.js';
import { largeResults, smallResults } from '../reports/sample.js';
import { violationsOf } from './axe.js';

const large = largeResults();
let folder = '';
let largeUrl = '';
let smallUrl = '';

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-report-'));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return pathToFileURL(join(folder, name)).href;
  };
  largeUrl = write('large.html', html(large));
  smallUrl = write('small.html', html(smallResults()));
});

test.afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Everything that the page asked for or complained about while it was used. */
function watch(page: Page): readonly string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) seen.push(`request ${request.url()}`);
  });
  page.on('pageerror', (error) => seen.push(`error ${error.message}`));
  page.on('dialog', (dialog) => {
    seen.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error') seen.push(`console ${message.text()}`);
  });
  return seen;
}

const rows = '.req:not([hidden])';

test('says the verdict and the summary first, and asks the network for nothing', async ({
  page,
}) => {
  const seen = watch(page);
  await page.goto(largeUrl);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not conformant');
  await expect(page.locator('.lead')).toHaveText(large.summary);
  await expect(page.locator(rows)).toHaveCount(600);
  expect(seen).toEqual([]);
});

test('hostile text of the target stays text', async ({ page }) => {
  const seen = watch(page);
  await page.goto(smallUrl);
  await page.getByRole('button', { name: 'Open or close all' }).click();
  await expect(page.locator('img')).toHaveCount(0);
  await expect(page.locator('script')).toHaveCount(1);
  await expect(page.locator('.why').first()).toBeVisible();
  await expect(page.getByText('<img src=x onerror=alert(1)>').first()).toBeVisible();
  expect(seen).toEqual([]);
});

test('filters by verdict, system, area, level and text, and clears again', async ({ page }) => {
  await page.goto(largeUrl);
  const shown = page.getByRole('status');
  await expect(shown).toHaveText('600 requirements');

  await page.getByRole('button', { name: 'fail', exact: true }).click();
  const failing = large.requirements.filter(({ verdict }) => verdict === 'fail').length;
  await expect(shown).toHaveText(`${String(failing)} of 600 requirements`);
  await expect(page.locator(rows)).toHaveCount(failing);

  await page.getByRole('button', { name: 'skip', exact: true }).click();
  const undecided = large.requirements.filter(({ verdict }) => verdict === 'skip').length;
  await expect(page.locator(rows)).toHaveCount(failing + undecided);

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page.locator(rows)).toHaveCount(600);

  await page.getByLabel('System', { exact: true }).selectOption('ssks');
  await page.getByLabel('Area', { exact: true }).selectOption('ssks.auth');
  await page.getByLabel('Level', { exact: true }).selectOption('must');
  const own = large.requirements.filter(
    ({ system, area, level }) => system === 'ssks' && area === 'auth' && level === 'must',
  ).length;
  await expect(page.locator(rows)).toHaveCount(own);
  await expect(page.locator('.system:not([hidden])')).toHaveCount(1);

  await page.getByLabel('System', { exact: true }).selectOption('quatrix');
  await expect(page.getByLabel('Area', { exact: true })).toHaveValue('');

  await page.getByRole('button', { name: 'Clear filters' }).click();
  const search = page.getByRole('searchbox');
  await search.fill('wrong-PASSWORD textsecure.prekeys');
  await expect(page.locator(rows).first()).toBeVisible();
  for (const id of await page.locator(`${rows} .id`).allTextContents()) {
    expect(id).toMatch(/^textsecure\.prekeys\.wrong-password/);
  }
  await search.fill('nothing has this');
  await expect(page.getByText('No requirement fits these filters.')).toBeVisible();
  await search.press('Escape');
  await expect(page.locator(rows)).toHaveCount(600);
});

test('a number of the systems table filters the list', async ({ page }) => {
  await page.goto(largeUrl);
  const count = large.systems['keyservice']?.counts.fail ?? 0;
  await page.getByRole('link', { name: `${String(count)} fail of keyservice` }).click();
  await expect(page.locator(rows)).toHaveCount(count);
});

test('a deep link opens its requirement and scrolls to it', async ({ page }) => {
  const id = large.requirements[431]?.id ?? '';
  await page.goto(`${largeUrl}#${id}`);
  const row = page.locator(`[id="${id}"]`);
  await expect(row).toHaveAttribute('open', '');
  await expect(row.locator(':scope > summary')).toBeFocused();
  await expect(row.locator(':scope > summary')).toBeInViewport();
});

test('a deep link to a requirement that is filtered away shows it all the same', async ({
  page,
}) => {
  await page.goto(largeUrl);
  await page.getByRole('button', { name: 'pass', exact: true }).click();
  const link = page.locator('.causes .ids a').first();
  const id = (await link.textContent()) ?? '';
  const row = page.locator(`[id="${id}"]`);
  await expect(row).toBeHidden();
  await link.click();
  await expect(row).toBeVisible();
  await expect(row).toHaveAttribute('open', '');
  await expect(row.locator(':scope > summary')).toBeInViewport();
});

test('works by keyboard alone', async ({ page }) => {
  await page.goto(smallUrl);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the requirements' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Requirements', exact: true })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('prekeys.fails');
  await expect(page.locator(rows)).toHaveCount(2);
  const first = page.locator(`${rows} > summary`).first();
  for (let step = 0; step < 30 && !(await isFocused(first)); step += 1) {
    await page.keyboard.press('Tab');
  }
  await expect(first).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator(rows).first()).toHaveAttribute('open', '');
});

async function isFocused(locator: ReturnType<Page['locator']>): Promise<boolean> {
  return locator.evaluate((element) => element === document.activeElement);
}

test('the command to try an exchange can be copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${smallUrl}#textsecure.prekeys.passes`);
  const exchange = page.locator('[id="textsecure.prekeys.passes"] .exchange').first();
  await exchange.locator('summary').click();
  await exchange.getByRole('button', { name: 'Copy' }).click();
  await expect(exchange.getByRole('button')).toHaveText('Copied');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(
    `curl -i -X GET -H "Authorization: $AUTHORIZATION" 'http://127.0.0.1/v1/keys/+15550000001'`,
  );
});

test('follows the theme of the system, and remembers another choice', async ({ page }) => {
  const ground = (): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(smallUrl);
  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.getByRole('button', { name: 'Light theme' }).click();
  expect(await ground()).toBe(light);
  await page.reload();
  expect(await ground()).toBe(light);
  await page.getByRole('button', { name: 'Dark theme' }).click();
  expect(await ground()).toBe(dark);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`has no accessibility violation in the ${colorScheme} theme`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(smallUrl);
    await page.getByRole('button', { name: 'Open or close all' }).click();
    for (const summary of await page.locator('.exchange > summary').all()) await summary.click();
    await page.getByRole('button', { name: 'Copy' }).first().hover();
    for (const name of ['fail', 'deviation', 'pass', 'skip', 'inconclusive', 'untested']) {
      await page.getByRole('button', { name, exact: true }).click();
    }
    expect(await violationsOf(page)).toEqual([]);
  });
}

test('is readable at the width of a phone, without scrolling sideways', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(smallUrl);
  await page.getByRole('button', { name: 'Open or close all' }).click();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test('prints light, without controls, with what failed opened', async ({ page }) => {
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.goto(smallUrl);
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await expect(page.locator('.filters')).toBeHidden();
  await expect(page.locator('[id="textsecure.prekeys.fails"]')).toHaveAttribute('open', '');
  await expect(page.locator('[id="textsecure.prekeys.passes"]')).not.toHaveAttribute('open', '');
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(ground).toBe('rgb(255, 255, 255)');
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await expect(page.locator('[id="textsecure.prekeys.fails"]')).not.toHaveAttribute('open', '');
});

test('can be read without scripts', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(smallUrl);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not conformant');
  await expect(page.locator('.req').first()).toBeVisible();
  await expect(page.locator('#filters')).toBeHidden();
  await context.close();
});
