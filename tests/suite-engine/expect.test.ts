import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Exchange } from '../../suites/engine/exchange.js';
import { createExpect, type Expect } from '../../suites/engine/expect.js';
import { CheckFailure } from '../../suites/engine/outcome.js';

const notes: string[] = [];
const expectation: Expect = createExpect((note) => {
  notes.push(note);
});

function answer(
  status: number,
  body = '',
  headers: readonly (readonly [string, string])[] = [],
): Exchange {
  const request = { method: 'PUT', url: 'http://t.test/v1/keys?x=1', headers: {}, body: null };
  return new Exchange('id', request, status, headers, Buffer.from(body), null, [], 1);
}

/** What a check says when it fails; null when it does not. */
function failure(act: () => unknown): { message: string; comparison: unknown } | null {
  try {
    act();
    return null;
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    return { message: error.message, comparison: error.comparison };
  }
}

function notesOf(act: () => unknown): readonly string[] {
  notes.length = 0;
  act();
  return [...notes];
}

describe('a status', () => {
  it('that is right holds, without a note', () => {
    expect(notesOf(() => expectation.status(answer(200), 200))).toEqual([]);
    expect(expectation.status(answer(200), 200)).toBe(true);
    expect(expectation.status(answer(204), [200, 204])).toBe(true);
    expect(expectation.status(answer(200), 200, { tolerate: 204 })).toBe(true);
  });

  it('that is tolerated is noted, and the check goes on', () => {
    expect(expectation.status(answer(204), 200, { tolerate: 204 })).toBe(false);
    expect(expectation.status(answer(205), 200, { tolerate: [204, 205] })).toBe(false);
    expect(notesOf(() => expectation.status(answer(204), [200, 201], { tolerate: 204 }))).toEqual([
      'PUT /v1/keys answered 204 in place of 200 or 201',
    ]);
    const told = { tolerate: 204, what: 'a wrong code' };
    expect(notesOf(() => expectation.status(answer(204), 200, told))).toEqual([
      'PUT /v1/keys (a wrong code) answered 204 in place of 200',
    ]);
  });

  it('that is neither fails with what was expected, tolerated ones included', () => {
    const fails = (): unknown =>
      expectation.status(answer(500, '  oh\n no '), [200, 201], { tolerate: 204, what: 'a code' });
    expect(failure(fails)).toEqual({
      message: 'PUT /v1/keys (a code) answered 500, not 200 or 201',
      comparison: { expected: 'status 200 or 201 or 204', actual: 'status 500, body: oh no' },
    });
    expect(notesOf(() => failure(fails))).toEqual([]);
    expect(failure(() => expectation.status(answer(404), 200))).toEqual({
      message: 'PUT /v1/keys answered 404, not 200',
      comparison: { expected: 'status 200', actual: 'status 404, body: (empty)' },
    });
  });
});

describe('a condition', () => {
  it('holds or fails with its words', () => {
    expect(
      failure(() => {
        expectation.ok(true, 'no');
      }),
    ).toBeNull();
    expect(
      failure(() => {
        expectation.ok(false, 'it is not so');
      }),
    ).toEqual({
      message: 'it is not so',
      comparison: null,
    });
    const comparison = { expected: 'a', actual: 'b' };
    expect(
      failure(() => {
        expectation.ok(false, 'no', comparison);
      })?.comparison,
    ).toEqual(comparison);
  });

  it('can be failed outright', () => {
    expect(failure(() => expectation.fail('over'))).toEqual({ message: 'over', comparison: null });
    const comparison = { expected: 'a', actual: 'b' };
    expect(failure(() => expectation.fail('over', comparison))).toEqual({
      message: 'over',
      comparison,
    });
  });
});

