import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../../fixtures/vectors/misakey.json' with { type: 'json' };
import { base64UrlAlphabet, bodyOf, freshPlan } from '../../../suites/misakey/contact-body.js';
import { messageOf, withLowerIds } from '../../../suites/misakey/feed.js';
import { acceptFor } from '../../../suites/misakey/raw-handshake.js';
import { headersOf } from '../../../suites/misakey/session.js';
import { apart, nanosecondsOf } from '../../../suites/misakey/time.js';
import { seededRandom } from '../../../suites/engine/random.js';

describe('the accept value', () => {
  it.each(vectors.handshake.map(({ key, accept }) => [key, accept] as const))(
    'for the key %s is %s',
    (key, accept) => {
      expect(acceptFor(key)).toBe(accept);
    },
  );

  it('differs for keys that differ in one bit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(127), (bytes, bit) => {
        const other = Uint8Array.from(bytes);
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const encode = (value: Uint8Array) => Buffer.from(value).toString('base64');
        expect(acceptFor(encode(other))).not.toBe(acceptFor(encode(bytes)));
      }),
    );
  });
});

describe('times', () => {
  it.each(vectors.times.map(({ value, valid }) => [value, valid] as const))(
    '%s is one: %s',
    (value, valid) => {
      expect(nanosecondsOf(value) !== null).toBe(valid);
    },
  );

  it.each(vectors.sameInstant.map(({ a, b, within1us }) => [a, b, within1us] as const))(
    '%s and %s are within 1 µs: %s',
    (a, b, within) => {
      expect((apart(a, b) ?? 0n) <= 1_000n).toBe(within);
      expect(apart(a, b)).toBe(apart(b, a));
    },
  );

  it('keep every nanosecond', () => {
    fc.assert(
      fc.property(fc.nat(4_000_000_000), fc.nat(999_999_999), (seconds, nanoseconds) => {
        const date = new Date(seconds * 1_000).toISOString().slice(0, 19);
        const text = `${date}.${String(nanoseconds).padStart(9, '0')}Z`;
        expect(nanosecondsOf(text)).toBe(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds));
      }),
    );
  });

  it.each(['2026-02-30T00:00:00Z', '2026-01-01T24:00:00Z', '2026-01-01T00:00:00z', ''])(
    '%j is none',
    (text) => {
      expect(nanosecondsOf(text)).toBeNull();
    },
  );
});

describe('a contact', () => {
  const contact = {
    id: '0f10d6a5-0626-4492-8e4c-2c37b258f921',
    accessToken: 't',
    acr: 2,
    publicKey: 'k',
  };
  const plan = freshPlan(seededRandom('contact'), contact);

  it('is spelt in the names of the document and in the older ones', () => {
    expect(bodyOf(plan, 'documented')).toMatchObject({
      contacted_identity_id: contact.id,
      key_share: { invitation_share_hash: plan.hash },
      crypto: { invitation_data: plan.invitation },
    });
    expect(bodyOf(plan, 'older')).toMatchObject({
      identity_id: contact.id,
      key_share: { other_share_hash: plan.hash },
      invitation_data: plan.invitation,
    });
  });

  it('leaves out what is undefined', () => {
    const body = JSON.stringify(
      bodyOf({ ...plan, title: undefined, invitation: undefined }, 'documented'),
    );
    expect(body).not.toContain('title');
    expect(body).not.toContain('crypto');
  });

  it('has values of the alphabet, and a title within the limit', () => {
    for (const value of [plan.publicKey, plan.hash, plan.misakeyShare, plan.encryptedShare]) {
      for (const character of String(value)) expect(base64UrlAlphabet).toContain(character);
    }
    expect(Buffer.byteLength(String(plan.title))).toBeLessThanOrEqual(50);
  });
});

describe('credentials', () => {
  it('become cookies and the header, each only where it is given', () => {
    const csrf = { token: 'x', cookies: ['_csrf=x', 'lb=1'] };
    expect(headersOf({ accessToken: 'a', tokenType: 'bearer', csrf })).toEqual({
      Cookie: 'accesstoken=a; tokentype=bearer; _csrf=x; lb=1',
      'X-CSRF-Token': 'x',
    });
    expect(headersOf({ csrf, csrfHeader: null })).toEqual({ Cookie: '_csrf=x; lb=1' });
    expect(headersOf({})).toEqual({});
  });
});

describe('messages', () => {
  it('are compared with their UUIDs in lower case, other texts as they are', () => {
    const id = '0F10D6A5-0626-4492-8E4C-2C37B258F921';
    expect(withLowerIds({ id, list: [id, 'ABC'], none: null, n: 1 })).toEqual({
      id: id.toLowerCase(),
      list: [id.toLowerCase(), 'ABC'],
      none: null,
      n: 1,
    });
  });

  it('have an empty object when they lack the envelope', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(typeof messageOf(value).object).toBe('object');
      }),
    );
    expect(messageOf([1])).toEqual({ type: undefined, object: {} });
  });
});
