import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../specs/results.js';
import type { TestContext } from '../../suites/engine/context.js';
import { createRunner } from '../../suites/engine/runner.js';
import { createTarget } from '../../suites/engine/target.js';
import { suiteOf } from './bench.js';
import { closedPort } from './server.js';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server on a port that was closed a moment ago. */
function serveAt(target: string): Promise<void> {
  const server = createServer((request, reply) => {
    // It knows its base path and nothing else.
    if (request.url === '/') reply.end('{}');
    else reply.destroy();
  });
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Promise((resolve) =>
    server.listen(Number(new URL(target).port), '127.0.0.1', resolve),
  );
}

/** So many checks, one after the other, each asking for a path; `before` each of them something is done. */
async function ask(
  target: string,
  paths: readonly string[],
  before: (at: number) => Promise<void> = () => Promise.resolve(),
): Promise<readonly CheckResult[]> {
  const suite = suiteOf(
    paths.map((path, at) => ({
      name: `x.${String(at)}`,
      run: async (t) => {
        await before(at);
        await t.send({ method: 'GET', path });
      },
    })),
  );
  const opened = createTarget({ target }, ['bench'], 200);
  const runner = createRunner({
    target: opened,
    suites: new Map([['bench', suite]]),
    runId: 'run',
    positions: new Map(),
    comebackMs: 600,
  });
  const results = await runner.runAll(suite.checks, { parallel: 1 });
  await opened.dispatcher.destroy();
  return results;
}

const tried = ({ message }: CheckResult): boolean => message?.startsWith('not tried') !== true;

describe('a target that no longer answers', () => {
  it('is gone on with when it comes back', async () => {
    const target = await closedPort();
    const results = await ask(
      target,
      Array.from({ length: 12 }, () => '/'),
      (at) =>
        at === 7
          ? serveAt(target).then(() => Promise.reject(new Error('late')))
          : Promise.resolve(),
    );
    expect(results.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 8 }, () => 'inconclusive'),
      ...Array.from({ length: 4 }, () => 'passed'),
    ]);
  });

  it('is waited for once when it stays away', async () => {
    const target = await closedPort();
    const results = await ask(
      target,
      Array.from({ length: 30 }, () => '/'),
    );
    expect(results.filter(tried)).toHaveLength(8);
  });

  it('leaves those alone that are at another address', async () => {
    const [gone, there] = [await closedPort(), await closedPort()];
    await serveAt(there);
    const systems = { gone: { url: gone }, there: { url: there } };
    const opened = createTarget({ systems }, ['gone', 'there'], 200);
    const checks = Array.from({ length: 12 }, (_, at) => ({
      name: `x.${String(at)}`,
      run: async (t: TestContext) => {
        await t.send({ method: 'GET', path: '/' });
      },
    }));
    const suite = suiteOf(checks);
    const runner = createRunner({
      target: opened,
      suites: new Map([
        ['gone', suite],
        ['there', suite],
      ]),
      runId: 'run',
      positions: new Map(),
    });
    const of = (system: string) => suite.checks.map((check) => ({ ...check, system }));
    const results = await runner.runAll([...of('gone'), ...of('there')], { parallel: 1 });
    await opened.dispatcher.destroy();
    expect(results.slice(0, 12).filter(tried)).toHaveLength(8);
    expect(results.slice(12).map(({ status }) => status)).toEqual(
      Array.from({ length: 12 }, () => 'passed'),
    );
  });

  it('is given up when it has come back and answers no check', async () => {
    const target = await closedPort();
    await serveAt(target);
    const results = await ask(
      target,
      Array.from({ length: 30 }, () => '/elsewhere'),
    );
    expect(results.filter(tried)).toHaveLength(16);
  });

  it('is given up when it has come back three times', async () => {
    const target = await closedPort();
    await serveAt(target);
    const eight = Array.from({ length: 8 }, () => '/elsewhere');
    const round = ['/', ...eight];
    const results = await ask(target, [...eight, ...round, ...round, ...round, ...round]);
    expect(results.filter(tried)).toHaveLength(8 + 3 * 9);
  });
});
