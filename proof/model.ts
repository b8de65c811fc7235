import type { Alteration, ErasedAlteration } from '../mocks/engine/system.js';
import type { WriteResponse } from '../mocks/transports/node-answer.js';
import type { Dialect } from '../specs/model.js';

/**
 * A mock that is right in everything but one thing. The members of an alteration (`behaviour`,
 * `handlers`, `respond`, `deliver`) say where it departs.
 */
export interface MutantSpec<State, Behaviour extends object> extends Omit<
  Alteration<State, Behaviour>,
  'system'
> {
  /** A name in kebab case; the id is `<system>/<name>`. */
  readonly name: string;
  /** The bug as its author would describe it, in one sentence. */
  readonly bug: string;
  /** The requirements that it breaks: each of them must fail. */
  readonly breaks: readonly string[];
  /** Requirements that fail with it as a consequence, each with the reason. */
  readonly alsoBreaks?: Readonly<Record<string, string>>;
}

export interface Mutant {
  readonly id: string;
  readonly system: string;
  readonly bug: string;
  readonly breaks: readonly string[];
  readonly alsoBreaks: Readonly<Record<string, string>>;
  readonly alteration: ErasedAlteration;
  /** Path of the declaring file from the project's root. */
  readonly file: string;
}

/**
 * Declares the mutants of a system.
 * @param moduleUrl `import.meta.url` of the declaring file
 */
export function defineMutants<State, Behaviour extends object>(
  system: string,
  moduleUrl: string,
  specs: readonly MutantSpec<State, Behaviour>[],
): readonly Mutant[] {
  const at = moduleUrl.lastIndexOf('/proof/');
  const name =
    at === -1 ? moduleUrl.slice(moduleUrl.lastIndexOf('/') + 1) : moduleUrl.slice(at + 1);
  const file = name.replace(/\.js$/, '.ts');
  return specs.map((spec) => {
    const { name, bug, breaks, alsoBreaks, ...alteration } = spec;
    return {
      id: `${system}/${name}`,
      system,
      bug,
      breaks,
      alsoBreaks: alsoBreaks ?? {},
      alteration: { ...alteration, system } as unknown as ErasedAlteration,
      file,
    };
  });
}

/** A server that differs from the mock and still conforms: no check may fail on it. */
export interface Variant {
  /** `<family>/<system>`. */
  readonly id: string;
  /** What varies, the same word for all systems. */
  readonly family: string;
  readonly system: string;
  /** What differs, and why that is legal. */
  readonly difference: string;
  readonly alterations: readonly ErasedAlteration[];
  /** How answers are put on the wire, where that is what differs. */
  readonly write?: WriteResponse;
  readonly dialect?: Dialect;
  /** Milliseconds by which the server's clock is off. */
  readonly clockSkewMs?: number;
}

/** Declares a variant of one system's own. */
export function defineVariant<State, Behaviour extends object>(
  variant: Omit<Variant, 'id' | 'alterations'> & {
    readonly alteration?: Omit<Alteration<State, Behaviour>, 'system'>;
  },
): Variant {
  const { alteration, ...rest } = variant;
  return {
    ...rest,
    id: `${variant.family}/${variant.system}`,
    alterations:
      alteration === undefined
        ? []
        : [{ ...alteration, system: variant.system } as unknown as ErasedAlteration],
  };
}
