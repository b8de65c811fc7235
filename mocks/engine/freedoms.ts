import { chaosRandom, happens, type ChaosOptions } from './chaos.js';
import type { RequestContext } from './context.js';
import type { PlainResponse } from './http.js';
import type { Random } from './random.js';
import type { ErasedAlteration, ErasedSystem } from './system.js';

/**
 * Something that the documents of a system leave to the server, and how another one may do it. Chaos
 * draws between it and the mock's own way; the proof makes a variant of it, on which nothing may fail.
 */
export interface Freedom<State, Behaviour extends object> {
  /** In kebab case. */
  readonly name: string;
  /** What the other way is, and why it is free, in one sentence. */
  readonly difference: string;
  /** True where what a server does must not change from call to call: chaos draws once. */
  readonly once?: boolean;
  /** What understands both ways, where a client sends back what it got. It is always there. */
  reads?(base: Behaviour): Partial<Behaviour>;
  /**
   * Decisions that are functions, or records of functions. Chaos draws at each call which one is
   * asked, so each must be right beside the original.
   */
  behaviour?(base: Behaviour): Partial<Behaviour>;
  /** An answer in another form; chaos draws for each. */
  respond?(response: PlainResponse, context: RequestContext<State, Behaviour>): PlainResponse;
}

/** A freedom of a system whose types are no longer of interest. */
export type ErasedFreedom = Freedom<unknown, object>;

/** Declares the freedoms of a system; see `defineSystem` on the types. */
export function defineFreedoms<State, Behaviour extends object>(
  freedoms: readonly Freedom<State, Behaviour>[],
): readonly ErasedFreedom[] {
  return freedoms as readonly unknown[] as readonly ErasedFreedom[];
}

/** A system that always takes a freedom. */
export function takingFreedom(system: string, freedom: ErasedFreedom): ErasedAlteration {
  return alterationOf(system, freedom, (_, other) => other, freedom.respond?.bind(freedom));
}

/** Systems that draw, at each turn, whether they take each of their freedoms. */
export function drawnFreedoms(
  systems: readonly ErasedSystem[],
  options: ChaosOptions,
): readonly ErasedAlteration[] {
  return systems.flatMap(({ slug, freedoms = [] }) =>
    freedoms.map((freedom) => {
      const use = `${slug}/${freedom.name}`;
      if (freedom.once === true) {
        // The same for all processes of a household: its worlds move between them.
        const taken = happens(chaosRandom({ seed: options.seed }, use));
        return taken ? takingFreedom(slug, freedom) : declined(slug, freedom);
      }
      const random = chaosRandom(options, use);
      const respond = freedom.respond?.bind(freedom);
      return alterationOf(
        slug,
        freedom,
        (own, other) => drawn(random, own, other),
        respond === undefined
          ? undefined
          : (response, context) => (happens(random) ? respond(response, context) : response),
      );
    }),
  );
}

function declined(system: string, freedom: ErasedFreedom): ErasedAlteration {
  return alterationOf(system, freedom, (own) => own, undefined);
}

function alterationOf(
  system: string,
  freedom: ErasedFreedom,
  choose: (own: unknown, other: unknown) => unknown,
  respond: ErasedFreedom['respond'],
): ErasedAlteration {
  return {
    system,
    behaviour(base) {
      const reads = freedom.reads?.(base) ?? {};
      const own: Record<string, unknown> = { ...base, ...reads };
      const others = Object.entries(freedom.behaviour?.(own) ?? {});
      return {
        ...reads,
        ...Object.fromEntries(others.map(([name, other]) => [name, choose(own[name], other)])),
      };
    },
    ...(respond === undefined ? {} : { respond }),
  };
}

type Decision = (...args: unknown[]) => unknown;

function drawn(random: Random, own: unknown, other: unknown): unknown {
  if (typeof own === 'function' && typeof other === 'function') {
    return (...args: unknown[]): unknown => ((happens(random) ? other : own) as Decision)(...args);
  }
  const record = own as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(other as object).map(([name, value]) => [
      name,
      value === record[name] ? value : drawn(random, record[name], value),
    ]),
  );
}
