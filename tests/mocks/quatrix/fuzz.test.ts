import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatHttpDate,
  parseHttpDate,
  readCursor,
} from '../../../mocks/systems/quatrix/cursor.js';
import { queryValue } from '../../../mocks/systems/quatrix/auth-values.js';
import { openapi } from '../../../specs/quatrix/documents.gen.js';
import { operationsOf } from '../../../specs/operations.js';
import { call } from '../../support/request.js';
import { callAs, callHeaders, createQuatrix, tokenOf } from './client.js';

const operations = operationsOf(openapi);
const junk = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant(''));
const headerNames = [
  'x-auth-login',
  'x-auth-token',
  'x-auth-timestamp',
  'authorization',
  'referer',
  'if-modified-since',
  'if-none-match',
  'host',
];

describe('junk', () => {
  it.each(operations.filter(({ id }) => id !== 'pollNotifications'))(
    'is refused by $id without a 5xx and without harm',
    async ({ id, method, path, object }) => {
      const core = createQuatrix();
      const token = await tokenOf(core);
      const before = (await callAs(core, token, '/account/info')).text;
      await fc.assert(
        fc.asyncProperty(
          fc.dictionary(fc.constantFrom(...headerNames), junk),
          junk,
          fc.oneof(junk, fc.json()),
          async (headers, query, body) => {
            const target = path.replace('{id}', encodeURIComponent(query) || 'x');
            const answer = await call(core, { method, path: `${target}?${query}`, headers, body });
            expect(Object.keys(object.responses)).toContain(String(answer.status));
            if (id !== 'getDefaultLanguage') expect(answer.status).toBeGreaterThanOrEqual(400);
          },
        ),
        { numRuns: 60 },
      );
      expect((await callAs(core, token, '/account/info')).text).toBe(before);
    },
  );

  it.each(['/file/makedir', '/file/delete'])('in a signed body of %s is refused', async (path) => {
    const core = createQuatrix();
    const token = await tokenOf(core);
    await fc.assert(
      fc.asyncProperty(fc.json(), async (body) => {
        const headers = callHeaders(token, path, { method: 'POST' });
        const answer = await call(core, { method: 'POST', path, headers, body });
        expect([400, 404]).toContain(answer.status);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the cursor', () => {
  it('survives a round trip', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), fc.nat(), (second, ordinal) => {
        expect(readCursor(formatHttpDate(second), String(ordinal))).toEqual({ second, ordinal });
      }),
    );
  });

  it('is never made of junk', () => {
    fc.assert(
      fc.property(junk, junk, (date, tag) => {
        expect(readCursor(date, tag)).toBeNull();
      }),
    );
    expect(parseHttpDate('Thu, 99 Jan 2026 00:00:00 GMT')).toBeNull();
  });
});

describe('query values', () => {
  it('are percent-decoded and keep their plus signs', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const query = `a=1&b=${encodeURIComponent(value)}&b=2`;
        expect(queryValue(query, (name) => name === 'b')).toBe(value);
      }),
    );
    expect(queryValue('b=a+b', (name) => name === 'b')).toBe('a+b');
    expect(queryValue('b=%zz', (name) => name === 'b')).toBe('%zz');
    expect(queryValue('b', (name) => name === 'b')).toBe('');
  });
});
