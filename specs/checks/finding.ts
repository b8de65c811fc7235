/** One thing that is wrong in a document. */
export interface Finding {
  /** Path of the file inside the project. */
  readonly file: string;
  /** JSON pointer into it, or the id of a record; empty for the whole file. */
  readonly at: string;
  /** What is wrong, and what would be right. */
  readonly message: string;
}

export type Report = (at: string, message: string) => void;

export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Adds one step to a JSON pointer. */
export function below(pointer: string, step: string | number): string {
  return `${pointer}/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** What is found at a pointer (without `#`), its steps escaped; undefined when nothing is. */
export function lookUp(document: unknown, pointer: string): unknown {
  let value = document;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = (value as readonly unknown[])[Number(name)];
    else if (isJson(value)) value = value[name];
    else return undefined;
  }
  return value;
}

/** Follows references until something else is found, and says where that is. */
export function follow(
  document: unknown,
  value: unknown,
  pointer: string,
): { readonly value: unknown; readonly pointer: string } {
  let at = { value, pointer };
  // A chain of references is short; a circle of nothing but references ends here.
  for (let hops = 0; hops < 16; hops += 1) {
    if (!isJson(at.value) || typeof at.value.$ref !== 'string') return at;
    const target = decodeURIComponent(at.value.$ref.replace(/^#/, ''));
    at = { value: lookUp(document, target), pointer: target };
  }
  return at;
}
