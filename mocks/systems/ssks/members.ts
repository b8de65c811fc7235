import type { SsksBehaviour } from './behaviour.js';
import { factorTypes, type Factor, type FactorType } from './factor.js';
import { invalidMembers, memberTexts, type MemberErrors } from './refusals.js';

/** Upper limits of members in UTF-16 code units; choices of the mock. */
export const limits = {
  userId: 255,
  factorValue: 1_024,
  template: 1_000_000,
  subject: 1_024,
  challenge: 4_096,
  secret: 256,
  data: 1_048_576,
} as const;

type Texts = Readonly<Record<string, unknown>>;
type Decisions = Pick<SsksBehaviour, 'readFlag' | 'isWellFormed' | 'emailFactor' | 'isFactorType'>;

/** Whether a JSON value is an object, and not null or a list. */
export function isObject(value: unknown): value is Texts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The kind of a JSON value, in the words of the framework that the observed errors point to. */
export function kindOf(value: unknown): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return 'dict';
}

/**
 * Reads the members of a body and collects what is wrong with them, so that one answer names it
 * all. What it returns for a faulty member is a placeholder: call `done()` before any use.
 */
export class MemberReader {
  readonly #errors: Record<string, MemberErrors[string]> = {};

  constructor(
    private readonly body: Texts,
    private readonly decisions: Decisions,
  ) {}

  /** Ends the request with 400 when a member was refused. */
  done(): void {
    if (Object.keys(this.#errors).length > 0) throw invalidMembers(this.#errors);
  }

  /** A string that must be there. */
  text(name: string, limit: number, emptyAllowed = false): string {
    return this.#keep(name, readText(this.body[name], limit, emptyAllowed));
  }

  /** A string that may be absent or null. */
  optionalText(name: string, limit: number): string | undefined {
    const value = this.body[name];
    if (value === undefined || value === null) return undefined;
    return this.#keep(name, readText(value, limit, false));
  }

  /** A boolean that is false when absent or null. */
  flag(name: string): boolean {
    const value = this.body[name];
    if (value === undefined || value === null) return false;
    const flag = this.decisions.readFlag(value);
    if (flag === undefined) this.refuse(name, memberTexts.notBoolean);
    return flag ?? false;
  }

  /** A factor that must be there. */
  factor(): Factor {
    const value = this.body.auth_factor;
    if (value === undefined) return this.#keepFactor({ refused: [memberTexts.required] });
    if (value === null) return this.#keepFactor({ refused: [memberTexts.null] });
    return this.#keepFactor(this.#readFactor(value, 'type', 'value'));
  }

  /** A factor that may be absent or null. */
  optionalFactor(): Factor | undefined {
    const value = this.body.auth_factor;
    if (value === undefined || value === null) return undefined;
    return this.#keepFactor(this.#readFactor(value, 'type', 'value'));
  }

  /** A factor, or the deprecated `email` in its place; a factor wins. */
  factorOrEmail(): Factor {
    const factor = this.optionalFactor();
    if (factor !== undefined) return factor;
    const email = this.optionalText('email', limits.factorValue);
    if (email === undefined) return this.#keepFactor({ refused: [memberTexts.required] });
    const named = this.decisions.emailFactor(email);
    if (email !== '' && !this.decisions.isWellFormed(named)) {
      this.refuse('email', memberTexts.email);
    }
    return named;
  }

  /** A factor whose two members stand in the body itself. */
  flatFactor(typeName: string, valueName: string): Factor {
    const outcome = this.#readFactor(this.body, typeName, valueName);
    if ('refused' in outcome) {
      if (!Array.isArray(outcome.refused)) Object.assign(this.#errors, outcome.refused);
      return noFactor;
    }
    return outcome.value;
  }

  /** Notes a fault that a handler found itself. */
  refuse(name: string, text: string): void {
    this.#note(name, [text]);
  }

  /** The first fault of a member is the one that is told. */
  #note(name: string, fault: MemberErrors[string]): void {
    this.#errors[name] ??= fault;
  }

  #keep(name: string, outcome: Outcome<string>): string {
    if ('value' in outcome) return outcome.value;
    this.#note(name, outcome.refused);
    return '';
  }

  #keepFactor(outcome: Outcome<Factor>): Factor {
    if ('value' in outcome) return outcome.value;
    this.#note('auth_factor', outcome.refused);
    return noFactor;
  }

  #readFactor(value: unknown, typeName: string, valueName: string): Outcome<Factor> {
    if (!isObject(value)) {
      return { refused: { non_field_errors: [memberTexts.notObject(kindOf(value))] } };
    }
    const refused: Record<string, string[]> = {};
    const type = readText(value[typeName], Infinity, true);
    if ('refused' in type) refused[typeName] = type.refused;
    else if (!this.decisions.isFactorType(type.value)) {
      refused[typeName] = [memberTexts.choice(type.value.slice(0, 100))];
    }
    const text = readText(value[valueName], limits.factorValue, false);
    if ('refused' in text) refused[valueName] = text.refused;
    if ('value' in type && 'value' in text && Object.keys(refused).length === 0) {
      const factor: Factor = { type: type.value as FactorType, value: text.value };
      if (this.decisions.isWellFormed(factor)) return { value: factor };
      refused[valueName] = [factor.type === 'SMS' ? memberTexts.phone : memberTexts.email];
    }
    return { refused };
  }
}

type Outcome<T> = { readonly value: T } | { readonly refused: MemberErrors[string] };
const noFactor: Factor = { type: 'EM', value: '' };

function readText(
  value: unknown,
  limit: number,
  emptyAllowed: boolean,
): { readonly value: string } | { readonly refused: string[] } {
  if (value === undefined) return { refused: [memberTexts.required] };
  if (value === null) return { refused: [memberTexts.null] };
  if (typeof value !== 'string') return { refused: [memberTexts.notString] };
  if (value === '' && !emptyAllowed) return { refused: [memberTexts.blank] };
  if (value.length > limit) return { refused: [memberTexts.tooLong(limit)] };
  return { value };
}

/** True for a type that the document names, in exactly its letters. */
export function isFactorType(type: string): type is FactorType {
  return factorTypes.includes(type);
}
