/** Events out of order by a rule: each poller gets each of them once, whatever happens in between. */
import { describe, expect, it } from 'vitest';
import { createFront, type Front } from '../../../mocks/control/front.js';
import type { PlainResponse } from '../../../mocks/engine/http.js';
import type { MockCore } from '../../../mocks/engine/mock.js';
import { soleWorld } from '../../../mocks/engine/worlds.js';
import { plainRequest } from '../../support/request.js';
import { callAs, createQuatrix, tokenOf, user } from './client.js';

interface Stage {
  readonly core: MockCore;
  readonly front: Front;
  readonly channel: string;
}

const reorder = { operation: 'pollNotifications', reorder: true } as const;

async function stage(rule: object = reorder): Promise<Stage> {
  const core = createQuatrix();
  const profile = (await callAs(core, await tokenOf(core), '/profile/get')).json();
  const there = {
    core,
    front: createFront(soleWorld(core)),
    channel: (profile as { channel: string }).channel,
  };
  expect((await ask(there, '/_countersign/faults', {}, rule)).status).toBe(201);
  return there;
}

async function ask(
  { front }: Pick<Stage, 'front'>,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: object,
  onAbort: (callback: () => void) => void = () => undefined,
): Promise<PlainResponse> {
  const request = plainRequest({
    method: body === undefined ? 'GET' : 'POST',
    path,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const given = { ...request, peer: { onAbort } };
  const outcome = await front(given.method, given.path, given.headers).run(given);
  if ('kind' in outcome) throw new Error('the mock answered with an upgrade');
  return outcome;
}

function change({ core }: Stage, ...ids: readonly string[]): void {
  for (const id of ids) {
    core.trigger({ system: 'quatrix', event: 'changed', affects: [user.login], data: [{ id }] });
  }
}

/** A poll from where an earlier answer leads to. */
function poll(there: Stage, after?: PlainResponse): Promise<PlainResponse> {
  const { 'Last-Modified': date, Etag: tag } = after?.headers ?? {};
  const cursor =
    after === undefined ? {} : { 'if-modified-since': String(date), 'if-none-match': String(tag) };
  return ask(there, `/mq/req?id=${there.channel}`, cursor);
}

function idOf({ status, body }: PlainResponse): string {
  if (status !== 200) return String(status);
  return (JSON.parse(String(body)) as { data: [{ id: string }] }).data[0].id;
}

/** Polls on from an answer until it has so many events. */
async function follow(there: Stage, count: number, from?: PlainResponse): Promise<string[]> {
  const seen: string[] = [];
  for (let last = from; seen.length < count;) {
    last = await poll(there, last);
    seen.push(idOf(last));
  }
  return seen;
}

async function isHeld(answer: Promise<unknown>): Promise<boolean> {
  const later = new Promise((resolve) => setTimeout(resolve, 20, 'later'));
  return (await Promise.race([answer, later])) === 'later';
}

describe('a rule that has events come out of order', () => {
  it('swaps what waits, in pairs, also over seconds; each comes once', async () => {
    const there = await stage();
    change(there, 'a', 'b', 'c');
    there.core.world.clock.advance(5_000);
    change(there, 'd', 'e');
    const seen = follow(there, 5);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    await isHeld(seen);
    there.core.world.clock.advance(1_000);
    expect(await seen).toEqual(['b', 'a', 'd', 'c', 'e']);
  });

  it('gives cursors that only grow, and the journal what was told', async () => {
    const there = await stage();
    change(there, 'a', 'b');
    const first = await poll(there);
    const second = await poll(there, first);
    expect([first, second].map(({ headers }) => headers.Etag)).toEqual(['0', '1']);
    const told = there.core.world.journal
      .list(0, 100)
      .filter(({ operation }) => operation === 'pollNotifications');
    expect(told.map(({ response }) => response.body)).toEqual([first.body, second.body]);
  });

  it('holds an event back until the next one is there, and gives that first', async () => {
    const there = await stage();
    const held = poll(there);
    expect(await isHeld(held)).toBe(true);
    change(there, 'a');
    expect(await isHeld(held)).toBe(true);
    change(there, 'b');
    const first = await held;
    expect(idOf(first)).toBe('b');
    expect(idOf(await poll(there, first))).toBe('a');
  });

  it('waits a second for the next one and no longer', async () => {
    const there = await stage();
    change(there, 'a');
    const held = poll(there);
    there.core.world.clock.advance(0);
    expect(await isHeld(held)).toBe(true);
    there.core.world.clock.advance(1_000);
    const first = await held;
    expect(idOf(first)).toBe('a');
    change(there, 'b', 'c');
    expect(await follow(there, 2, first)).toEqual(['c', 'b']);
  });

  it('gives the same again after answers that were lost', async () => {
    const there = await stage({ ...reorder, count: 1 });
    change(there, 'a', 'b', 'c');
    const first = await poll(there);
    const again = await poll(there);
    expect([first, again].map(idOf)).toEqual(['b', 'b']);
    expect([idOf(await poll(there, first)), idOf(await poll(there, first))]).toEqual(['a', 'a']);
    expect(await follow(there, 2, first)).toEqual(['a', 'c']);
  });

  it('brings what is still missing when it is gone', async () => {
    const there = await stage({ ...reorder, name: 'swap' });
    change(there, 'a', 'b');
    const first = await poll(there);
    there.core.world.faults.clear();
    expect(await follow(there, 1, first)).toEqual(['a']);
  });

  it('confuses nobody whom it does not meet', async () => {
    const there = await stage({ ...reorder, skip: 1 });
    // Two tabs of a user: the first one is not met and has its event before there is another.
    const tabs = [poll(there), poll(there)];
    await isHeld(Promise.all(tabs));
    change(there, 'a');
    const [first] = await Promise.all([tabs[0], isHeld(Promise.resolve())]);
    change(there, 'b', 'c');
    const second = await tabs[1];
    const both = await Promise.all(
      [first, second].map(async (tab) => [
        tab === undefined ? '' : idOf(tab),
        ...(await follow(there, 2, tab)),
      ]),
    );
    expect(both).toEqual([
      ['a', 'c', 'b'],
      ['a', 'c', 'b'],
    ]);
  });

  it('swaps for two tabs that wait together alike', async () => {
    const there = await stage();
    const tabs = [poll(there), poll(there)];
    await isHeld(Promise.all(tabs));
    change(there, 'a', 'b');
    const seen = await Promise.all(
      tabs.map(async (tab) => {
        const first = await tab;
        return [idOf(first), ...(await follow(there, 1, first))];
      }),
    );
    expect(seen).toEqual([
      ['b', 'a'],
      ['b', 'a'],
    ]);
  });

  it('loses nothing when the client goes away while an event waits', async () => {
    const there = await stage();
    change(there, 'a');
    const leaving: (() => void)[] = [];
    const left = ask(there, `/mq/req?id=${there.channel}`, {}, undefined, (callback) =>
      leaving.push(callback),
    );
    expect(await isHeld(left)).toBe(true);
    for (const callback of leaving) callback();
    await left;
    change(there, 'b', 'c');
    const seen = follow(there, 3);
    await isHeld(seen);
    expect((await seen).sort()).toEqual(['a', 'b', 'c']);
  });

  it('ends with a reset', async () => {
    const there = await stage();
    change(there, 'a', 'b');
    expect(idOf(await poll(there))).toBe('b');
    there.core.reset();
    expect(there.core.world.eventOrder.any).toBe(false);
    change(there, 'a', 'b');
    expect(await follow(there, 2)).toEqual(['a', 'b']);
  });

  it('leaves an empty answer and a refusal as they are', async () => {
    const there = await stage();
    const held = poll(there);
    await isHeld(held);
    there.core.world.clock.advance(60_000);
    expect((await held).status).toBe(304);
    expect((await ask(there, '/mq/req')).status).toBe(400);
  });

  it('is refused where no event or message could change places', async () => {
    const { front } = await stage();
    const answer = await ask(
      { front },
      '/_countersign/faults',
      {},
      { operation: 'login', reorder: true },
    );
    expect([answer.status, answer.body]).toEqual([
      400,
      'reorder is for WebSockets and long polls; this mock has these: pollNotifications',
    ]);
  });
});
