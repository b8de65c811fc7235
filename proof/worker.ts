/** A process that judges mutants and variants on the word of its parent. */
import { judgeMutant, judgeVariant } from './judge.js';
import type { MutantVerdict, VariantVerdict } from '../specs/proof.js';
import { benchOf, mutants, variants } from './registry.js';

export interface Task {
  readonly kind: 'mutant' | 'variant';
  readonly id: string;
  readonly sample: number | null;
}

export type TaskResult =
  | { readonly kind: 'mutant'; readonly verdict: MutantVerdict }
  | { readonly kind: 'variant'; readonly verdict: VariantVerdict }
  | { readonly kind: 'error'; readonly id: string; readonly message: string };

process.on('message', (task: Task) => {
  void judge(task).then((result) => process.send?.(result));
});
process.send?.({ kind: 'ready' });

async function judge(task: Task): Promise<TaskResult> {
  try {
    if (task.kind === 'mutant') {
      const mutant = mutants.get(task.id);
      if (mutant === undefined) throw new Error('unknown mutant');
      const verdict = await judgeMutant(mutant, benchOf(mutant.system), { sample: task.sample });
      return { kind: 'mutant', verdict };
    }
    const variant = variants.get(task.id);
    if (variant === undefined) throw new Error('unknown variant');
    return { kind: 'variant', verdict: await judgeVariant(variant, benchOf(variant.system)) };
  } catch (error) {
    return {
      kind: 'error',
      id: task.id,
      message: error instanceof Error ? error.message : String(error),
    };
  }
}
