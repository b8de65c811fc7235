const utf8 = new TextEncoder();

/**
 * Compares two secrets over their whole length, in a time that does not depend on where they
 * differ.
 */
export function sameSecret(stored: string, given: string): boolean {
  const left = utf8.encode(stored);
  const right = utf8.encode(given);
  let difference = left.length ^ right.length;
  for (let at = 0; at < right.length; at += 1) {
    difference |= (left[at % Math.max(left.length, 1)] ?? 0) ^ (right[at] ?? 0);
  }
  return difference === 0;
}
