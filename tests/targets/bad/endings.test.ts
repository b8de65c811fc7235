/**
 * Runs that do not end as they began: the target dies or comes back, the run is interrupted, killed,
 * or everything is killed. What was decided until then is in a whole report; the rest is not blamed on
 * anybody.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalog } from '../../../specs/catalog.js';
import { countersign, scratchFolder, start, type Run } from '../command.js';
import { startTextSecure } from '../textsecure/server.js';
import { readVerdicts } from '../verdicts.js';
import { byVerdict, expectCompleteReport } from './complete.js';
import { startDoor, type Door } from './door.js';

const scratch = scratchFolder();
let server: Awaited<ReturnType<typeof startTextSecure>>;
beforeAll(async () => {
  server = await startTextSecure();
});
afterAll(() => {
  server.close();
  scratch.remove();
});

const folder = join(import.meta.dirname, '..', 'textsecure');
/** What that server passes: no fail of these runs is its own. */
const known = readVerdicts(join(folder, 'verdicts.yaml')).causes.flatMap((cause) => [
  ...(cause.fail ?? []),
  ...(cause.deviation ?? []),
  ...(cause.skip ?? []),
  ...(cause.inconclusive ?? []),
]);
const ids = (catalog.get('textsecure')?.requirements ?? [])
  .map(({ id }) => id)
  .filter((id) => !known.includes(id));

let runs = 0;

function startRun(target: string): { run: Run; out: string } {
  const out = join(scratch.path, `run-${String((runs += 1))}`);
  const profile = join(folder, 'countersign.yaml');
  const args = ['--profile', profile, '--requirement', ids.join(','), '--out', out];
  return { run: start(['test', ...args], { TEXTSECURE_URL: target }), out };
}

/** Resolves when so many checks of a run have ended. */
async function whenChecked(out: string, checks: number): Promise<void> {
  const stream = join(out, 'events.ndjson');
  for (;;) {
    const text = existsSync(stream) ? readFileSync(stream, 'utf8') : '';
    if (text.split('"type":"check-finished"').length > checks) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** How many checks of a run have ended so, by now. */
function endedAs(status: 'passed' | 'inconclusive', out: string): number {
  const text = readFileSync(join(out, 'events.ndjson'), 'utf8');
  return text.split(`"status":"${status}"`).length - 1;
}

/** The process that a command has started, on Linux. */
function childOf({ child }: Run): number {
  const pid = String(child.pid);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return Number(children.trim().split(' ')[0]);
}

describe('a target that', () => {
  async function runThrough(act: (door: Door, out: string) => Promise<void>) {
    const door = await startDoor(server.url);
    const { run, out } = startRun(door.url);
    await door.passed(150);
    await act(door, out);
    const ended = await run.ended;
    door.close();
    return { ended, out };
  }

  test('dies in the middle is judged until then, and no longer asked', async () => {
    const { ended, out } = await runThrough((door) => door.shut());
    expect(ended.code).toBe(3);
    const results = expectCompleteReport(out);
    expect(results.verdict).toBe('inconclusive');
    const { pass = [], inconclusive = [], ...others } = byVerdict(results);
    expect(others).toEqual({});
    expect(pass.length).toBeGreaterThan(5);
    expect(inconclusive.length).toBeGreaterThan(8);
    const reasons = results.requirements.map(({ reason }) => reason ?? '');
    expect(reasons.some((reason) => reason.includes('not tried: the target left 8 checks'))).toBe(
      true,
    );
  });

  test('comes back is gone on with', async () => {
    let [passed, undecided] = [0, 0];
    const { ended, out } = await runThrough(async (door, folderOfRun) => {
      await door.shut();
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      passed = endedAs('passed', folderOfRun);
      undecided = endedAs('inconclusive', folderOfRun);
      await door.open();
    });
    expect(ended.code).toBe(3);
    const results = expectCompleteReport(out);
    const { pass = [], inconclusive = [], ...others } = byVerdict(results);
    expect(others).toEqual({});
    // Those that met a closed door are left undecided, and of the many after them none: at most those
    // eight of each of two processes that were under way when it opened.
    expect(undecided).toBeGreaterThan(0);
    expect(endedAs('inconclusive', out) - undecided).toBeLessThanOrEqual(16);
    expect(endedAs('passed', out) - passed).toBeGreaterThan(16);
    expect(pass.length).toBeGreaterThan(0);
    expect(inconclusive.length).toBeGreaterThan(0);
    const reasons = results.requirements.map(({ reason }) => reason ?? '');
    expect(reasons.filter((reason) => reason.includes('not tried'))).toEqual([]);
  });
});

describe('a run that is', () => {
  function expectPartOf(out: string): void {
    const results = expectCompleteReport(out);
    expect(results.verdict).toBe('inconclusive');
    expect(results.summary).toContain('interrupted');
    const { pass = [], untested = [], fail = [] } = byVerdict(results);
    expect(fail).toEqual([]);
    expect(pass.length).toBeGreaterThan(0);
    expect(untested.length).toBeGreaterThan(0);
  }

  test.each(['SIGINT', 'SIGTERM'] as const)('ended by %s reports what it has', async (signal) => {
    const { run, out } = startRun(server.url);
    await whenChecked(out, 3);
    run.child.kill(signal);
    expect((await run.ended).code).toBe(3);
    expectPartOf(out);
  });

  test('killed itself leaves its reporter to finish', async () => {
    const { run, out } = startRun(server.url);
    await whenChecked(out, 3);
    run.child.kill('SIGKILL');
    // The pipes are closed when the last of its processes is gone.
    expect((await run.ended).signal).toBe('SIGKILL');
    expectPartOf(out);
  });

  test.runIf(process.platform === 'linux')('robbed of its runner reports itself', async () => {
    const { run, out } = startRun(server.url);
    await whenChecked(out, 3);
    process.kill(childOf(run), 'SIGKILL');
    const ended = await run.ended;
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('the run was ended from outside');
    expectPartOf(out);
  });

  test.runIf(process.platform === 'linux')('killed whole is reported from its events', async () => {
    const { run, out } = startRun(server.url);
    await whenChecked(out, 3);
    const runner = childOf(run);
    run.child.kill('SIGSTOP');
    process.kill(-runner, 'SIGKILL');
    run.child.kill('SIGKILL');
    await run.ended;
    expect(existsSync(join(out, 'results.json'))).toBe(false);
    const stream = join(out, 'events.ndjson');
    expect((await countersign(['report', stream, '--out', out])).code).toBe(0);
    expectPartOf(out);
  });

  test('started anew shows nothing of the run before it', async () => {
    const { run, out } = startRun(server.url);
    await whenChecked(out, 3);
    run.child.kill('SIGINT');
    await run.ended;
    const args = ['--target', 'http://127.0.0.1:1', '--requirement', ids[0] ?? '', '--out', out];
    expect((await countersign(['test', ...args])).code).toBe(3);
    expect(byVerdict(expectCompleteReport(out))).toEqual({ untested: [ids[0]] });
  });
});
