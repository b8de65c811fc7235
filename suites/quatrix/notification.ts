import type { Exchange } from '../engine/exchange.js';

/** A notification, as far as it is an object at all. */
export type Notification = Readonly<Record<string, unknown>>;

/**
 * The notifications of an answer. An array of them is taken apart, because only the checks about
 * the form of an answer judge it (errata, terms of the catalogue).
 * @returns null for a body that is no JSON
 */
export function notificationsOf(exchange: Exchange): readonly Notification[] | null {
  let value: unknown;
  try {
    value = JSON.parse(exchange.text);
  } catch {
    return null;
  }
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.filter(isObject);
}

/**
 * True when an answer tells of an object with this id. In a body that cannot be read the id itself
 * counts: that it cannot be read is for the check about the form to say.
 */
export function brings(exchange: Exchange, id: string): boolean {
  const all = notificationsOf(exchange);
  return all === null ? exchange.text.includes(id) : all.some((entry) => tellsOf(entry, id));
}

/** True when the data of a notification holds an object with this id. */
export function tellsOf(notification: Notification, id: string): boolean {
  return dataOf(notification).some((entry) => isObject(entry) && entry.id === id);
}

/** The entries of `data`; a single object counts as one, since only one check judges that. */
export function dataOf(notification: Notification): readonly unknown[] {
  const { data } = notification;
  return Array.isArray(data) ? (data as unknown[]) : [data];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
