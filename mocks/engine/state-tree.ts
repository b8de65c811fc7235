/** A look into a system's state, one level at a time, and a way to change a value in it. */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

/** A way into a state: names of members, keys of maps, places in lists and sets. */
export type StatePath = readonly (string | number)[];

/** A value of a state as it is shown: a leaf with its text, or what holds others. */
export interface StateNode {
  readonly kind:
    'object' | 'list' | 'map' | 'set' | 'bytes' | 'text' | 'number' | 'boolean' | 'null' | 'other';
  /** Entries of what holds others, bytes of bytes. */
  readonly size: number;
  /** A leaf's value as JSON shows it, bytes in hexadecimal (at most 4,096 of them); else null. */
  readonly value: string | number | boolean | null;
  /** True where `setState` takes another value of this kind. */
  readonly editable: boolean;
}

export interface StateEntry extends StateNode {
  readonly step: string | number;
  /** The key of an entry that is written down as a pair of key and value. */
  readonly key: string | null;
}

/** A node with some of its entries. */
export interface StateView extends StateNode {
  readonly entries: readonly StateEntry[];
}

/** A wish that cannot be met; the message is for its user. */
export class StateError extends Error {}

/** Entries that one look shows. */
const pageSize = 100;
const shownBytes = 4_096;

/** @throws StateError where the path leads nowhere */
export function viewState(root: unknown, path: StatePath, from = 0): StateView {
  const value = find(root, path);
  const entries: StateEntry[] = [];
  let at = 0;
  for (const [step, child] of entriesOf(value)) {
    if (at >= from) entries.push({ step, key: keyOfPair(child), ...nodeOf(child) });
    at += 1;
    if (entries.length === pageSize) break;
  }
  return { ...nodeOf(value), entries };
}

/**
 * Puts a value in the place of a leaf of the same kind.
 * @param value for bytes their hexadecimal text
 * @throws StateError
 */
export function setState(root: unknown, path: StatePath, value: unknown): void {
  const node = nodeOf(find(root, path));
  if (!node.editable) throw new StateError(`${spell(path)} is no single value`);
  put(root, path, convert(node, value, path));
}

/** Takes an entry out of a list, a map, a set or an object. @throws StateError */
export function removeState(root: unknown, path: StatePath): void {
  find(root, path);
  const [parent, step] = parentOf(root, path);
  if (Array.isArray(parent)) parent.splice(Number(step), 1);
  else if (parent instanceof Map) parent.delete(keyOf(parent, step));
  else if (parent instanceof Set) parent.delete([...parent][Number(step)]);
  else Reflect.deleteProperty(parent, step);
}

function keyOfPair(value: unknown): string | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [key] = value as [unknown, unknown];
  return typeof key === 'string' ? key : null;
}

function nodeOf(value: unknown): StateNode {
  const leaf = { size: 0, editable: true };
  if (value === null || value === undefined) return { ...leaf, kind: 'null', value: null };
  switch (typeof value) {
    case 'string':
      return { ...leaf, kind: 'text', value };
    case 'number':
      return Number.isFinite(value)
        ? { ...leaf, kind: 'number', value }
        : { ...leaf, kind: 'other', value: String(value), editable: false };
    case 'boolean':
      return { ...leaf, kind: 'boolean', value };
    case 'object':
      break;
    default:
      return { ...leaf, kind: 'other', value: typeof value, editable: false };
  }
  const held = { value: null, editable: false };
  if (value instanceof Uint8Array) {
    const text = bytesToHex(value.subarray(0, shownBytes));
    return { kind: 'bytes', size: value.length, value: text, editable: value.length <= shownBytes };
  }
  if (Array.isArray(value)) return { ...held, kind: 'list', size: value.length };
  if (value instanceof Map) return { ...held, kind: 'map', size: value.size };
  if (value instanceof Set) return { ...held, kind: 'set', size: value.size };
  return { ...held, kind: 'object', size: Object.keys(value).length };
}

function* entriesOf(value: unknown): Iterable<[string | number, unknown]> {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  if (Array.isArray(value) || value instanceof Set) {
    let at = 0;
    for (const entry of value as Iterable<unknown>) {
      yield [at, entry];
      at += 1;
    }
  } else if (value instanceof Map) {
    for (const [key, entry] of value as Map<unknown, unknown>) {
      yield [keyText(key), entry];
    }
  } else {
    yield* Object.entries(value);
  }
}

/** Keys of maps are texts and numbers; others are shown and cannot be followed. */
function keyText(key: unknown): string {
  return typeof key === 'string' || typeof key === 'number' ? String(key) : `[${typeof key}]`;
}

function find(root: unknown, path: StatePath): unknown {
  let value = root;
  for (const [depth, step] of path.entries()) {
    const next = child(value, step);
    if (next === missing) throw new StateError(`${spell(path.slice(0, depth + 1))} is not there`);
    value = next;
  }
  return value;
}

const missing = Symbol('missing');

function child(value: unknown, step: string | number): unknown {
  if (typeof value !== 'object' || value === null) return missing;
  if (value instanceof Map) {
    const key = keyOf(value, step);
    return value.has(key) ? (value.get(key) as unknown) : missing;
  }
  if (Array.isArray(value) || value instanceof Set) {
    const list = [...(value as Iterable<unknown>)];
    const at = Number(step);
    return Number.isInteger(at) && at >= 0 && at < list.length ? list[at] : missing;
  }
  return Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : missing;
}

/** A number that is a key is found by its text. */
function keyOf(map: ReadonlyMap<unknown, unknown>, step: string | number): unknown {
  const text = String(step);
  return map.has(text) || !map.has(Number(text)) ? text : Number(text);
}

function parentOf(root: unknown, path: StatePath): [object, string | number] {
  const step = path.at(-1);
  const parent = step === undefined ? null : find(root, path.slice(0, -1));
  if (step === undefined || typeof parent !== 'object' || parent === null) {
    throw new StateError('the state as a whole cannot be changed so; use PUT /_countersign/state');
  }
  return [parent, step];
}

function put(root: unknown, path: StatePath, value: unknown): void {
  const [parent, step] = parentOf(root, path);
  if (parent instanceof Map) parent.set(keyOf(parent, step), value);
  else if (parent instanceof Set) replaceInSet(parent, Number(step), value);
  else if (!Object.isFrozen(parent)) Reflect.set(parent, step, value);
  else throw new StateError(`${spell(path)} is the same in every world and cannot be changed`);
}

function replaceInSet(set: Set<unknown>, at: number, value: unknown): void {
  const values = [...set];
  values[at] = value;
  set.clear();
  for (const entry of values) set.add(entry);
}

function convert(node: StateNode, value: unknown, path: StatePath): unknown {
  const fits =
    node.kind === 'null'
      ? value === null || ['string', 'number', 'boolean'].includes(typeof value)
      : typeof value === (node.kind === 'text' || node.kind === 'bytes' ? 'string' : node.kind);
  if (!fits || (typeof value === 'number' && !Number.isFinite(value))) {
    throw new StateError(`${spell(path)} takes a value of its kind: ${node.kind}`);
  }
  if (node.kind !== 'bytes') return value;
  const text = String(value);
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) {
    throw new StateError(`${spell(path)} takes bytes as pairs of hexadecimal digits`);
  }
  return hexToBytes(text);
}

function spell(path: StatePath): string {
  return path.length === 0 ? 'the state' : path.join(' › ');
}
