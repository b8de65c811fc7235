import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documented } from '../../../mocks/systems/quatrix/documented.js';
import { equalText } from '../../../mocks/engine/equal-text.js';
import { deriveKey, sign } from '../../../mocks/systems/quatrix/key.js';
import { observed } from '../../../mocks/systems/quatrix/observed.js';
import { callSubject, loginSubject } from '../../../mocks/systems/quatrix/subject.js';

interface Vectors {
  keys: { password: string; key: string }[];
  valid: {
    kind: 'login' | 'call';
    password: string;
    method: string;
    path: string;
    login?: string;
    timestamp: string;
    token?: string;
    subject: string;
    authorization: string;
  }[];
  printedForm: { subject: string; authorization: string }[];
  refused: { name: string; kind: 'login' | 'call'; authorization: string }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../fixtures/vectors/quatrix.json', import.meta.url), 'utf8'),
) as Vectors;

const user = { password: 'password' };
const loginAttempt = {
  method: 'GET',
  login: 'user@example.com',
  timestamp: '1320930744',
  user,
} as Parameters<typeof documented.loginSignatures>[0];
const callAttempt = {
  method: 'GET',
  path: '/profile/get',
  timestamp: '1320930745',
  token: 'token',
  session: { user },
} as Parameters<typeof documented.callSignatures>[0];

describe('keys', () => {
  it.each(vectors.keys)('derives the key of $password', ({ password, key }) => {
    expect(deriveKey(password)).toBe(key);
  });
});

describe('signing again and again', () => {
  // Subjects of up to 341 UTF-16 units share one buffer, and all share the state of their key.
  const lengths = [0, 1, 55, 56, 63, 64, 65, 127, 340, 341, 342, 1000, 5000];
  const subjects = lengths.flatMap((length) => ['a', 'é', '€', '😀'].map((c) => c.repeat(length)));

  it.each(['key', 'k'.repeat(64), 'k'.repeat(200)])('gives what another HMAC gives: %s', (key) => {
    for (const subject of [...subjects, ...subjects.reverse()]) {
      const right = createHmac('sha1', key).update(subject, 'utf8').digest('hex');
      expect(sign(key, subject)).toBe(right);
      expect(sign('another key', subject)).not.toBe(right);
    }
  });
});

describe('valid signatures', () => {
  it.each(vectors.valid)('$kind of $password on $path at $timestamp', (vector) => {
    const { method, path, timestamp, login = '', token = '' } = vector;
    const subject =
      vector.kind === 'login'
        ? loginSubject({ method, path, login, timestamp })
        : callSubject({ method, path, timestamp, token });
    expect(subject).toBe(vector.subject);
    expect(sign(deriveKey(vector.password), subject)).toBe(vector.authorization);
  });
});

describe('signatures that must be refused', () => {
  it.each(vectors.refused)('$name ($kind)', ({ kind, authorization }) => {
    for (const dialect of [documented, observed]) {
      const right = [
        ...(kind === 'login'
          ? dialect.loginSignatures(loginAttempt)
          : dialect.callSignatures(callAttempt)),
      ];
      expect(right.some((signature) => dialect.signatureMatches(signature, authorization))).toBe(
        false,
      );
    }
  });
});

describe('the printed form of a call', () => {
  it.each(vectors.printedForm)('counts in dialect documented only: $subject', (vector) => {
    expect([...documented.callSignatures(callAttempt)]).toContain(vector.authorization);
    expect([...observed.callSignatures(callAttempt)]).not.toContain(vector.authorization);
  });
});

describe('equalText', () => {
  it.each([
    ['abc', 'abc', true],
    ['abc', 'abd', false],
    ['abc', 'ab', false],
    ['abc', 'abcabc', false],
    ['abc', '', false],
  ])('%s and %s: %s', (expected, received, equal) => {
    expect(equalText(expected, received)).toBe(equal);
  });
});
