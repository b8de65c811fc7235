/** Compares two secrets in a time that depends on their lengths only. */
export function equalText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  const length = Math.max(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    difference |= (a.charCodeAt(at) || 0) ^ (b.charCodeAt(at) || 0);
  }
  return difference === 0;
}
