import type { PlainResponse } from './http.js';

/**
 * In which order the events of long polls are told where that is not their own. What was decided of
 * an event holds for everybody who asks, and again after an answer that was lost: so none is lost or
 * told twice.
 */
export interface EventOrder {
  /** False while everything has its own order: then nothing else need be asked. */
  readonly any: boolean;
  /** What is told in the place of an event: null for itself; undefined while that is open. */
  told(event: string): PlainResponse | null | undefined;
  /** An event is told in its own place. */
  keep(event: string): void;
  /** Two events change places. */
  swap(
    one: { readonly event: string; readonly response: PlainResponse },
    other: { readonly event: string; readonly response: PlainResponse },
  ): void;
  clear(): void;
}

/** Decisions that are kept; the oldest go. */
const most = 1_000;

export function createEventOrder(): EventOrder {
  const decided = new Map<string, PlainResponse | null>();
  const decide = (event: string, told: PlainResponse | null): void => {
    decided.set(event, told);
    if (decided.size <= most) return;
    for (const oldest of decided.keys()) {
      decided.delete(oldest);
      return;
    }
  };
  return {
    get any() {
      return decided.size > 0;
    },
    told: (event) => decided.get(event),
    keep(event) {
      decide(event, null);
    },
    swap(one, other) {
      decide(one.event, other.response);
      decide(other.event, one.response);
    },
    clear() {
      decided.clear();
    },
  };
}