describe('equality', () => {
  it('is deep and strict', () => {
    expect(
      failure(() => {
        expectation.equal({ a: [1, { b: null }] }, { a: [1, { b: null }] }, 'x');
      }),
    ).toBeNull();
    for (const [actual, expected] of [
      [1, '1'],
      [null, undefined],
      [
        [1, 2],
        [2, 1],
      ],
      [{ a: 1 }, { a: 1, b: undefined }],
      [0, -0],
    ] as const) {
      expect(
        failure(() => {
          expectation.equal(actual, expected, 'x');
        }),
      ).not.toBeNull();
      expect(
        failure(() => {
          expectation.notEqual(actual, expected, 'x');
        }),
      ).toBeNull();
    }
  });

  it('shows both sides', () => {
    expect(
      failure(() => {
        expectation.equal({ a: 1 }, ['b'], 'the answer');
      }),
    ).toEqual({
      message: 'the answer: expected ["b"], but got {"a":1}',
      comparison: { expected: '["b"]', actual: '{"a":1}' },
    });
    expect(
      failure(() => {
        expectation.notEqual('k', 'k', 'the second key');
      }),
    ).toEqual({
      message: 'the second key must differ, but both are "k"',
      comparison: { expected: 'not "k"', actual: '"k"' },
    });
  });

  it('shows what JSON cannot write', () => {
    expect(
      failure(() => {
        expectation.equal(undefined, 10n, 'x');
      })?.comparison,
    ).toEqual({
      expected: '"10"',
      actual: 'nothing',
    });
  });

  it('cuts what is long', () => {
    const shown = failure(() => {
      expectation.equal('x'.repeat(1_000), '', 'x');
    })?.comparison;
    expect(shown).toEqual({ expected: '""', actual: `"${'x'.repeat(399)}…` });
  });

  it('and its opposite never agree', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true }), fc.anything(), (a, b) => {
        const equal =
          failure(() => {
            expectation.equal(a, b, 'x');
          }) === null;
        const differ =
          failure(() => {
            expectation.notEqual(a, b, 'x');
          }) === null;
        expect(equal).toBe(!differ);
      }),
    );
  });
});

describe('the sentence about two values', () => {
  const sentence = (actual: unknown, expected: unknown, mask?: (text: string) => string): string =>
    failure(() => {
      createExpect(() => undefined, mask).equal(actual, expected, 'x');
    })?.message ?? '';

  it('shows long ones where they begin to differ', () => {
    const same = 'a'.repeat(100);
    expect(sentence(`${same}b`, `${same}c`)).toBe(
      `x: expected …${'a'.repeat(20)}c", but got …${'a'.repeat(20)}b"`,
    );
  });

  it('hides a secret before it is cut', () => {
    const secret = 'b'.repeat(90);
    const mask = (text: string): string => text.replaceAll(secret, '***');
    expect(sentence('a', secret, mask)).toBe('x: expected "***", but got "a"');
  });

  it('does not pretend that two secrets are one', () => {
    expect(sentence('one', 'two', () => '***')).toBe('x is not as expected');
  });
});

describe('a header', () => {
  const exchange = answer(200, '', [
    ['content-type', 'application/json; charset=utf-8'],
    ['x-a', '1'],
    ['x-a', '2'],
  ]);
  const header = (name: string, value: string | RegExp): ReturnType<typeof failure> =>
    failure(() => {
      expectation.header(exchange, name, value);
    });

  it('is compared whole, or by pattern', () => {
    expect(header('x-a', '1')).toBeNull();
    expect(header('content-type', /^application\/json\b/)).toBeNull();
    expect(header('content-type', 'application/json')).not.toBeNull();
  });

  it('that is wrong or missing is shown', () => {
    expect(header('x-a', '2')).toEqual({
      message: 'PUT /v1/keys answered with x-a: 1, not 2',
      comparison: { expected: 'x-a: 2', actual: 'x-a: 1' },
    });
    expect(header('allow', /GET/)).toEqual({
      message: 'PUT /v1/keys answered without the header allow',
      comparison: { expected: 'allow: /GET/', actual: 'no such header' },
    });
    expect(header('allow', /.*/)).not.toBeNull();
  });
});

describe('bytes', () => {
  it('are equal when each is', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        const equal =
          failure(() => {
            expectation.bytes(a, b, 'x');
          }) === null;
        expect(equal).toBe(a.length === b.length && a.every((byte, at) => byte === b[at]));
      }),
    );
  });

  it('are shown in hex with their number, long ones cut', () => {
    expect(
      failure(() => {
        expectation.bytes(Uint8Array.of(1, 255), new Uint8Array(65), 'the key');
      }),
    ).toEqual({
      message: 'the key differs: 65 bytes expected, 2 received, unlike from byte 0 on',
      comparison: { expected: `65 bytes ${'00'.repeat(64)}…`, actual: '2 bytes 01ff' },
    });
    expect(
      failure(() => {
        expectation.bytes(new Uint8Array(64), new Uint8Array(0), 'x');
      })?.comparison,
    ).toEqual({
      expected: '0 bytes ',
      actual: `64 bytes ${'00'.repeat(64)}`,
    });
  });
});

describe('a text', () => {
  it('is handed back, and anything else fails', () => {
    expect(expectation.text('a', 'member a')).toBe('a');
    expect(expectation.text('', 'member a')).toBe('');
    expect(failure(() => expectation.text(7, 'member a'))).toEqual({
      message: 'member a is not a string but 7',
      comparison: { expected: 'a string', actual: '7' },
    });
  });
});
