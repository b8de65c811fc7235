import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** RSA keys in the XML form of the service. */

const privateMembers = [
  ['Modulus', 'n'],
  ['Exponent', 'e'],
  ['P', 'p'],
  ['Q', 'q'],
  ['DP', 'dp'],
  ['DQ', 'dq'],
  ['InverseQ', 'qi'],
  ['D', 'd'],
] as const;
const publicMembers = privateMembers.slice(0, 2);

/** A key pair with its texts. */
export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly publicText: string;
  readonly privateText: string;
}

const generate = promisify(generateKeyPair);

/**
 * Makes a pair of 1024 bits. The generator writes the key as bytes, which are imported again:
 * exporting from the very object that it returns can block for ever on Node 20.
 */
export async function makeKeyPair(): Promise<KeyPair> {
  const { privateKey: der } = await generate('rsa', {
    modulusLength: 1024,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  return pairOf(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}

function pairOf(privateKey: KeyObject): KeyPair {
  const jwk = privateKey.export({ format: 'jwk' }) as Record<string, string>;
  const write = (members: readonly (readonly [string, string])[]): string =>
    `<RSAKeyValue>${members
      .map(([name, field]) => `<${name}>${toBase64(jwk[field] ?? '')}</${name}>`)
      .join('')}</RSAKeyValue>`;
  return {
    publicKey: createPublicKey(privateKey),
    privateKey,
    publicText: write(publicMembers),
    privateText: write(privateMembers),
  };
}

function toBase64(base64url: string): string {
  return Buffer.from(base64url, 'base64url').toString('base64');
}

/** Reads a public key text. @returns null for a text that is none */
export function readPublicKey(text: string): KeyObject | null {
  const jwk = members(text, publicMembers);
  if (jwk === null) return null;
  try {
    return createPublicKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' });
  } catch {
    return null;
  }
}

/** Reads a private key text. @returns null for a text that is none */
export function readPrivateKey(text: string): KeyPair | null {
  const jwk = members(text, privateMembers);
  if (jwk === null) return null;
  try {
    return pairOf(createPrivateKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' }));
  } catch {
    return null;
  }
}

function members(
  text: string,
  names: readonly (readonly [string, string])[],
): Record<string, string> | null {
  if (!/<RSAKeyValue[\s>]/.test(text)) return null;
  const jwk: Record<string, string> = {};
  for (const [name, field] of names) {
    const value = new RegExp(`<${name}>\\s*([A-Za-z0-9+/=\\s]+?)\\s*</${name}>`).exec(text)?.[1];
    if (value === undefined) return null;
    jwk[field] = Buffer.from(value, 'base64').toString('base64url');
  }
  return jwk;
}

/** Length of the modulus in bytes. */
export function modulusLength(key: KeyObject): number {
  return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}
