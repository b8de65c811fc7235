import type { OpenApiDocument, Requirement } from '../../specs/model.js';
import type { CheckResult } from '../../specs/results.js';
import {
  defineArea,
  defineSuite,
  type Check,
  type ErasedSuite,
} from '../../suites/engine/check.js';
import type { TestContext } from '../../suites/engine/context.js';
import type { Profile } from '../../suites/engine/profile.js';
import { createRunner, type Runner } from '../../suites/engine/runner.js';
import { assembleSuite, type Suite } from '../../suites/engine/suite.js';
import { createTarget, type Target } from '../../suites/engine/target.js';

export const emptyDocument: OpenApiDocument = {
  openapi: '3.1.0',
  info: { title: 'Bench', version: '1' },
  paths: {},
};

/** A requirement of the system `bench`. */
export function requirementOf(name: string, parts: Partial<Requirement> = {}): Requirement {
  return {
    id: `bench.${name}`,
    system: 'bench',
    area: name.split('.')[0] ?? '',
    level: 'must',
    basis: 'documented',
    source: 'bench.txt:1',
    operations: [],
    statement: 'it holds',
    expect: 'it',
    tolerate: '',
    needs: [],
    ...parts,
  };
}

export type BenchCheck = Omit<Check<null>, 'requirement' | 'title'> & { readonly name: string };

/** A suite of such checks, each with a requirement of its own. */
export function suiteOf(checks: readonly BenchCheck[], parts: Partial<ErasedSuite> = {}): Suite {
  const area = defineArea<null>(
    'file:///somewhere/suites/bench/area.js',
    checks.map(({ name, ...rest }) => ({
      ...rest,
      requirement: `bench.${name}`,
      title: `${name} holds`,
    })),
  );
  const definition: ErasedSuite = {
    ...defineSuite<null>({
      slug: 'bench',
      openapi: emptyDocument,
      asyncapi: null,
      profileSchema: { type: 'object' },
      areas: [area],
      samples: {},
      createDriver: () => null,
      positiveControl: () => Promise.resolve(),
    }),
    ...parts,
  };
  return assembleSuite(
    definition,
    checks.map(({ name }) => requirementOf(name)),
  );
}

export interface BenchOptions {
  readonly profile: Profile;
  readonly patienceMs?: number;
  readonly timeoutMs?: number;
  readonly parts?: Partial<ErasedSuite>;
}

export function runnerOf(suite: Suite, options: BenchOptions): { runner: Runner; target: Target } {
  const target = createTarget(options.profile, ['bench'], options.patienceMs ?? 200);
  const runner = createRunner({
    target,
    suites: new Map([['bench', suite]]),
    runId: 'run',
    positions: new Map(suite.checks.map((check, index) => [check.id, index])),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  return { runner, target };
}

/**
 * Runs one check of this body and gives its result. An assertion of the test inside the body
 * fails the test: the runner would take it for an error of the suite.
 */
export async function runCheck(
  run: (t: TestContext) => Promise<void>,
  options: BenchOptions,
): Promise<CheckResult> {
  let broken: Error | undefined;
  const watched = async (t: TestContext): Promise<void> => {
    try {
      await run(t);
    } catch (error) {
      if (error instanceof Error && error.name === 'AssertionError') broken = error;
      throw error;
    }
  };
  const suite = suiteOf([{ name: 'x.one', run: watched }], options.parts);
  const { runner, target } = runnerOf(suite, options);
  const [check] = suite.checks;
  if (check === undefined) throw new Error('no check');
  const result = await runner.run(check);
  await target.dispatcher.destroy();
  if (broken !== undefined) throw broken;
  return result;
}
