import { describe, expect, it, vi } from 'vitest';
import type { CheckResult } from '../../specs/results.js';
import type { TestContext } from '../../suites/engine/context.js';
import { seededRandom } from '../../suites/engine/random.js';
import { newRunId } from '../../suites/engine/runner.js';
import { runCheck, runnerOf, suiteOf, type BenchCheck, type BenchOptions } from './bench.js';
import { closedPort, sendJson, serve } from './server.js';

const nowhere: BenchOptions = { profile: { target: 'http://127.0.0.1:1' } };
const noop = (): Promise<void> => Promise.resolve();

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function ends(run: (t: TestContext) => Promise<void>, options = nowhere): Promise<unknown[]> {
  const { status, message } = await runCheck(run, options);
  return [status, message];
}

async function runAll(
  checks: readonly BenchCheck[],
  options: BenchOptions,
  parallel = 8,
): Promise<CheckResult[]> {
  const suite = suiteOf(checks, options.parts);
  const { runner, target } = runnerOf(suite, options);
  const results = await runner.runAll(suite.checks, { parallel });
  await target.dispatcher.destroy();
  return results;
}

describe('a check ends', () => {
  it('passed when nothing spoke against it, without exchanges', async () => {
    const { url } = await serve((_request, reply) => {
      sendJson(reply, 200, {});
    });
    const result = await runCheck(
      async (t) => {
        await t.send({ method: 'GET', path: '/' });
      },
      {
        profile: { target: url },
      },
    );
    expect(result).toMatchObject({
      check: 'bench.x.one',
      title: 'x.one holds',
      system: 'bench',
      file: 'suites/bench/area.ts',
      requirements: ['bench.x.one'],
      status: 'passed',
      message: null,
      comparison: null,
      exchanges: [],
    });
  });

  it('failed with what was expected and what came, and its exchanges', async () => {
    const { url } = await serve((_request, reply) => {
      sendJson(reply, 418, {});
    });
    const result = await runCheck(
      async (t) => {
        t.expect.status(await t.send({ method: 'GET', path: '/tea' }), 200);
      },
      { profile: { target: url } },
    );
    expect(result).toMatchObject({
      status: 'failed',
      message: 'GET /tea answered 418, not 200',
      comparison: { expected: 'status 200' },
    });
    expect(result.exchanges.map(({ id }) => id)).toEqual(['bench.x.one@1']);
  });

  it('deviated with its notes, all of them', async () => {
    const run = (t: TestContext): Promise<void> => {
      t.deviate('one');
      t.deviate('two');
      return Promise.resolve();
    };
    expect(await ends(run)).toEqual(['deviated', 'one; two']);
  });

  it('failed when it failed after a deviation', async () => {
    const run = (t: TestContext): Promise<void> => {
      t.deviate('one');
      return t.expect.fail('two');
    };
    expect(await ends(run)).toEqual(['failed', 'two']);
  });

  it('skipped where it says so', async () => {
    expect(await ends((t) => t.skip('needs a cup'))).toEqual(['skipped', 'needs a cup']);
  });

  it('inconclusive when its set-up or positive control did not hold', async () => {
    const run = (t: TestContext): Promise<void> =>
      t.given('boiling water', () => t.expect.fail('no fire'));
    expect(await ends(run)).toEqual([
      'inconclusive',
      'not judged, because boiling water did not work: no fire',
    ]);
  });

  it('skipped when a step of its set-up skips', async () => {
    const run = (t: TestContext): Promise<void> => t.given('water', () => t.skip('needs a well'));
    expect(await ends(run)).toEqual(['skipped', 'needs a well']);
  });

  it('inconclusive when the target does not answer', async () => {
    const target = await closedPort();
    const result = await runCheck(
      async (t) => {
        await t.send({ method: 'GET', path: '/a' });
      },
      { profile: { target } },
    );
    expect([result.status, result.message]).toEqual([
      'inconclusive',
      'GET /a: the connection was refused',
    ]);
    expect(result.exchanges[0]?.response).toBe('(the connection was refused)');
  });

  it.each<[string, (t: TestContext) => Promise<void>]>([
    ['throws', () => Promise.reject(new TypeError('x is undefined'))],
    [
      'throws before it returns',
      () => {
        throw new TypeError('x is undefined');
      },
    ],
    [
      'throws in its set-up',
      (t) => t.given('y', () => Promise.reject(new TypeError('x is undefined'))),
    ],
  ])('inconclusive, and the suite is to blame, when its code %s', async (_how, run) => {
    expect(await ends(run)).toEqual(['inconclusive', 'the suite itself erred: x is undefined']);
  });

  it('inconclusive when its driver cannot be made, skipped when that lacks something', async () => {
    const broken = {
      createDriver: () => {
        throw new Error('no');
      },
    };
    expect(await ends(noop, { ...nowhere, parts: broken })).toEqual([
      'inconclusive',
      'the suite itself erred: no',
    ]);
    const lacking = { createDriver: (t: TestContext) => t.skip('needs a token') };
    expect(await ends(noop, { ...nowhere, parts: lacking })).toEqual(['skipped', 'needs a token']);
  });

  it('inconclusive when its time is over, and what is under way is ended', async () => {
    const gone = vi.fn();
    const { url } = await serve((_request, reply) => reply.on('close', gone));
    const result = await runCheck(
      async (t) => {
        await t.send({ method: 'GET', path: '/hang' });
      },
      { profile: { target: url }, timeoutMs: 100 },
    );
    expect([result.status, result.message]).toEqual(['inconclusive', 'given up after 0.1 s']);
    await vi.waitFor(() => {
      expect(gone).toHaveBeenCalled();
    });
  });

  it('with its sockets closed, whatever it left open', async () => {
    const gone = vi.fn();
    const { url } = await serve(
      () => undefined,
      (socket) => {
        socket.on('close', gone);
      },
    );
    await runCheck(
      async (t) => {
        await t.openSocket('/', { headers: {} });
      },
      { profile: { target: url } },
    );
    await vi.waitFor(() => {
      expect(gone).toHaveBeenCalled();
    });
  });
});

