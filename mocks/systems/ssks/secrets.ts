/** Compares two texts in a time that depends on the length of the presented one only. */
export function sameText(kept: string, presented: string): boolean {
  let difference = kept.length ^ presented.length;
  for (let at = 0; at < presented.length; at += 1) {
    // Outside of the kept text the code is NaN, which counts as 0; the lengths differ then anyway.
    difference |= kept.charCodeAt(at) ^ presented.charCodeAt(at);
  }
  return difference === 0;
}
