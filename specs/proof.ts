/** The shapes of proof.json; outward interface, see the contracts. */

/** What became of one mutant; the shape of proof.json. */
export interface MutantVerdict {
  readonly id: string;
  readonly system: string;
  readonly bug: string;
  readonly file: string;
  readonly requirements: readonly string[];
  readonly killed: boolean;
  readonly killedBy: readonly string[];
  /** Declared requirements that did not fail. */
  readonly missed: readonly string[];
  /** Failed requirements that are not declared. */
  readonly unexpected: readonly string[];
  /** The message of the check that killed it. */
  readonly message: string | null;
  readonly durationMs: number;
}

export interface VariantVerdict {
  readonly id: string;
  readonly family: string;
  readonly system: string;
  readonly difference: string;
  readonly passed: boolean;
  /** `must` and `should` requirements that failed on it. */
  readonly failed: readonly string[];
  readonly messages: readonly string[];
  readonly durationMs: number;
}

/** proof.json. */
export interface Proof {
  readonly tool: { readonly name: string; readonly version: string };
  readonly startedAt: string;
  readonly durationMs: number;
  readonly mutants: readonly MutantVerdict[];
  readonly variants: readonly VariantVerdict[];
  readonly coverage: {
    readonly requirements: number;
    readonly withTest: number;
    /** `must` and `should` requirements that some mutant declares. */
    readonly withMutant: number;
    /** `must` and `should` requirements that failed on a mutant that declares them. */
    readonly killed: number;
    /** How many `must` and `should` requirements there are. */
    readonly needingMutant: number;
  };
  readonly uncovered: readonly string[];
  /** Statement and tests of each requirement, for the page. */
  readonly requirements: readonly {
    readonly id: string;
    readonly system: string;
    readonly level: string;
    readonly statement: string;
    readonly tests: readonly {
      readonly check: string;
      readonly title: string;
      readonly file: string;
    }[];
  }[];
}