describe('a check is not run', () => {
  const run = vi.fn(noop);

  it('without a capability that it needs, which is named', async () => {
    const [result] = await runAll([{ name: 'x.one', run, needs: ['clock'] }], nowhere);
    expect([result?.status, result?.message]).toEqual([
      'skipped',
      'needs the capability clock, which the profile does not declare',
    ]);
    expect(run).not.toHaveBeenCalled();
  });

  it('where the profile does not test its system', async () => {
    const profile = { target: 'http://127.0.0.1:1', systems: { other: {} } };
    expect(await ends(noop, { profile })).toEqual([
      'skipped',
      'system bench is not part of this target',
    ]);
  });

  it('after eight checks in a row without an answer, also where these were setting up', async () => {
    const target = await closedPort();
    const called = vi.fn();
    const asking = async (t: TestContext): Promise<void> => {
      called();
      await t.given('registering', () => t.send({ method: 'GET', path: '/' }));
    };
    const checks = Array.from({ length: 12 }, (_, at) => ({
      name: `x.${String(at)}`,
      run: asking,
    }));
    const results = await runAll(checks, { profile: { target } }, 1);
    expect(called).toHaveBeenCalledTimes(8);
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['inconclusive']));
    expect(results.at(-1)?.message).toBe(
      'not tried: the target left 8 checks in a row without an answer',
    );
  });

  it('but goes on where the target answers now and then', async () => {
    const { url } = await serve((request, reply) => {
      if (request.path === '/answer') sendJson(reply, 200, {});
      else reply.destroy();
    });
    const checks = Array.from({ length: 30 }, (_, at) => ({
      name: `x.${String(at)}`,
      run: async (t: TestContext) => {
        await t.send({ method: 'GET', path: at % 8 === 7 ? '/answer' : '/' });
      },
    }));
    const results = await runAll(checks, { profile: { target: url } }, 1);
    expect(results.filter(({ message }) => message?.startsWith('not tried') === true)).toEqual([]);
  });
});

describe('many checks', () => {
  it('run several at a time; those that run alone come last, one by one, those alone in their system first', async () => {
    let running = 0;
    let most = 0;
    const alone: boolean[] = [];
    const measure = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await pause(5);
      running -= 1;
    };
    const checks: BenchCheck[] = [
      {
        name: 'x.a',
        alone: 'in-run',
        run: async () => {
          alone.push(running === 0);
          await measure();
        },
      },
      {
        name: 'x.b',
        alone: 'in-system',
        run: async () => {
          alone.push(running === 0);
          await measure();
        },
      },
      ...Array.from({ length: 9 }, (_, at) => ({ name: `x.${String(at)}`, run: measure })),
    ];
    const results = await runAll(checks, nowhere, 3);
    expect(most).toBe(3);
    expect(alone).toEqual([true, true]);
    expect(results.slice(-2).map(({ check }) => check)).toEqual(['bench.x.b', 'bench.x.a']);
    expect(results).toHaveLength(11);
  });

  it('are told one by one as they finish', async () => {
    const suite = suiteOf([
      { name: 'x.a', run: noop },
      { name: 'x.b', run: noop },
    ]);
    const { runner } = runnerOf(suite, nowhere);
    const told: string[] = [];
    await runner.runAll(suite.checks, { finished: ({ check }) => told.push(check) });
    expect(told).toEqual(['bench.x.a', 'bench.x.b']);
  });

  it('each have numbers and chance of their own, the same in every run of one id', async () => {
    const drawn: [number[], string][] = [];
    const draw = (t: TestContext): Promise<void> => {
      drawn.push([Array.from({ length: 128 }, () => t.unique()), t.random.uuid()]);
      return Promise.resolve();
    };
    const checks = Array.from({ length: 20 }, (_, at) => ({ name: `x.${String(at)}`, run: draw }));
    await runAll(checks, nowhere, 1);
    const numbers = drawn.flatMap(([own]) => own);
    expect(new Set(numbers).size).toBe(20 * 128);
    for (const number of numbers) expect(number >= 0 && number < 10_000_000).toBe(true);
    expect(new Set(drawn.map(([, uuid]) => uuid)).size).toBe(20);
    const before = [...drawn];
    drawn.length = 0;
    await runAll(checks, nowhere, 1);
    expect(drawn).toEqual(before);
  });
});

