/**
 * Writes the generated tables of README.md: the systems from the catalogue, the proof from a
 * proof.json when one is named. With `--check` it fails when the systems' table is stale.
 * Usage: tsx scripts/readme.ts [proof.json] [--check]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { catalog } from '../specs/catalog.js';
import { operationsOf } from '../specs/operations.js';
import type { Proof } from '../specs/proof.js';
import { suites } from '../suites/registry.js';

const file = new URL('../README.md', import.meta.url);
const check = process.argv.includes('--check');
const proofFile = process.argv.slice(2).find((argument) => !argument.startsWith('--'));

function systemsTable(): string {
  const rows = [...catalog].map(([slug, { source, openapi, asyncapi, requirements }]) => {
    const written = requirements.filter(({ area }) => area !== 'generated');
    const count = (level: string): number =>
      written.filter((requirement) => requirement.level === level).length;
    const areas = [...new Set(written.map(({ area }) => area))].join(', ');
    const realtime = asyncapi === null ? '–' : String(Object.keys(asyncapi.operations).length);
    const cells = [
      `${source.name} (\`${slug}\`)`,
      String(operationsOf(openapi).length),
      realtime,
      `${String(count('must'))} / ${String(count('should'))} / ${String(count('may'))}`,
      String(requirements.length - written.length),
      String(suites.get(slug)?.checks.length ?? 0),
      areas,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| system | HTTP operations | realtime operations | requirements (must / should / may) | generated from OpenAPI | checks | areas |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function proofTable(proof: Proof): string {
  const systems = [...catalog.keys()];
  const row = (name: string, mutants: Proof['mutants'], variants: Proof['variants']): string => {
    const killed = mutants.filter(({ missed }) => missed.length === 0).length;
    const unexpected = mutants.filter((mutant) => mutant.unexpected.length > 0).length;
    const held = variants.filter(({ passed }) => passed).length;
    return `| ${name} | ${String(mutants.length)} | ${String(killed)} | ${String(unexpected)} | ${String(variants.length)} | ${String(held)} |`;
  };
  const { coverage } = proof;
  return [
    '| system | mutants | killed by name | unexpected | legal variants | held |',
    '| --- | --- | --- | --- | --- | --- |',
    ...systems.map((system) =>
      row(
        system,
        proof.mutants.filter((mutant) => mutant.system === system),
        proof.variants.filter((variant) => variant.system === system),
      ),
    ),
    row('all', proof.mutants, proof.variants),
    '',
    `${String(coverage.withTest)} of ${String(coverage.requirements)} requirements have a test; ` +
      `${String(coverage.killed)} of ${String(coverage.needingMutant)} musts and shoulds are killed by a mutant that declares them.`,
  ].join('\n');
}

function replaceBlock(text: string, name: string, content: string): string {
  const start = `<!-- generated: ${name} -->`;
  const from = text.indexOf(start);
  const to = text.indexOf('<!-- end -->', from);
  if (from === -1 || to === -1) throw new Error(`README.md has no block ${name}`);
  return `${text.slice(0, from)}${start}\n\n${content}\n\n${text.slice(to)}`;
}

const before = readFileSync(file, 'utf8');
let after = replaceBlock(before, 'systems', systemsTable());
if (proofFile !== undefined) {
  after = replaceBlock(
    after,
    'proof',
    proofTable(JSON.parse(readFileSync(proofFile, 'utf8')) as Proof),
  );
}
after = await format(after, { ...(await resolveConfig(file)), parser: 'markdown' });
if (after === before) {
  console.log('README.md is fresh');
} else if (check) {
  console.error('README.md: the table of systems is stale; run npm run generate');
  process.exit(1);
} else {
  writeFileSync(file, after);
  console.log('README.md written');
}
