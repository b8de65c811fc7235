import type {
  AsyncApiDocument,
  Capability,
  JsonSchema,
  OpenApiDocument,
} from '../../specs/model.js';
import type { RequestSpec } from './exchange.js';
import type { TestContext } from './context.js';

/**
 * One check: a statement about the wire, as a plain value. Runners are adapters; nothing here
 * knows Playwright.
 */
export interface Check<Driver> {
  /**
   * The requirement that it decides; several only where one flow shows all of them and none can
   * be seen apart.
   */
  readonly requirement: string | readonly string[];
  /** Tells two checks of one requirement apart; part of the check's id. */
  readonly variant?: string;
  /** What holds, as a statement, such as `a wrong code is refused with 403`. */
  readonly title: string;
  /** Capabilities beyond those that the catalogue names for the requirement. */
  readonly needs?: readonly Capability[];
  /** Where others would disturb the check, or it them. */
  readonly alone?: Alone;
  /** Milliseconds after which the check is given up; 20 s by default. */
  readonly timeoutMs?: number;
  run(t: TestContext, driver: Driver): Promise<void>;
}

/**
 * How far a check is alone: no other check of its system runs at the same time, or none at all
 * (it moves the clock, or trips what all share).
 */
export type Alone = 'in-system' | 'in-run';

/** A check in a suite, its defaults filled in. */
export interface RegisteredCheck {
  /** `<requirement>` or `<requirement>#<variant>`; unique. */
  readonly id: string;
  readonly system: string;
  readonly requirements: readonly string[];
  readonly title: string;
  /** Path of the source file from the project's root. */
  readonly file: string;
  readonly needs: readonly Capability[];
  readonly alone: Alone | false;
  readonly timeoutMs: number;
  run(t: TestContext, driver: unknown): Promise<void>;
}

/** A complete, valid request of one operation, made afresh; its success is documented. */
export type Sample<Driver> = (t: TestContext, driver: Driver) => Promise<RequestSpec>;

/** Everything that makes a system's suite. */
export interface SystemSuite<Driver> {
  readonly slug: string;
  readonly openapi: OpenApiDocument;
  readonly asyncapi: AsyncApiDocument | null;
  /** JSON Schema of the system's section of a profile, without the members shared by all. */
  readonly profileSchema: JsonSchema;
  /** The shape of the codes that the system sends by mail: finds them in a text without doubt. */
  readonly codeShape?: RegExp;
  /** Names of JSON members whose texts no report shows, whichever side made them. */
  readonly secretMembers?: readonly string[];
  readonly areas: readonly (readonly AreaCheck<Driver>[])[];
  /** By operationId: from these the checks of the document are generated. */
  readonly samples: Readonly<Record<string, Sample<Driver>>>;
  /** What every check of the system starts from: accounts, signatures, sockets. */
  createDriver(t: TestContext): Driver;
  /** One request that a conforming target answers, for `doctor` and the first look at a target. */
  positiveControl(t: TestContext, driver: Driver): Promise<void>;
}

export type ErasedSuite = SystemSuite<unknown>;

/** A check with the file it stands in. */
export type AreaCheck<Driver> = Check<Driver> & { readonly file: string };

/**
 * Declares the checks of one area.
 * @param moduleUrl `import.meta.url` of the file, so that reports can name it
 */
export function defineArea<Driver>(
  moduleUrl: string,
  checks: readonly Check<Driver>[],
): readonly AreaCheck<Driver>[] {
  const at = moduleUrl.lastIndexOf('/suites/');
  // A suite from elsewhere is named by its file alone: reports show no path of a machine.
  const from = at === -1 ? moduleUrl.lastIndexOf('/') : at;
  const file = moduleUrl.slice(from + 1).replace(/\.js$/, '.ts');
  return checks.map((check) => ({ ...check, file }));
}

/** Declares a suite; its functions get only its own driver back, so erasing the type is sound. */
export function defineSuite<Driver>(suite: SystemSuite<Driver>): ErasedSuite {
  return suite as unknown as ErasedSuite;
}
