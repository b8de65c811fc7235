import type { TriggerEvent } from '../engine/system.js';

/**
 * Reads the body of `POST {trigger}` of the contracts.
 * @returns the event, or a sentence that says what is wrong with it
 */
export function parseTrigger(body: Uint8Array): TriggerEvent | string {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return 'the body must be a JSON object with system, event, affects and data';
  }
  if (typeof value !== 'object' || value === null) return 'the body must be a JSON object';
  const { system, event, affects, data, account, status } = value as Record<string, unknown>;
  if (typeof system !== 'string') return 'member system must be a string';
  if (typeof event !== 'string') return 'member event must be a string';
  const names = affects ?? [];
  if (!isTexts(names)) return 'member affects must be a list of strings';
  const items = data ?? [];
  if (!Array.isArray(items)) return 'member data must be a list';
  return {
    system,
    event,
    affects: names,
    data: items as unknown[],
    account: typeof account === 'string' ? account : undefined,
    ...(status === undefined ? {} : { status }),
  };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}
