/**
 * Judges a system's mutants and variants in this process, for work on them.
 * Usage: tsx scripts/try-proof.ts <system> [part of an id] [--sample] [--variants]
 * Without --sample every check of the system runs against each mutant.
 */
import type { ErasedSystem } from '../mocks/engine/system.js';
import { judgeMutant, judgeVariant, type Bench } from '../proof/.qjudge.js';
import type { Mutant, Variant } from '../proof/model.js';
import { catalog } from '../specs/catalog.js';
import type { ErasedSuite } from '../suites/engine/check.js';
import { assembleSuite } from '../suites/engine/suite.js';

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const slug = words[0] ?? '';
const part = words[1] ?? '';
async function load<T>(path: string, name: string): Promise<T> {
  const module = (await import(path)) as Record<string, T>;
  const value = module[name];
  if (value === undefined) throw new Error(`${path} exports no ${name}`);
  return value;
}
const requirements = catalog.get(slug)?.requirements ?? [];
const bench: Bench = {
  system: await load<ErasedSystem>(`../mocks/systems/${slug}/system.ts`, slug),
  suite: assembleSuite(
    await load<ErasedSuite>(`../suites/${slug}/suite.ts`, `${slug}Suite`),
    requirements,
  ),
  requirements,
};
const sample = process.argv.includes('--sample') ? 10 : null;
const killed = new Set<string>();
let bad = 0;
let count = 0;
if (!process.argv.includes('--variants')) {
  const mutants = await load<readonly Mutant[]>(`../proof/mutants/${slug}.ts`, `${slug}Mutants`);
  for (const mutant of mutants.filter(({ id }) => new RegExp(part).test(id))) {
    const verdict = await judgeMutant(mutant, bench, { sample });
    count += 1;
    for (const id of verdict.killedBy) killed.add(id);
    if (verdict.missed.length === 0 && verdict.unexpected.length === 0) continue;
    bad += 1;
    console.log(`${mutant.id} (${String(verdict.durationMs)} ms): ${mutant.bug}`);
    if (verdict.missed.length > 0)
      console.log(`  SURVIVES ${verdict.missed.join(', ')}\n  ${verdict.message ?? ''}`);
    if (verdict.unexpected.length > 0) console.log(`  UNEXPECTED ${verdict.unexpected.join(', ')}`);
  }
  for (const { id, level } of requirements) {
    if (level !== 'may' && !killed.has(id) && part === '') console.log(`no mutant kills ${id}`);
  }
}
const variants = await load<readonly Variant[]>(`../proof/variants/${slug}.ts`, `${slug}Variants`);
for (const variant of variants.filter(({ id }) => part === '' || new RegExp(part).test(id))) {
  const verdict = await judgeVariant(variant, bench);
  if (verdict.passed) continue;
  bad += 1;
  console.log(`VARIANT ${variant.id} (${String(verdict.durationMs)} ms): ${variant.difference}`);
  verdict.failed.forEach((id, index) => {
    console.log(`  ${id}: ${verdict.messages[index] ?? ''}`);
  });
}
console.log(
  `${String(count)} mutants, ${String(bad)} to look at, ${String(killed.size)} requirements killed`,
);
