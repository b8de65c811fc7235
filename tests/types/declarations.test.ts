import { describe, expectTypeOf, it } from 'vitest';
import {
  startMock,
  type InboxMessage,
  type Mock,
  type NamedWorld,
  type RunningMock,
  type Settings,
  type StartMockOptions,
  type SystemName,
} from '../../mocks/index.js';
import type { RequestContext } from '../../mocks/engine/context.js';
import type { PlainResponse, Upgrade } from '../../mocks/engine/http.js';
import {
  defineAlteration,
  defineSystem,
  type Alteration,
  type ErasedAlteration,
  type ErasedSystem,
  type Handler,
  type SystemDefinition,
  type WorldServices,
} from '../../mocks/engine/system.js';
import { defineMutants, type Mutant, type MutantSpec } from '../../proof/model.js';
import type { Requirement } from '../../specs/model.js';
import type { CheckResult, Results } from '../../specs/results.js';
import { foldEvents } from '../../specs/verdict.js';
import {
  defineArea,
  defineSuite,
  type AreaCheck,
  type Check,
  type ErasedSuite,
  type SystemSuite,
} from '../../suites/engine/check.js';
import type { TestContext } from '../../suites/engine/context.js';
import type { Exchange, RequestSpec } from '../../suites/engine/exchange.js';
import type { Runner } from '../../suites/engine/runner.js';

interface State {
  readonly names: Set<string>;
}
interface Behaviour {
  readonly limit: number;
}
interface Driver {
  sign(text: string): string;
}

/**
 * What the compiler must accept and refuse. `npm run types` is what judges these; Vitest only
 * counts them.
 */
describe('defineSystem', () => {
  it('gives handlers the state and the behaviour of their own system', () => {
    type Context = Parameters<Handler<State, Behaviour>>[0];
    expectTypeOf<Context>().toEqualTypeOf<RequestContext<State, Behaviour>>();
    expectTypeOf<Context['state']>().toEqualTypeOf<State>();
    expectTypeOf<Context['behaviour']>().toEqualTypeOf<Behaviour>();
    expectTypeOf<Context['header']>().returns.toEqualTypeOf<string | undefined>();
    expectTypeOf<Context['param']>().returns.toEqualTypeOf<string>();
    expectTypeOf<Context['refuse']>().returns.toEqualTypeOf<never>();
    expectTypeOf<ReturnType<Handler<State, Behaviour>>>().toEqualTypeOf<
      PlainResponse | Upgrade | Promise<PlainResponse | Upgrade>
    >();
  });

  it('takes a definition and erases its types', () => {
    expectTypeOf(defineSystem<State, Behaviour>)
      .parameter(0)
      .toEqualTypeOf<SystemDefinition<State, Behaviour>>();
    expectTypeOf(defineSystem<State, Behaviour>).returns.toEqualTypeOf<ErasedSystem>();
  });

  it('wants both dialects, a profile and a state made from the world', () => {
    type Definition = SystemDefinition<State, Behaviour>;
    expectTypeOf<keyof Definition['behaviours']>().toEqualTypeOf<'documented' | 'observed'>();
    expectTypeOf<Definition['createState']>().toEqualTypeOf<(world: WorldServices) => State>();
    expectTypeOf<Definition>().toHaveProperty('profile');
    expectTypeOf<Omit<Definition, 'profile'>>().not.toExtend<Definition>();
    expectTypeOf<
      Omit<Definition, 'ownCors' | 'trigger' | 'before' | 'after'>
    >().toExtend<Definition>();
  });

  it('lets nobody write what a handler may only read', () => {
    type Context = RequestContext<State, Behaviour>;
    // @ts-expect-error a request is read only
    const write = (context: Context): unknown => (context.request.method = 'GET');
    expectTypeOf(write).toBeFunction();
  });
});

describe('an alteration', () => {
  it('replaces some decisions, and only those that exist, by the right type', () => {
    type Altered = NonNullable<Alteration<State, Behaviour>['behaviour']>;
    expectTypeOf<Altered>().toEqualTypeOf<(base: Behaviour) => Partial<Behaviour>>();
    expectTypeOf(defineAlteration<State, Behaviour>).returns.toEqualTypeOf<ErasedAlteration>();
    defineAlteration<State, Behaviour>({
      system: 's',
      behaviour: ({ limit }) => ({ limit: limit + 1 }),
    });
    // @ts-expect-error a limit is a number
    defineAlteration<State, Behaviour>({ system: 's', behaviour: () => ({ limit: 'many' }) });
    // @ts-expect-error a system must be named
    defineAlteration<State, Behaviour>({ behaviour: () => ({}) });
  });

  it('of a mutant says what it breaks, and not which system it alters', () => {
    expectTypeOf(defineMutants<State, Behaviour>).returns.toEqualTypeOf<readonly Mutant[]>();
    expectTypeOf<MutantSpec<State, Behaviour>>().toHaveProperty('breaks');
    expectTypeOf<MutantSpec<State, Behaviour>>().not.toHaveProperty('system');
  });
});

