/**
 * Makes the pages of `docs/` that come from code: the commands from their own help, the profile from
 * its JSON Schema, the control plane from its OpenAPI document. With `--check` it writes nothing and
 * fails when one is stale.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { cliPage } from './docs/cli-page.js';
import { controlPage } from './docs/control-page.js';
import { profilePage } from './docs/profile-page.js';

const folder = fileURLToPath(new URL('../docs', import.meta.url));
const check = process.argv.includes('--check');

const made: Readonly<Record<string, string>> = {
  'cli.md': await cliPage(),
  'profile.md': profilePage(),
  'control-plane.md': controlPage(),
};
const stale: string[] = [];
for (const [name, markdown] of Object.entries(made)) {
  const path = join(folder, name);
  const options = await resolveConfig(path);
  const text = await format(markdown, { ...options, parser: 'markdown' });
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  stale.push(name);
  if (!check) writeFileSync(path, text);
}
if (check && stale.length > 0) {
  console.error(`stale pages in docs/: ${stale.join(', ')}; run npm run docs`);
  process.exit(1);
}
console.log(check ? 'pages from code are fresh' : `written: ${stale.join(', ') || 'nothing new'}`);
