/** The documentation as a reader opens it: from the file system, in both themes, on a phone. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { violationsOf } from './axe.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-docs-'));
  const eleventy = join(root, 'node_modules/@11ty/eleventy/cmd.cjs');
  const config = '--config=docs/site/eleventy.config.js';
  execFileSync(process.execPath, [eleventy, config, `--output=${folder}`, '--quiet'], {
    cwd: root,
  });
});
test.afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const address = (name: string): string => pathToFileURL(join(folder, name)).href;

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page is usable on a phone, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 390, height: 800 });
    const pages = readdirSync(folder).filter((name) => name.endsWith('.html'));
    expect(pages.length).toBeGreaterThan(10);
    for (const name of pages) {
      await page.goto(address(name));
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([name, width]).toEqual([name, 390]);
      expect([name, await violationsOf(page)]).toEqual([name, []]);
    }
  });
}

test('its links lead from page to page without a server', async ({ page }) => {
  await page.goto(address('index.html'));
  await page.getByRole('navigation').getByRole('link', { name: 'Recipes' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Recipes');
  await expect(page.locator('nav [aria-current]')).toHaveText('Recipes');
});