describe('defineArea and defineSuite', () => {
  it('give checks the driver of their own suite', () => {
    expectTypeOf<Parameters<Check<Driver>['run']>>().toEqualTypeOf<
      [t: TestContext, driver: Driver]
    >();
    expectTypeOf(defineArea<Driver>).returns.toEqualTypeOf<readonly AreaCheck<Driver>[]>();
    const area = defineArea<Driver>('file:///suites/a/b.ts', [
      {
        requirement: 'a.b.c',
        title: 'holds',
        run: (_t, driver) => {
          expectTypeOf(driver).toEqualTypeOf<Driver>();
          return Promise.resolve();
        },
      },
    ]);
    expectTypeOf(area[0]).toEqualTypeOf<AreaCheck<Driver> | undefined>();
  });

  it('take capabilities that exist, and no others', () => {
    const run = (): Promise<void> => Promise.resolve();
    defineArea<Driver>('', [{ requirement: 'a.b.c', title: 't', needs: ['inbox', 'clock'], run }]);
    // @ts-expect-error there is no such capability
    defineArea<Driver>('', [{ requirement: 'a.b.c', title: 't', needs: ['telepathy'], run }]);
    // @ts-expect-error a check without a title says nothing
    defineArea<Driver>('', [{ requirement: 'a.b.c', run }]);
  });

  it('want everything that makes a suite', () => {
    expectTypeOf(defineSuite<Driver>)
      .parameter(0)
      .toEqualTypeOf<SystemSuite<Driver>>();
    expectTypeOf(defineSuite<Driver>).returns.toEqualTypeOf<ErasedSuite>();
    expectTypeOf<Omit<SystemSuite<Driver>, 'positiveControl'>>().not.toExtend<
      SystemSuite<Driver>
    >();
  });

  it('hand out answers whose bodies are unknown until they are looked at', () => {
    expectTypeOf<TestContext['send']>().toEqualTypeOf<(spec: RequestSpec) => Promise<Exchange>>();
    expectTypeOf<Exchange['json']>().returns.toBeUnknown();
    expectTypeOf<Exchange['object']>().returns.toEqualTypeOf<Readonly<Record<string, unknown>>>();
    expectTypeOf<TestContext['skip']>().returns.toEqualTypeOf<never>();
    expectTypeOf<Runner['run']>().returns.resolves.toEqualTypeOf<CheckResult>();
  });
});

describe('the library', () => {
  it('is one function with optional options', () => {
    expectTypeOf(startMock).parameters.toEqualTypeOf<[options?: StartMockOptions]>();
    expectTypeOf(startMock).returns.resolves.toEqualTypeOf<RunningMock>();
    expectTypeOf<RunningMock>().toExtend<Mock>();
    expectTypeOf<RunningMock['url']>().toEqualTypeOf<string>();
  });

  it('takes the options of the contracts', () => {
    const options = { systems: ['ssks'], port: 0, seed: 1, dialect: 'documented' } as const;
    expectTypeOf(options).toExtend<StartMockOptions>();
    expectTypeOf<{ systems: string[] }>().not.toExtend<StartMockOptions>();
    expectTypeOf<{ systems: readonly ['sks'] }>().not.toExtend<StartMockOptions>();
    expectTypeOf<{ dialect: 'other' }>().not.toExtend<StartMockOptions>();
    expectTypeOf<SystemName>().toEqualTypeOf<
      'misakey' | 'textsecure' | 'ssks' | 'keyservice' | 'quatrix'
    >();
    expectTypeOf<Settings[string]>().toEqualTypeOf<string | number | boolean>();
  });

  it('gives the members of the contracts', () => {
    expectTypeOf<Mock['inbox']['next']>().returns.resolves.toEqualTypeOf<InboxMessage>();
    expectTypeOf<Mock['inbox']['next']>()
      .parameter(0)
      .toExtend<{ system?: SystemName; channel?: string; recipient?: string } | undefined>();
    expectTypeOf<InboxMessage['code']>().toEqualTypeOf<string | null>();
    expectTypeOf<InboxMessage['payload']>().toBeUnknown();
    expectTypeOf<Mock['clock']['advance']>().toEqualTypeOf<(duration: string) => Promise<void>>();
    expectTypeOf<Mock['trigger']>().returns.resolves.toEqualTypeOf<string>();
    expectTypeOf<Mock['reset']>().toEqualTypeOf<
      (systems?: readonly SystemName[]) => Promise<void>
    >();
    expectTypeOf<Mock['world']>().toEqualTypeOf<(name: string) => NamedWorld>();
    expectTypeOf<Mock['close']>().toEqualTypeOf<() => Promise<void>>();
  });
});

describe('results.json', () => {
  it('is what a fold of events gives', () => {
    expectTypeOf(foldEvents).returns.toEqualTypeOf<Results>();
    expectTypeOf<Results['verdict']>().toEqualTypeOf<
      'conformant' | 'conformant-with-deviations' | 'nonconformant' | 'inconclusive'
    >();
    expectTypeOf<Results['requirements'][number]['verdict']>().toEqualTypeOf<
      'pass' | 'deviation' | 'fail' | 'skip' | 'inconclusive' | 'untested'
    >();
    expectTypeOf<Requirement['level']>().toEqualTypeOf<'must' | 'should' | 'may'>();
  });
});
