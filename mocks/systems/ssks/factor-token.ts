import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Factor } from './factor.js';

const encoder = new TextEncoder();

/** Seconds that a token is good for. */
const life = 3_600;

/**
 * A JSON Web Token for a factor, signed with HS256. Its contents are the mock's own; clients
 * treat it as opaque.
 * @param now milliseconds since the epoch
 */
export function signFactorToken(key: Uint8Array, factor: Factor, now: number): string {
  const issuedAt = Math.floor(now / 1_000);
  const header = base64Url(encoder.encode(JSON.stringify({ alg: 'HS256', typ: 'JWT' })));
  const payload = base64Url(
    encoder.encode(
      JSON.stringify({
        auth_factor_type: factor.type,
        auth_factor_value: factor.value,
        iat: issuedAt,
        exp: issuedAt + life,
      }),
    ),
  );
  const signed = `${header}.${payload}`;
  return `${signed}.${base64Url(hmac(sha256, key, encoder.encode(signed)))}`;
}

function base64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
