import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Proof } from '../../specs/proof.js';
import { root, run, scratch } from './process.js';
import { single, type Outcome, type Step } from './step.js';

/** The proof: one test per mutant, per variant, and one for the coverage of the catalogue. */
export const proofStep: Step = {
  name: 'proof',
  async run(): Promise<Outcome> {
    const out = join(scratch, 'proof');
    rmSync(out, { recursive: true, force: true });
    const main = join(root, 'dist', 'cli', 'main.js');
    const { code, output } = await run(process.execPath, [main, 'prove', '--out', out]);
    const path = join(out, 'proof.json');
    if (!existsSync(path)) return single(false, `no proof, exit code ${String(code)}`, output);
    const proof = JSON.parse(readFileSync(path, 'utf8')) as Proof;
    const right = proof.mutants.filter(
      ({ missed, unexpected }) => missed.length === 0 && unexpected.length === 0,
    ).length;
    const held = proof.variants.filter(({ passed }) => passed).length;
    const covered = proof.uncovered.length === 0;
    const passed = right + held + (covered ? 1 : 0);
    const total = proof.mutants.length + proof.variants.length + 1;
    return {
      passed,
      failed: total - passed,
      skipped: 0,
      note: `${String(proof.mutants.length)} mutants, ${String(proof.variants.length)} variants`,
      details: code === 0 ? '' : output,
    };
  },
};
