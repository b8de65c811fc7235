/**
 * Compiles the product into `dist/`: tsc, then the files that tsc leaves behind (documents, data,
 * styles), then away with what no source makes any more. Incremental: a second run takes seconds.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleDashboard } from './dashboard.js';
import { bundleMockCommand } from './mock-command.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const rooms = ['specs', 'mocks', 'suites', 'proof', 'reports', 'cli', 'fixtures'];
const copied = new Set(['.json', '.yaml', '.proto', '.md', '.html', '.css', '.svg']);

/** All files below a folder of the project, as paths relative to the project. */
function filesBelow(folder: string, base: string): string[] {
  if (!existsSync(join(base, folder))) return [];
  return readdirSync(join(base, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(join(base, path)).isFile());
}

function compile(): void {
  // Without its output the record of an earlier build would make tsc write nothing.
  if (!existsSync(join(dist, 'specs'))) rmSync(join(dist, '.tsbuildinfo'), { force: true });
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const ran = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
    cwd: root,
    stdio: 'inherit',
  });
  if (ran.status !== 0) process.exit(ran.status ?? 1);
}

function copyRest(): void {
  for (const path of rooms.flatMap((room) => filesBelow(room, root))) {
    if (!copied.has(extname(path)) || isPartOfDashboard(path)) continue;
    const from = join(root, path);
    const to = join(dist, path);
    if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) continue;
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to);
  }
}

/** Scripts and styles of the dashboard are bundled, not compiled and copied one by one. */
function isPartOfDashboard(path: string): boolean {
  const isWhole = ['.html', '.svg'].includes(extname(path));
  return path.startsWith(join('mocks', 'dashboard')) && !isWhole;
}

/** The sources that could have made a file of `dist/`. */
function sourcesOf(path: string): string[] {
  if (isPartOfDashboard(path)) return [];
  if (copied.has(extname(path))) return [path];
  const stem = path.replace(/(\.d\.ts|\.js)(\.map)?$/, '');
  return [`${stem}.ts`, `${stem}.tsx`];
}

function removeStale(): void {
  for (const path of rooms.flatMap((room) => filesBelow(room, dist))) {
    if (sourcesOf(path).some((source) => existsSync(join(root, source)))) continue;
    rmSync(join(dist, path));
  }
}

compile();
copyRest();
removeStale();
await bundleDashboard(join(dist, 'mocks', 'dashboard'));
await bundleMockCommand(dist);
const entry = join(dist, 'cli', 'main.js');
if (existsSync(entry)) chmodSync(entry, 0o755);