describe('secrets', () => {
  const secret = 'pass:wörd/+ =7';
  const forms = [
    secret,
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('hex').toUpperCase(),
    encodeURIComponent(secret),
    new URLSearchParams({ a: secret }).toString().slice(2),
  ];

  it('of the profile and of the check are in no part of a result', async () => {
    const { url } = await serve((request, reply) => {
      reply.writeHead(400, {
        'Content-Type': 'text/plain',
        'Set-Cookie': `s=${encodeURIComponent(secret)}`,
      });
      reply.end(`you sent ${request.body} and own-secret-2`);
    });
    const result = await runCheck(
      async (t) => {
        const path = `/p?q=${encodeURIComponent(secret)}`;
        const headers = { Authorization: `Basic ${forms[1] ?? ''}`, 'X-Other': forms[3] ?? '' };
        const exchange = await t.send({ method: 'POST', path, headers, body: forms.join(' ') });
        // Known only now, as a code is that the answer held.
        t.secret('own-secret-2');
        t.deviate(`saw ${secret}`);
        t.expect.equal(exchange.text, `${secret} own-secret-2`, `the echo of ${secret}`);
      },
      { profile: { target: url, systems: { bench: { password: secret } } } },
    );
    expect(result.status).toBe('failed');
    const shown = JSON.stringify(result);
    for (const form of [...forms, 'own-secret-2', JSON.stringify(secret).slice(1, -1)]) {
      expect(shown).not.toContain(form);
    }
    expect(result.message).toMatch(
      /^the echo of \*{3}: expected "\*{3} \*{3}", but got "you sent \*{3}/,
    );
    expect(result.exchanges[0]?.request).toContain('Authorization: Basic ***');
    expect(result.exchanges[0]?.curl).toContain('-H "Authorization: $AUTHORIZATION"');
  });

  it('cut off by the end of an excerpt are not shown in part', async () => {
    const long = `${'x'.repeat(190)} ${'s3cr3t'.repeat(5)}`;
    const { url } = await serve((_request, reply) => {
      reply.writeHead(500).end(long);
    });
    const result = await runCheck(
      async (t) => {
        t.secret('s3cr3t'.repeat(5));
        t.expect.status(await t.send({ method: 'GET', path: '/' }), 200);
      },
      { profile: { target: url } },
    );
    expect(JSON.stringify(result)).not.toContain('s3cr');
  });
});

describe('the chance of a run', () => {
  it('is a new id each time, of twelve hex digits', () => {
    expect(newRunId()).toMatch(/^[0-9a-f]{12}$/);
    expect(newRunId()).not.toBe(newRunId());
  });

  it('is the same for the same label, however it is drawn', () => {
    const whole = seededRandom('l').bytes(100);
    const parts = seededRandom('l');
    const cut = [...parts.bytes(1), ...parts.bytes(31), ...parts.bytes(0), ...parts.bytes(68)];
    expect(cut).toEqual([...whole]);
    expect(seededRandom('m').bytes(100)).not.toEqual(whole);
  });

  it.each([1, 7, 62, 2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1, 2 ** 50])(
    'draws an integer below %d as the remainder of eight bytes, and a text by such integers',
    (limit) => {
      const bytes = Buffer.from(seededRandom('l').bytes(800));
      const [integers, text] = [seededRandom('l'), seededRandom('l').text(100, 'abcdefg')];
      for (let at = 0; at < 100; at += 1) {
        const drawn = bytes.readBigUInt64BE(8 * at);
        expect(integers.integer(limit)).toBe(Number(drawn % BigInt(limit)));
        expect(text.charAt(at)).toBe('abcdefg'.charAt(Number(drawn % 7n)));
      }
    },
  );

  it('gives texts of the alphabet, integers below the limit, UUIDs of version 4', () => {
    const random = seededRandom('l');
    expect(random.text(50, 'ab')).toMatch(/^[ab]{50}$/);
    expect(random.text(50)).toMatch(/^[A-Za-z0-9]{50}$/);
    for (let at = 0; at < 100; at += 1) expect(random.integer(7)).toBeLessThan(7);
    expect(random.uuid()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});
