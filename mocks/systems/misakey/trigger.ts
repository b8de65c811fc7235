import type { SystemContext, TriggerEvent } from '../../engine/system.js';
import type { Behaviour } from './behaviour.js';
import { notify } from './happenings.js';
import type { MisakeyState } from './state.js';

type World = SystemContext<MisakeyState, Behaviour>;
type Element = Readonly<Record<string, unknown>>;

/**
 * Makes what the documents leave to the outside: `file.saved` with elements `{id, is_saved?}` and
 * `notification` with elements `{type, details?}`. Ids in `affects` that no identity has are
 * ignored.
 * @returns false for another event, a sentence for an element of another shape
 */
export function trigger(event: TriggerEvent, world: World): boolean | string {
  const kind = Object.hasOwn(kinds, event.event) ? kinds[event.event] : undefined;
  if (kind === undefined) return false;
  const elements = event.data.filter(isObject);
  if (elements.length !== event.data.length) return 'each element of data must be an object';
  for (const element of elements) {
    const fault = kind.fault(element);
    if (fault !== null) return fault;
  }
  for (const identityId of event.affects) {
    if (!world.state.identities.has(identityId)) continue;
    for (const element of elements) kind.tell(world, identityId, element);
  }
  return true;
}

function isObject(value: unknown): value is Element {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fileFault(element: Element): string | null {
  if (typeof element.id !== 'string') return 'an element of data must have a string id';
  const saved = element.is_saved ?? true;
  return typeof saved === 'boolean' ? null : 'is_saved must be true or false';
}

function notificationFault(element: Element): string | null {
  if (typeof element.type !== 'string') return 'an element of data must have a string type';
  const details = element.details ?? null;
  return details === null || isObject(details) ? null : 'details must be an object or null';
}

function tellFileSaved(
  { state, behaviour, world }: World,
  identityId: string,
  file: Element,
): void {
  const object = { encrypted_file_id: file.id, is_saved: file.is_saved ?? true };
  behaviour.publish(state, behaviour, identityId, { type: 'file.saved', object }, world);
}

function tellNotification(world: World, identityId: string, element: Element): void {
  const details = isObject(element.details) ? element.details : null;
  notify(world, identityId, String(element.type), details);
}

/** An event that can be made: what is wrong with an element, and whom it tells what. */
interface Kind {
  readonly fault: (element: Element) => string | null;
  readonly tell: (world: World, identityId: string, element: Element) => void;
}

const kinds: Readonly<Partial<Record<string, Kind>>> = {
  'file.saved': { fault: fileFault, tell: tellFileSaved },
  notification: { fault: notificationFault, tell: tellNotification },
};
