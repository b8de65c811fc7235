import { base64, fromBase64 } from './encodings.js';
import { byteLength, modInverse, toBytes, toInteger } from './integers.js';

/** A public key. Sizes are legal from 512 to 16384 bits; the server itself makes 1024. */
export interface PublicKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
  /** Length of the modulus in bytes: the `k` of the block rule. */
  readonly size: number;
}

/** A private key with the numbers for the Chinese remainder theorem. */
export interface PrivateKey extends PublicKey {
  readonly p: bigint;
  readonly q: bigint;
  readonly dp: bigint;
  readonly dq: bigint;
  readonly inverseQ: bigint;
  readonly d: bigint;
}

const standardExponent = 65537n;
const smallest = 64;
const largest = 2048;

/** A key from its two primes. */
export function keyFromPrimes(first: bigint, second: bigint): PrivateKey {
  const [p, q] = first > second ? [first, second] : [second, first];
  const modulus = p * q;
  const d = modInverse(standardExponent, (p - 1n) * (q - 1n));
  return {
    modulus,
    exponent: standardExponent,
    size: byteLength(modulus),
    p,
    q,
    dp: d % (p - 1n),
    dq: d % (q - 1n),
    inverseQ: modInverse(q, p),
    d,
  };
}

/** The public key text: .NET XML on one line. */
export function publicKeyText(key: PublicKey): string {
  return `<RSAKeyValue>${publicMembers(key)}</RSAKeyValue>`;
}

/** The private key text: the public members, then P, Q, DP, DQ, InverseQ and D. */
export function privateKeyText(key: PrivateKey): string {
  const half = key.size / 2;
  return (
    `<RSAKeyValue>${publicMembers(key)}` +
    member('P', key.p, half) +
    member('Q', key.q, half) +
    member('DP', key.dp, half) +
    member('DQ', key.dq, half) +
    member('InverseQ', key.inverseQ, half) +
    `${member('D', key.d, key.size)}</RSAKeyValue>`
  );
}

function publicMembers(key: PublicKey): string {
  return (
    member('Modulus', key.modulus, key.size) +
    member('Exponent', key.exponent, byteLength(key.exponent))
  );
}

function member(name: string, value: bigint, length: number): string {
  return `<${name}>${base64(toBytes(value, length))}</${name}>`;
}

/** @returns the key, or null for a text that is no usable RSA public key in XML */
export function parsePublicKey(text: string): PublicKey | null {
  const xml = keyXml(text);
  const modulus = numberIn(xml, 'Modulus');
  const exponent = numberIn(xml, 'Exponent');
  if (modulus === null || exponent === null) return null;
  const size = byteLength(modulus);
  if (size < smallest || size > largest || modulus % 2n === 0n) return null;
  if (exponent < 3n || exponent % 2n === 0n || exponent >= modulus) return null;
  return { modulus, exponent, size };
}

/** @returns the key, or null for a text that is no RSA private key in XML */
export function parsePrivateKey(text: string): PrivateKey | null {
  const publicPart = parsePublicKey(text);
  if (publicPart === null) return null;
  const xml = keyXml(text);
  const [p, q, dp, dq, inverseQ, d] = ['P', 'Q', 'DP', 'DQ', 'InverseQ', 'D'].map((name) =>
    numberIn(xml, name),
  );
  if (!p || !q || !dp || !dq || !inverseQ || !d) return null;
  if (p * q !== publicPart.modulus) return null;
  return { ...publicPart, p, q, dp, dq, inverseQ, d };
}

/** The desktop client of the time HTML-coded its form values; only a use of the text undoes it. */
function keyXml(text: string): string {
  if (!text.trimStart().startsWith('&lt;')) return text;
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|quot|apos|amp));/gi,
    (...found) => {
      const [, decimal, hexadecimal, name] = found as (string | undefined)[];
      if (name !== undefined) return namedReferences[name.toLowerCase()] ?? '';
      const point =
        decimal === undefined
          ? Number.parseInt(hexadecimal ?? '0', 16)
          : Number.parseInt(decimal, 10);
      return point > 0x10ffff ? '\uFFFD' : String.fromCodePoint(point);
    },
  );
}

const namedReferences: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
};

function numberIn(xml: string, name: string): bigint | null {
  if (!/^\s*(?:<\?xml[^>]*\?>\s*)?<RSAKeyValue[\s>]/.test(xml)) return null;
  const found = new RegExp(`<${name}>\\s*([A-Za-z0-9+/=\\s]+?)\\s*</${name}>`).exec(xml);
  const bytes = found?.[1] === undefined ? null : fromBase64(found[1]);
  return bytes === null || bytes.length === 0 ? null : toInteger(bytes);
}
