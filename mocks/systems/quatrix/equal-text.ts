/**
 * Compares a secret with what was received in a time that depends on the received length only.
 */
export function equalText(expected: string, received: string): boolean {
  let difference = expected.length ^ received.length;
  for (let at = 0; at < received.length; at += 1) {
    difference |= received.charCodeAt(at) ^ expected.charCodeAt(at % expected.length);
  }
  return difference === 0;
}
