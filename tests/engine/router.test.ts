import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operationsOf } from '../../specs/operations.js';
import { compileRouter, type Params, type Router } from '../../specs/router.js';
import { documentOf, type ProbeRoute } from './probe.js';

function routerOf(routes: Readonly<Record<string, ProbeRoute>>): Router {
  return compileRouter(operationsOf(documentOf(routes)));
}

function rest(...names: string[]): ProbeRoute {
  const last = names.at(-1);
  return {
    object: {
      parameters: names.map((name) => ({
        name,
        in: 'path' as const,
        required: true,
        schema: { type: 'string' },
        ...(name === last ? { 'x-countersign-rest': true } : {}),
      })),
    },
  };
}

const either: ProbeRoute = { object: { 'x-countersign-trailing-slash': 'either' } };

function found(router: Router, method: string, path: string): [string, Params] {
  const match = router(method, path);
  if (match.kind !== 'operation') throw new Error(`${method} ${path} is ${match.kind}`);
  return [match.operation.id, match.params];
}

describe('a path', () => {
  const router = routerOf({
    'GET /': {},
    'GET /box': {},
    'GET /boxes/': {},
    'GET /open/{id}': either,
    'GET /a/{first}/b/{second}': {},
  });

  it.each([
    ['/box', 'GET /box'],
    ['/boxes/', 'GET /boxes/'],
    ['/', 'GET /'],
    ['/open/1', 'GET /open/{id}'],
    ['/open/1/', 'GET /open/{id}'],
  ])('%s is %s', (path, id) => {
    expect(found(router, 'GET', path)[0]).toBe(id);
  });

  it.each([
    '/box/',
    '/boxes',
    '/boxes//',
    '/Box',
    '//box',
    '',
    '*',
    '/a//b/2',
    '/a/1/b/',
    '/open/',
  ])('%j is nowhere: paths match exactly', (path) => {
    expect(router('GET', path)).toEqual({ kind: 'not-found' });
  });

  it('gives each parameter its own value', () => {
    expect(found(router, 'GET', '/a/1/b/2')[1]).toEqual({ first: '1', second: '2' });
  });

  it('keeps dot segments: nothing is resolved on the way', () => {
    expect(found(router, 'GET', '/open/..')[1]).toEqual({ id: '..' });
  });
});

describe('a parameter', () => {
  const router = routerOf({ 'GET /k/{key}': {} });

  it('is percent-decoded, encoded slashes and pluses included', () => {
    expect(found(router, 'GET', '/k/a%2Fb%2B+%C3%A9')[1]).toEqual({ key: 'a/b++é' });
  });

  it.each(['/k/%', '/k/%zz', '/k/a%2', '/k/%C3%28', '/k/%ff'])(
    'that is broken percent-encoding (%s) is named',
    (path) => {
      expect(router('GET', path)).toEqual({ kind: 'malformed', name: 'key' });
    },
  );

  it('comes back as it was encoded, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
        // A dot segment is text to the router as well, but encodeURIComponent leaves it bare.
        expect(found(router, 'GET', `/k/${encodeURIComponent(value)}`)[1]).toEqual({ key: value });
      }),
    );
  });

  it('never makes the router throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        expect(router('GET', `/${path}`).kind).toMatch(/operation|not-found|malformed/);
      }),
    );
  });
});

describe('a rest parameter', () => {
  const router = routerOf({
    'GET /t/{token}': rest('token'),
    'PUT /t/tokens': {},
    'GET /g/{group}/files/{name}': rest('group', 'name'),
  });

  it.each([
    ['/t/a', 'a'],
    ['/t/a/b', 'a/b'],
    ['/t/a/', 'a/'],
    ['/t/a//b', 'a//b'],
    ['/t//a', '/a'],
    ['/t//', '/'],
    ['/t/a%2Fb/c', 'a/b/c'],
  ])('of %s is %s', (path, token) => {
    expect(found(router, 'GET', path)[1]).toEqual({ token });
  });

  it('cannot be empty', () => {
    expect(router('GET', '/t/')).toEqual({ kind: 'not-found' });
    expect(router('GET', '/t')).toEqual({ kind: 'not-found' });
  });

  it('starts after the parameters before it', () => {
    expect(found(router, 'GET', '/g/1/files/x/y/')[1]).toEqual({ group: '1', name: 'x/y/' });
  });

  it('takes what a fixed path with another method leaves', () => {
    expect(found(router, 'GET', '/t/tokens')).toEqual(['GET /t/{token}', { token: 'tokens' }]);
    expect(found(router, 'PUT', '/t/tokens')).toEqual(['PUT /t/tokens', {}]);
  });

  it('takes any base64 text, two slashes in a row included', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        const token = Buffer.from(bytes).toString('base64');
        expect(found(router, 'GET', `/t/${token}`)[1]).toEqual({ token });
      }),
    );
  });
});

describe('a method', () => {
  const router = routerOf({
    'GET /x/fixed': {},
    'DELETE /x/fixed': {},
    'POST /x/{id}': {},
  });

  it('falls through from a fixed path to a wider one that has it', () => {
    expect(found(router, 'POST', '/x/fixed')).toEqual(['POST /x/{id}', { id: 'fixed' }]);
  });

  it('that no template of the path has is refused with all that would do', () => {
    const match = router('PUT', '/x/fixed');
    if (match.kind !== 'method-not-allowed') throw new Error(match.kind);
    expect([...match.allow].sort()).toEqual(['DELETE', 'GET', 'POST']);
    expect(router('PUT', '/x/other')).toEqual({ kind: 'method-not-allowed', allow: ['POST'] });
  });

  it('never turns an unknown path into a 405', () => {
    expect(router('PUT', '/y')).toEqual({ kind: 'not-found' });
    expect(router('PUT', '/x/fixed/')).toEqual({ kind: 'not-found' });
  });

  it('is case-sensitive, as HTTP has it', () => {
    expect(router('get', '/x/fixed').kind).toBe('method-not-allowed');
  });
});
