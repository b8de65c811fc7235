import type { Message } from './behaviour.js';
import { joinParts, type Part } from './parts.js';
import { isUnsealed } from './unsealed.js';

/** Characters of a text from which its list is written as bytes. */
const large = 1024 * 1024;
/** Characters of a large text that are written at once. */
const piece = 0x8000;

/** Dates are written with escaped slashes: readers of the time tell a date from a text by them. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll(/"\/Date\((\d+)\)\/"/g, '"\\/Date($1)\\/"');
}

/** The JSON of a message list; as bytes where it holds what is large or not sealed yet. */
export function jsonList(list: readonly Message[]): string | Uint8Array {
  if (!list.some((entry) => Object.values(entry).some(isLarge))) return jsonText(list);
  return joinParts(() => partsOf(list));
}

function isLarge(value: unknown): value is Part {
  return typeof value === 'string' ? value.length > large : isUnsealed(value);
}

function* partsOf(list: readonly Message[]): Iterable<Part> {
  yield '[';
  for (const [at, entry] of list.entries()) {
    let before = at === 0 ? '{' : ',{';
    for (const [name, value] of Object.entries(entry)) {
      if (value === undefined) continue;
      yield `${before}${JSON.stringify(name)}:`;
      before = ',';
      if (!isLarge(value)) {
        yield jsonText(value);
        continue;
      }
      yield '"';
      if (typeof value === 'string') yield* piecesOf(value);
      else yield value;
      yield '"';
    }
    yield '}';
  }
  yield ']';
}

/** The inside of a JSON string, piece by piece; no pair of surrogates is torn. */
function* piecesOf(text: string): Iterable<string> {
  for (let at = 0; at < text.length;) {
    let end = at + piece;
    if (/[\ud800-\udbff]/.test(text.charAt(end - 1))) end -= 1;
    yield JSON.stringify(text.slice(at, end)).slice(1, -1);
    at = end;
  }
}
