import { describe, expect, it } from 'vitest';
import type { OpenApiDocument } from '../../specs/model.js';
import type { TestContext } from '../../suites/engine/context.js';
import type { Exchange } from '../../suites/engine/exchange.js';
import { runCheck } from './bench.js';
import { sendJson, serve } from './server.js';

const document: OpenApiDocument = {
  openapi: '3.1.0',
  info: { title: 'Bench', version: '1' },
  paths: {
    '/things/{id}': {
      get: {
        operationId: 'getThing',
        parameters: [{ name: 'id', in: 'path', schema: { type: 'string' } }],
        responses: { '200': { description: 'it' } },
      },
    },
  },
};

async function withTarget(
  url: string,
  run: (t: TestContext) => Promise<void>,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const profile = { target: url, headers };
  const result = await runCheck(run, { profile, parts: { openapi: document } });
  expect([result.status, result.message]).toEqual(['passed', null]);
}

describe('a request of the suite', () => {
  it('goes out as it is written, with nothing added but what every request has', async () => {
    const { url, seen } = await serve((_request, reply) => {
      sendJson(reply, 200, {});
    });
    await withTarget(url, async (t) => {
      await t.send({ method: 'POST', path: '/a%2Fb?c=%2B+d', body: 'text' });
      await t.send({ method: 'PUT', path: '/', json: { a: 'é' } });
      await t.send({ method: 'PUT', path: '/', json: 1, headers: { 'content-TYPE': 'text/x' } });
      await t.send({ method: 'DELETE', path: '/', body: Uint8Array.of(65) });
    });
    expect(
      seen.map(({ method, path, body, headers }) => [method, path, body, headers['content-type']]),
    ).toEqual([
      ['POST', '/a%2Fb?c=%2B+d', 'text', undefined],
      ['PUT', '/', '{"a":"é"}', 'application/json'],
      ['PUT', '/', '1', 'text/x'],
      ['DELETE', '/', 'A', undefined],
    ]);
    expect(seen[0]?.headers['user-agent']).toBe('countersign/run');
  });

  it('carries the headers of the profile, which a check may replace', async () => {
    const { url, seen } = await serve((_request, reply) => {
      sendJson(reply, 200, {});
    });
    await withTarget(
      url,
      async (t) => {
        await t.send({ method: 'GET', path: '/' });
        await t.send({
          method: 'GET',
          path: '/',
          headers: { 'x-GATE': 'mine', 'User-Agent': 'me' },
        });
      },
      { 'X-Gate': 'open' },
    );
    expect(seen.map(({ headers }) => [headers['x-gate'], headers['user-agent']])).toEqual([
      ['open', 'countersign/run'],
      ['mine', 'me'],
    ]);
  });

  it('goes below the path of the target, or to an absolute URL that the target gave out', async () => {
    const { url, seen } = await serve((_request, reply) => {
      sendJson(reply, 200, {});
    });
    await withTarget(`${url}/base/`, async (t) => {
      await t.send({ method: 'GET', path: '/x' });
      await t.send({ method: 'GET', path: `${url}/elsewhere` });
    });
    expect(seen.map(({ path }) => path)).toEqual(['/base/x', '/elsewhere']);
  });

  it('to an address that is no URL fails the check: the target gave it out', async () => {
    const result = await runCheck(
      async (t) => {
        await t.send({ method: 'GET', path: 'http://[nonsense' });
      },
      { profile: { target: 'http://127.0.0.1:1' } },
    );
    expect([result.status, result.message]).toEqual([
      'failed',
      'the target gave out an address that is no URL',
    ]);
  });
});

describe('an answer', () => {
  async function answerTo(
    answer: Parameters<typeof serve>[0],
    look: (exchange: Exchange) => void,
    path = '/things/1',
    base = '',
  ): Promise<void> {
    const { url } = await serve(answer);
    await withTarget(url + base, async (t) => {
      look(await t.send({ method: 'GET', path }));
    });
  }

  it('has its headers in order, repeated ones apart', async () => {
    await answerTo(
      (_request, reply) => {
        reply
          .writeHead(
            200,
            [
              ['X-A', '1'],
              ['x-a', '2'],
              ['X-B', 'ü'],
            ].flat(),
          )
          .end();
      },
      (exchange) => {
        expect(exchange.headers('x-a')).toEqual(['1', '2']);
        expect(exchange.header('x-a')).toBe('1');
        expect(exchange.header('x-c')).toBeNull();
      },
    );
  });

  it('belongs to the operation of its path, below the base', async () => {
    const fine: Parameters<typeof serve>[0] = (_request, reply) => {
      sendJson(reply, 200, {});
    };
    await answerTo(fine, ({ operation }) => {
      expect(operation).toBe('getThing');
    });
    await answerTo(
      fine,
      ({ operation }) => {
        expect(operation).toBe('getThing');
      },
      '/things/1',
      '/v1',
    );
    await answerTo(
      fine,
      ({ operation }) => {
        expect(operation).toBeNull();
      },
      '/thing',
    );
  });

  it('departs from the document where its status is not there', async () => {
    await answerTo(
      (_request, reply) => {
        reply.writeHead(202).end();
      },
      ({ violations }) => {
        expect(violations).toEqual(['status 202 is not described for getThing']);
      },
    );
  });

  it.each<[string, string, string]>([
    ['is no JSON', 'no', 'GET /things/1 answered other text, not JSON'],
    ['is no object', '[1]', 'GET /things/1 answered JSON that is not an object'],
    ['is null', 'null', 'GET /things/1 answered JSON that is not an object'],
  ])('whose body %s fails a check that reads an object', async (_what, body, message) => {
    const { url } = await serve((_request, reply) => {
      reply.writeHead(200).end(body);
    });
    const result = await runCheck(
      async (t) => {
        (await t.send({ method: 'GET', path: '/things/1' })).object();
      },
      { profile: { target: url } },
    );
    expect([result.status, result.message]).toEqual(['failed', message]);
  });
});

describe('no answer', () => {
  it.each<[string, Parameters<typeof serve>[0], RegExp]>([
    [
      'that is reset',
      (_request, reply) => {
        reply.destroy();
      },
      /the connection was reset$/,
    ],
    [
      'that breaks off',
      (_request, reply) => {
        reply.writeHead(200, { 'Content-Length': '9' });
        reply.write('x');
        setTimeout(() => reply.destroy(), 10);
      },
      /^GET \/: /,
    ],
    ['that does not come', () => undefined, /no complete answer within 0\.1 s$/],
    [
      'that does not end',
      (_request, reply) => {
        reply.writeHead(200);
        reply.write('x');
      },
      /no complete answer within 0\.1 s$/,
    ],
  ])('%s leaves the check undecided', async (_what, answer, words) => {
    const { url } = await serve(answer);
    const result = await runCheck(
      async (t) => {
        await t.send({ method: 'GET', path: '/', timeoutMs: 100 });
      },
      { profile: { target: url } },
    );
    expect(result.status).toBe('inconclusive');
    expect(result.message).toMatch(words);
    expect(result.exchanges).toHaveLength(1);
  });

  it('to a request that the check gave up itself', async () => {
    const { url } = await serve(() => undefined);
    const result = await runCheck(
      async (t) => {
        await t.send({ method: 'GET', path: '/', signal: AbortSignal.timeout(30) });
      },
      { profile: { target: url } },
    );
    expect(result.status).toBe('inconclusive');
  });
});
