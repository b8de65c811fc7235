import type { SsksBehaviour } from './behaviour.js';
import { documented } from './documented.js';

/** As deployed services and early clients behave, where that differs from the documents. */
export const observed: SsksBehaviour = {
  ...documented,
  // An early mobile client sends its booleans as text.
  readFlag(value) {
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'string') return undefined;
    const text = value.toLowerCase();
    return text === 'true' ? true : text === 'false' ? false : undefined;
  },
  // The vendor's tests hint at one session per user.
  endsEarlierSession: (earlier) => !earlier.authenticated,
};
