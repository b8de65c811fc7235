import { describe, expect, it } from 'vitest';
import { causesOf, messageShape } from '../../reports/causes.js';
import { check, exchange, requirement, resultsOf } from './sample.js';

function failing(entries: readonly (readonly [string, string, string | null])[]) {
  return resultsOf(
    entries.map(([id]) => requirement(id)),
    entries.map(([id, message, operation]) =>
      check([id], 'failed', { message, exchanges: [exchange({ operation })] }),
    ),
  ).requirements;
}

describe('likely causes', () => {
  it('puts together what fails at one operation with like words', () => {
    const causes = causesOf(
      failing([
        ['s.a.one', 'GET /v1/keys/+15550000001 answered 500', 'getKey'],
        ['s.a.two', 'PUT /v1/other answered 500', 'putOther'],
        ['s.a.three', 'GET /v1/keys/+15550000777 answered 500', 'getKey'],
      ]),
    );
    expect(causes.map(({ operation, failures }) => [operation, failures.length])).toEqual([
      ['getKey', 2],
      ['putOther', 1],
    ]);
  });

  it('keeps routes apart, also where the last exchange was a control on another', () => {
    const causes = causesOf(
      failing([
        ['s.a.one', 'GET /session/login (a digit changed) answered 200, not 401', 'getProfile'],
        ['s.a.two', 'GET /profile/get (a digit changed) answered 200, not 401', 'getProfile'],
        ['s.a.three', 'GET /profile/get (no token) answered 200, not 401', 'getProfile'],
      ]),
    );
    expect(causes.map(({ failures }) => failures.length)).toEqual([2, 1]);
  });

  it('names the exchange that the message is about, not the last one', () => {
    const wrong = exchange({
      operation: 'login',
      request: 'GET /session/login?x=1 HTTP/1.1\nHost: t.test',
      response: 'HTTP/1.1 200',
    });
    const control = exchange({
      operation: 'login',
      request: 'GET /session/login HTTP/1.1\nHost: t.test',
      response: 'HTTP/1.1 401',
    });
    const other = exchange({ operation: 'getProfile', response: 'HTTP/1.1 200' });
    const shown = (message: string): unknown =>
      causesOf(
        resultsOf(
          [requirement('s.a.one')],
          [check(['s.a.one'], 'failed', { message, exchanges: [wrong, control, other] })],
        ).requirements,
      )[0]?.failures[0]?.exchange;
    expect(shown('GET /session/login (a digit changed) answered 200, not 401')).toEqual(wrong);
    expect(shown('the handshake was answered 401')).toEqual(control);
    expect(shown('the list is too short')).toEqual(other);
  });

  it('does not mix systems', () => {
    const causes = causesOf(
      failing([
        ['s.a.one', 'answered 500', 'login'],
        ['t.a.one', 'answered 500', 'login'],
      ]),
    );
    expect(causes).toHaveLength(2);
  });

  it('lists failed set-up steps last, however many they are', () => {
    const causes = causesOf(
      failing([
        ['s.a.one', 'Set-up step "register" failed', 'register'],
        ['s.a.two', 'Set-up step "register" failed', 'register'],
        ['s.a.three', 'no member keyId', 'getKey'],
      ]),
    );
    expect(causes.map(({ setUp }) => setUp)).toEqual([false, true]);
  });

  it('groups what could not be decided in the same way, when asked', () => {
    const ids = ['s.a.one', 's.a.two'];
    const { requirements } = resultsOf(
      ids.map((id) => requirement(id)),
      ids.map((id, index) =>
        check([id], 'inconclusive', {
          message: `not judged, because registering did not work: PUT /v1/${String(index)} answered 500`,
        }),
      ),
    );
    expect(causesOf(requirements)).toEqual([]);
    const [cause, ...others] = causesOf(requirements, 'inconclusive');
    expect(others).toEqual([]);
    expect(cause).toMatchObject({ setUp: true });
    expect(cause?.failures).toHaveLength(2);
  });

  it('leaves out what passes', () => {
    const { requirements } = resultsOf([requirement('s.a.b')], [check(['s.a.b'], 'passed')]);
    expect(causesOf(requirements)).toEqual([]);
  });

  it.each([
    ['answered 404 after 17 ms', 'answered 404 after 5 ms'],
    ['PUT /a (three at once) answered 500', 'PUT /a (one of two) answered 500'],
    ['the member "a" is missing', 'the member "b" is missing'],
    ['GET /a/b answered 1', 'GET /c answered 2'],
    ['the ids: expected [1], but got []', 'the ids: expected [1,2], but got [7]'],
    ['token d9428888-122b-11e1-b85c-61cd3cbb3210', 'token 00000000-122b-11e1-b85c-61cd3cbb3210'],
  ])('sees that %s and %s read alike', (one, other) => {
    expect(messageShape(one)).toBe(messageShape(other));
  });

  it('tells different sentences apart', () => {
    expect(messageShape('answered 404')).not.toBe(messageShape('answered 500'));
    expect(messageShape('no member keyId')).not.toBe(messageShape('no member publicKey'));
  });
});
