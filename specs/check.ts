/**
 * Checks every document of `specs/`: `npm run specs:check`. Prints each finding with its file and
 * place, and ends with 1 when there is one.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Finding } from './checks/finding.js';
import { checkSystem } from './checks/system.js';

const folder = fileURLToPath(new URL('.', import.meta.url));

interface Source {
  readonly system: string;
  readonly file: string;
  readonly lines: number;
}

const sources = parse(readFileSync(join(folder, 'sources.yaml'), 'utf8')) as readonly Source[];
const lines = new Map(sources.map((source) => [source.file, source.lines]));
const findings: Finding[] = [];
for (const { system, file, lines: count } of sources) {
  if (!Number.isInteger(count)) {
    findings.push({ file: 'specs/sources.yaml', at: file, message: 'lines must be a number' });
  }
  findings.push(...(await checkSystem({ folder, system, lines })));
}
for (const { file, at, message } of findings) console.error(`${file} ${at}: ${message}`);

const generated = spawnSync(
  process.execPath,
  ['--import', 'tsx', join(folder, '..', 'scripts', 'generate.ts'), '--check'],
  { cwd: join(folder, '..'), encoding: 'utf8' },
);
if (generated.status !== 0) console.error(generated.stderr.trim());
const good = findings.length === 0 && generated.status === 0;
console.log(
  `specs: ${String(sources.length)} systems checked, ` +
    (findings.length === 0 ? 'nothing wrong' : `${String(findings.length)} findings`),
);
process.exit(good ? 0 : 1);
