import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import file from '../../../fixtures/vectors/ssks.json' with { type: 'json' };
import {
  ivBytes,
  open,
  passwordKey,
  passwordSecret,
  saltBytes,
  seal,
  twoManRuleKey,
} from '../../../suites/ssks/crypto.js';

type Vector = Readonly<Record<string, string | number | undefined>>;
const vectors: readonly Vector[] = file.vectors;

function of(kind: string): readonly Vector[] {
  const found = vectors.filter((vector) => vector.kind === kind);
  if (found.length === 0) throw new Error(`no vector of kind ${kind}`);
  return found;
}

function text(vector: Vector, name: string): string {
  const value = vector[name];
  if (typeof value !== 'string') throw new Error(`${String(vector.id)} has no text ${name}`);
  return value;
}

const hex = (vector: Vector, name: string) => Buffer.from(text(vector, name), 'hex');
const owner = (vector: Vector) => ({
  appId: text(vector, 'appId'),
  userId: text(vector, 'userId'),
});

describe('the vectors', () => {
  it.each(of('password-secret'))('$id: the secret of a password', (vector) => {
    const secret = passwordSecret(text(vector, 'password'), owner(vector));
    expect(secret).toBe(text(vector, 'secret'));
  });

  it.each(of('password-key'))('$id: the key of a password', (vector) => {
    const key = passwordKey(text(vector, 'password'), owner(vector), hex(vector, 'saltHex'));
    expect(key.toString('hex')).toBe(text(vector, 'keyHex'));
  });

  it.each(of('two-man-rule-key'))('$id: the key of the 2-man rule', (vector) => {
    const key = twoManRuleKey(text(vector, 'twoManRuleKey'), owner(vector), hex(vector, 'saltHex'));
    expect(key.toString('hex')).toBe(text(vector, 'keyHex'));
  });

  it.each([...of('password-data'), ...of('two-man-rule-data')])('$id: an identity', (vector) => {
    const data = Buffer.from(text(vector, 'dataB64'), 'base64');
    const salt = data.subarray(0, saltBytes);
    expect(salt.toString('hex')).toBe(text(vector, 'saltHex'));
    const key =
      vector.kind === 'password-data'
        ? passwordKey(text(vector, 'password'), owner(vector), salt)
        : twoManRuleKey(text(vector, 'twoManRuleKey'), owner(vector), salt);
    expect(key.toString('hex')).toBe(text(vector, 'keyHex'));
    const box = data.subarray(saltBytes);
    expect(open(key, box)?.toString('hex')).toBe(text(vector, 'identityHex'));
    const again = seal(key, box.subarray(0, ivBytes), hex(vector, 'identityHex'));
    expect(Buffer.concat([salt, again]).toString('base64')).toBe(text(vector, 'dataB64'));
  });

  it.each(of('raw-data'))('$id: an identity under a raw key', (vector) => {
    const key = Buffer.from(text(vector, 'rawKeyB64'), 'base64');
    const box = Buffer.from(text(vector, 'dataB64'), 'base64');
    expect(open(key, box)?.toString('hex')).toBe(text(vector, 'identityHex'));
  });

  it.each(of('seal'))('$id: a sealed box', (vector) => {
    const box = seal(hex(vector, 'keyHex'), hex(vector, 'ivHex'), hex(vector, 'plaintextHex'));
    expect(box.toString('hex')).toBe(text(vector, 'sealedHex'));
    expect(box.length).toBe(vector.sealedBytes);
    expect(box.toString('base64').length).toBe(vector.dataB64Chars);
  });

  it.each(of('seal-must-fail'))('$id: a box that must not open', (vector) => {
    expect(open(hex(vector, 'keyHex'), hex(vector, 'sealedHex'))).toBeNull();
  });

  it.each(of('size'))('$id: the size of an identity', (vector) => {
    const bytes = Number(vector.identityBytes);
    const box = seal(new Uint8Array(64), new Uint8Array(ivBytes), new Uint8Array(bytes));
    expect(box.length).toBe(48 + 16 * (Math.floor(bytes / 16) + 1));
  });

  it('are all of a kind that is looked at here', () => {
    expect(new Set(vectors.map((vector) => vector.kind))).toEqual(new Set(Object.keys(file.kinds)));
  });
});

describe('a sealed box', () => {
  const key = fc.uint8Array({ minLength: 64, maxLength: 64 });
  const iv = fc.uint8Array({ minLength: ivBytes, maxLength: ivBytes });

  it('opens to what was sealed', () => {
    fc.assert(
      fc.property(key, iv, fc.uint8Array({ maxLength: 500 }), (secret, start, identity) => {
        const opened = open(secret, seal(secret, start, identity));
        expect(opened?.equals(identity)).toBe(true);
      }),
    );
  });

  it('does not open with one bit changed, or cut short', () => {
    fc.assert(
      fc.property(
        key,
        iv,
        fc.uint8Array({ maxLength: 60 }),
        fc.nat(),
        (secret, start, data, at) => {
          const box = seal(secret, start, data);
          const changed = Buffer.from(box);
          const byte = at % box.length;
          changed[byte] = (changed[byte] ?? 0) ^ (1 << (at % 8));
          expect(open(secret, changed)).toBeNull();
          expect(open(secret, box.subarray(0, at % box.length))).toBeNull();
        },
      ),
    );
  });
});
