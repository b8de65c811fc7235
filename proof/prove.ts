import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { requirementsOf } from '../specs/catalog.js';
import type { MutantVerdict, Proof, VariantVerdict } from '../specs/proof.js';
import { suites } from '../suites/registry.js';
import { mutants, variants } from './registry.js';
import type { Task, TaskResult } from './worker.js';

export interface ProveOptions {
  readonly version: string;
  readonly systems: readonly string[];
  /** Only these mutants, and no variant. */
  readonly mutants?: readonly string[] | undefined;
  /** Undeclared checks to run per mutant; null for all of them. */
  readonly sample: number | null;
  readonly workers: number;
  readonly progress?: (done: number, total: number, result: TaskResult) => void;
}

/** Judges mutants and variants in several processes and adds up what was shown. */
export async function prove(options: ProveOptions): Promise<Proof> {
  const started = Date.now();
  const tasks = tasksOf(options);
  const mutantVerdicts: MutantVerdict[] = [];
  const variantVerdicts: VariantVerdict[] = [];
  let done = 0;
  await runTasks(tasks, options.workers, (result) => {
    if (result.kind === 'mutant') mutantVerdicts.push(result.verdict);
    else if (result.kind === 'variant') variantVerdicts.push(result.verdict);
    else throw new Error(`${result.id}: ${result.message}`);
    done += 1;
    options.progress?.(done, tasks.length, result);
  });
  const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
  return {
    tool: { name: 'countersign', version: options.version },
    startedAt: new Date(started).toISOString(),
    durationMs: Date.now() - started,
    mutants: mutantVerdicts.sort(byId),
    variants: variantVerdicts.sort(byId),
    ...coverageOf(options.systems, mutantVerdicts),
  };
}

/** True when every mutant died by name, nothing died unexplained, and every variant held. */
export function holds(proof: Proof, whole: boolean): boolean {
  return (
    proof.mutants.every((mutant) => mutant.missed.length === 0 && mutant.unexpected.length === 0) &&
    proof.variants.every((variant) => variant.passed) &&
    (!whole || proof.uncovered.length === 0)
  );
}

function tasksOf(options: ProveOptions): readonly Task[] {
  const wanted = (system: string): boolean => options.systems.includes(system);
  if (options.mutants !== undefined) {
    return options.mutants.map((id) => ({ kind: 'mutant', id, sample: options.sample }));
  }
  // Variants run all checks and take longest: they go first, so that no process waits at the end.
  return [
    ...inTurn([...variants.values()].filter((variant) => wanted(variant.system))).map(
      ({ id }): Task => ({ kind: 'variant', id, sample: null }),
    ),
    ...inTurn([...mutants.values()].filter((mutant) => wanted(mutant.system))).map(
      ({ id }): Task => ({ kind: 'mutant', id, sample: options.sample }),
    ),
  ];
}

/** The systems in turn: one whose checks wait for events stands beside one that computes. */
function inTurn<T extends { readonly system: string }>(items: readonly T[]): readonly T[] {
  const bySystem = new Map<string, T[]>();
  for (const item of items) {
    const others = bySystem.get(item.system);
    if (others === undefined) bySystem.set(item.system, [item]);
    else others.push(item);
  }
  const share = (list: readonly T[], at: number): number => (at + 0.5) / list.length;
  return [...bySystem.values()]
    .flatMap((list) => list.map((item, at) => ({ item, place: share(list, at) })))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

function coverageOf(
  systems: readonly string[],
  verdicts: readonly MutantVerdict[],
): Pick<Proof, 'coverage' | 'uncovered' | 'requirements'> {
  const requirements = requirementsOf(systems);
  const checks = systems.flatMap((slug) => suites.get(slug)?.checks ?? []);
  const tested = new Set(checks.flatMap((check) => check.requirements));
  const declared = new Set(verdicts.flatMap((verdict) => verdict.requirements));
  const killed = new Set(verdicts.flatMap((verdict) => verdict.killedBy));
  const needing = requirements.filter(({ level }) => level !== 'may');
  return {
    coverage: {
      requirements: requirements.length,
      withTest: requirements.filter(({ id }) => tested.has(id)).length,
      withMutant: needing.filter(({ id }) => declared.has(id)).length,
      killed: needing.filter(({ id }) => killed.has(id)).length,
      needingMutant: needing.length,
    },
    uncovered: [
      ...requirements.filter(({ id }) => !tested.has(id)).map(({ id }) => `${id}: no test`),
      ...needing.filter(({ id }) => !killed.has(id)).map(({ id }) => `${id}: no mutant kills it`),
    ],
    requirements: requirements.map(({ id, system, level, statement }) => ({
      id,
      system,
      level,
      statement,
      tests: checks
        .filter((check) => check.requirements.includes(id))
        .map((check) => ({ check: check.id, title: check.title, file: check.file })),
    })),
  };
}

/** So many tasks a process has at once: while the checks of one wait, those of another run. */
const tasksAtOnce = 2;

/** Hands tasks to processes, each its next one when it has finished another. */
async function runTasks(
  tasks: readonly Task[],
  workers: number,
  finished: (result: TaskResult) => void,
): Promise<void> {
  let next = 0;
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const entry = fileURLToPath(new URL(`./worker.${extension}`, import.meta.url));
  const lane = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child: ChildProcess = fork(entry, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      let open = 0;
      const give = (): void => {
        for (; open < tasksAtOnce && next < tasks.length; open += 1, next += 1) {
          const task = tasks[next];
          if (task !== undefined) child.send(task);
        }
        if (open === 0) child.disconnect();
      };
      child.on('message', (message: TaskResult | { kind: 'ready' }) => {
        try {
          if (message.kind !== 'ready') {
            open -= 1;
            finished(message);
          }
          give();
        } catch (error) {
          child.kill();
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      child.on('error', reject);
      child.on('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`a process of the proof ended with ${String(code)}`));
      });
    });
  await Promise.all(Array.from({ length: Math.min(workers, Math.max(1, tasks.length)) }, lane));
}
