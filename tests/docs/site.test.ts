/** The documentation as a site: fresh, whole, linked, and content with the file system alone. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentation, root } from './pages.js';

const run = promisify(execFile);
let folder = '';
const names = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.html'));
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-site-'));
  const eleventy = join(root, 'node_modules/@11ty/eleventy/cmd.cjs');
  await run(
    process.execPath,
    [eleventy, '--config=docs/site/eleventy.config.js', `--output=${folder}`, '--quiet'],
    { cwd: root },
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('pages that are made from code', () => {
  it('are fresh', async () => {
    const { stdout } = await run(
      process.execPath,
      ['--import', 'tsx', 'scripts/docs.ts', '--check'],
      { cwd: root },
    );
    expect(stdout.trim()).toBe('pages from code are fresh');
  });
});

describe('the site', () => {
  it('has a page for every Markdown file, each in the navigation of each', () => {
    const pages = documentation
      .filter(({ path }) => path.startsWith('docs/'))
      .map(({ path }) => path.slice('docs/'.length).replace(/md$/, 'html'));
    expect(names().sort()).toEqual([...pages].sort());
    for (const name of names()) {
      const [navigation = ''] = /<nav[\s\S]*<\/nav>/.exec(read(name)) ?? [];
      const linked = [...navigation.matchAll(/href="([^"]+)"/g)].map(({ 1: href }) => href);
      expect([name, linked.sort()]).toEqual([name, [...pages].sort()]);
      expect(navigation.match(/aria-current="page"/g)).toHaveLength(1);
    }
  });

  it('has links and anchors that lead somewhere', () => {
    const broken = names().flatMap((name) =>
      [...read(name).matchAll(/<a [^>]*href="([^"]+)"/g)].flatMap(({ 1: href = '' }) => {
        if (/^https?:/.test(href)) return [];
        const [file = '', anchor] = href.split('#');
        const target = file === '' ? name : file;
        if (!names().includes(target)) return [`${name}: ${href}`];
        const found = anchor === undefined || read(target).includes(`id="${anchor}"`);
        return found ? [] : [`${name}: ${href}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('asks for nothing but files beside it', () => {
    const asked = names().flatMap((name) =>
      [...read(name).matchAll(/<(?:link|script|img)[^>]* (?:href|src)="([^"]+)"/g)].map(
        ({ 1: href }) => href,
      ),
    );
    expect([...new Set(asked)].sort()).toEqual(['data:,', 'style.css']);
    expect(readFileSync(join(folder, 'style.css'), 'utf8')).not.toMatch(/url\(|@import/);
  });
});

describe('links of the README', () => {
  it('lead to files that exist', () => {
    const readme = documentation.find(({ path }) => path === 'README.md')?.text ?? '';
    const targets = [...readme.matchAll(/\]\(([^)#]+)/g)].map(({ 1: target = '' }) => target);
    const missing = targets
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => {
        try {
          readFileSync(join(root, target));
          return false;
        } catch {
          return true;
        }
      });
    expect(missing).toEqual([]);
  });
});
