import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queryText } from '../../../suites/quatrix/call-request.js';
import { deriveKey, sign } from '../../../suites/quatrix/crypto.js';
import { nearMisses } from '../../../suites/quatrix/kdf.js';
import { alterations, sameShape } from '../../../suites/quatrix/near-signatures.js';
import { headerText, spell } from '../../../suites/quatrix/login-request.js';
import {
  callForms,
  callSubject,
  callLines,
  loginSubject,
  subjectText,
} from '../../../suites/quatrix/subject.js';
import { misreadings } from '../../../suites/quatrix/diagnosis.js';

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
  queryForm: { password: string; path: string; timestamp: string; token: string; url: string };
  printedForm: { name: string; subject: string; authorization: string }[];
  refused: { name: string; kind: string; subject?: string; authorization: string }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../fixtures/vectors/quatrix.json', import.meta.url), 'utf8'),
) as Vectors;
const lower = { names: 'lower', finalLf: true } as const;

describe('the vectors', () => {
  it.each(vectors.keys)('key of $password', ({ password, key }) => {
    expect(deriveKey(password)).toBe(key);
  });

  it.each(vectors.valid)('$kind on $path by $password at $timestamp', (vector) => {
    const { method, path, timestamp, login = '', token = '' } = vector;
    const subject =
      vector.kind === 'login'
        ? loginSubject(login, timestamp)
        : subjectText(lower, method, path, callLines(timestamp, token));
    expect(subject).toBe(vector.subject);
    expect(sign(deriveKey(vector.password), subject)).toBe(vector.authorization);
  });

  it.each(vectors.printedForm)('printed form $name', ({ name, subject, authorization }) => {
    const form = callForms.find(
      ({ names, finalLf }) => names === 'capitalised' && finalLf === (name === 'with-final-lf'),
    );
    expect(form && callSubject(form, '/profile/get', '1320930745', 'token')).toBe(subject);
    expect(sign(deriveKey('password'), subject)).toBe(authorization);
  });

  it('query form', () => {
    const { password, path, timestamp, token, url } = vectors.queryForm;
    const signature = sign(deriveKey(password), callSubject(lower, path, timestamp, token));
    const names = {
      signature: 'authorization',
      token: 'X-Auth-Token',
      timestamp: 'X-Auth-Timestamp',
    };
    const query = queryText(names, { token, timestamp, signature });
    expect(new URL(url).search).toBe(query);
  });

  it('names the usual misreadings of a login, none of them right', () => {
    const [right] = vectors.valid;
    const user = { login: right?.login ?? '', password: right?.password ?? '' };
    const wrong = misreadings(user, right?.timestamp ?? '').map(([, signature]) => signature);
    expect(new Set(wrong).size).toBe(wrong.length);
    expect(wrong).not.toContain(right?.authorization);
    const known = vectors.refused.map(({ authorization }) => authorization);
    expect(wrong.filter((signature) => known.includes(signature)).length).toBeGreaterThan(3);
  });
});

describe('signatures', () => {
  it('differ when any character of the subject does', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), (subject, at) => {
        const index = at % subject.length;
        const other = subject.charAt(index) === 'x' ? 'y' : 'x';
        const changed = subject.slice(0, index) + other + subject.slice(index + 1);
        expect(sign('key', changed)).not.toBe(sign('key', subject));
      }),
    );
  });

  it('are never equal to their alterations', () => {
    fc.assert(
      fc.property(fc.string(), (subject) => {
        const right = sign('key', subject);
        for (const [, altered] of alterations(right)) expect(altered).not.toBe(right);
      }),
    );
  });
});

describe('near misses', () => {
  it('never hold the password itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (password) => {
        for (const [, near] of nearMisses(password)) expect(near).not.toBe(password);
      }),
    );
  });
});

describe('requests', () => {
  it('keep the shape of a token', () => {
    const token = '0a2d6f5e-4aea-4416-9d32-891afa62eabd';
    expect(sameShape(token, (length) => '7'.repeat(length))).toBe(token.replaceAll(/[^-]/g, '7'));
  });

  it('write header values as the Latin-1 text of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        expect(Buffer.from(headerText(value), 'latin1').toString('utf8')).toBe(value);
      }),
    );
  });

  it('spell header names as wanted and leave out what is null', () => {
    expect(spell({ 'X-Auth-Token': 'a', Referer: null }, 'upper')).toEqual({ 'X-AUTH-TOKEN': 'a' });
  });

  it('survive the query string', () => {
    const names = { signature: 's', token: 't', timestamp: 'z' };
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (token) => {
        const query = queryText(names, { token, timestamp: null, signature: null });
        expect(decodeURIComponent(query.slice('?t='.length))).toBe(token);
      }),
    );
  });
});
