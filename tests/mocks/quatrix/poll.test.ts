import { describe, expect, it } from 'vitest';
import type { PlainResponse } from '../../../mocks/engine/http.js';
import type { MockCore } from '../../../mocks/engine/mock.js';
import { call, plainRequest } from '../../support/request.js';
import { callAs, callHeaders, codeOf, createQuatrix, second, tokenOf, user } from './client.js';

interface Notification {
  status: { errmsg: string; errcode: number };
  job_id: string;
  data: { id: string }[];
}

async function channelOf(core: MockCore, who = user): Promise<string> {
  const profile = (await callAs(core, await tokenOf(core, who), '/profile/get', { who })).json();
  return (profile as { channel: string }).channel;
}

function change(core: MockCore, id: string, affects = [user.login]): string | null {
  return core.trigger({ system: 'quatrix', event: 'changed', affects, data: [{ id }] });
}

function poll(core: MockCore, id: string, after?: PlainResponse): ReturnType<typeof call> {
  const headers: Record<string, string> =
    after === undefined
      ? {}
      : {
          'if-modified-since': String(after.headers['Last-Modified']),
          'if-none-match': String(after.headers.Etag),
        };
  return call(core, { path: `/mq/req?id=${id}`, headers });
}

function idOf(answer: Awaited<ReturnType<typeof call>>): string | undefined {
  return (answer.json() as Notification).data[0]?.id;
}

async function isHeld(answer: Promise<unknown>): Promise<boolean> {
  const settled = Symbol('settled');
  const first = await Promise.race([
    answer.then(() => settled),
    new Promise((resolve) => setTimeout(resolve, 20)),
  ]);
  return first !== settled;
}

describe('a poll', () => {
  it('is held and answered by a change', async () => {
    const core = createQuatrix();
    const answer = poll(core, await channelOf(core));
    expect(await isHeld(answer)).toBe(true);
    const job = change(core, 'a');
    const { status, headers, json } = await answer;
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'Last-Modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
      Etag: '0',
      Vary: 'If-None-Match, If-Modified-Since',
    });
    const expected: Notification = {
      status: { errmsg: '', errcode: 0 },
      job_id: String(job),
      data: [{ id: 'a' }],
    };
    expect(json()).toEqual(expected);
  });

  it('gets what was missed, in order, one at a time, once', async () => {
    const core = createQuatrix();
    const channel = await channelOf(core);
    for (const id of ['a', 'b', 'c']) change(core, id);
    const seen: (string | undefined)[] = [];
    let last: Awaited<ReturnType<typeof poll>> | undefined;
    for (let at = 0; at < 3; at += 1) {
      last = await poll(core, channel, last);
      seen.push(idOf(last));
    }
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(await isHeld(poll(core, channel, last))).toBe(true);
  });

  it('reaches everybody affected and nobody else', async () => {
    const core = createQuatrix();
    const [mine, theirs] = [await channelOf(core), await channelOf(core, second)];
    const other = poll(core, theirs);
    change(core, 'mine', [user.login, user.login, 'nobody@example.com']);
    expect(idOf(await poll(core, mine))).toBe('mine');
    expect(await isHeld(other)).toBe(true);
    change(core, 'both', [second.login, user.login]);
    expect(idOf(await other)).toBe('both');
  });

  it('wakes two pollers at once', async () => {
    const core = createQuatrix();
    const channel = await channelOf(core);
    const polls = [poll(core, channel), poll(core, channel)];
    change(core, 'a');
    expect((await Promise.all(polls)).map(idOf)).toEqual(['a', 'a']);
  });

  it('takes the session token as id', async () => {
    const core = createQuatrix();
    const answer = poll(core, await tokenOf(core));
    change(core, 'a');
    expect(idOf(await answer)).toBe('a');
  });

  it('does not prolong the session', async () => {
    const core = createQuatrix();
    const token = await tokenOf(core);
    change(core, 'a');
    core.world.clock.advance(600_000);
    await poll(core, token);
    core.world.clock.advance(300_000);
    expect((await callAs(core, token, '/profile/get')).status).toBe(401);
  });

  it('ends empty with its cursor, from which nothing is lost', async () => {
    const core = createQuatrix();
    const channel = await channelOf(core);
    const held = poll(core, channel);
    core.world.clock.advance(30_000);
    const ended = await held;
    expect([ended.status, ended.text]).toEqual([304, '']);
    expect(ended.headers).toMatchObject({
      'Last-Modified': 'Wed, 31 Dec 2025 23:59:59 GMT',
      Etag: '0',
    });
    change(core, 'a');
    expect(idOf(await poll(core, channel, ended))).toBe('a');
  });

  it('ends with 408 in dialect observed', async () => {
    const core = createQuatrix({}, 'observed');
    const token = await tokenOf(core, user, '/api/0.1/session/login');
    const held = poll(core, token);
    core.world.clock.advance(30_000);
    const ended = await held;
    expect(ended.status).toBe(408);
    expect(ended.headers.Etag).toBe('0');
    expect(ended.headers['Last-Modified']).toBeUndefined();
  });

  it('repeats the cursor of the request when it ends', async () => {
    const core = createQuatrix();
    const channel = await channelOf(core);
    change(core, 'a');
    change(core, 'b');
    const first = await poll(core, channel);
    const latest = await poll(core, channel, first);
    const held = poll(core, channel, latest);
    core.world.clock.advance(30_000);
    expect((await held).headers).toMatchObject({
      'Last-Modified': latest.headers['Last-Modified'],
      Etag: '1',
    });
  });

  it('is forgotten with its client and consumes nothing', async () => {
    const core = createQuatrix();
    const channel = await channelOf(core);
    let goAway = (): void => undefined;
    const request = {
      ...plainRequest({ path: `/mq/req?id=${channel}` }),
      peer: {
        onAbort(callback: () => void) {
          goAway = callback;
        },
      },
    };
    const pending = core.dispatch('GET', '/mq/req').run(request);
    goAway();
    await pending;
    change(core, 'a');
    expect(idOf(await poll(core, channel))).toBe('a');
  });

  it.each([
    ['null', 'null', 'old'],
    ['yesterday', '3', 'old'],
    ['Thu, 01 Jan 2026 00:00:00 GMT', '"x"', 'held'],
    ['Thursday, 01-Jan-26 00:00:00 GMT', '0', 'held'],
    ['Thu Jan  1 00:00:00 2026', '0', 'held'],
    ['Wed, 31 Dec 2025 23:59:59 GMT', '99', 'old'],
    ['Fri, 02 Jan 2026 00:00:00 GMT', '0', 'held'],
  ])('with the cursor %s and %s gets %s', async (modifiedSince, noneMatch, outcome) => {
    const core = createQuatrix();
    const channel = await channelOf(core);
    change(core, 'old');
    const answer = call(core, {
      path: `/mq/req?id=${channel}`,
      headers: { 'if-modified-since': modifiedSince, 'if-none-match': noneMatch },
    });
    if (outcome === 'held') expect(await isHeld(answer)).toBe(true);
    else expect(idOf(await answer)).toBe(outcome);
  });

  it('stays held when what comes is not after its cursor', async () => {
    const core = createQuatrix();
    const channel = await channelOf(core);
    const answer = call(core, {
      path: `/mq/req?id=${channel}`,
      headers: { 'if-modified-since': 'Thu, 01 Jan 2026 00:00:05 GMT', 'if-none-match': '0' },
    });
    change(core, 'early');
    expect(await isHeld(answer)).toBe(true);
    core.world.clock.advance(6_000);
    change(core, 'late');
    expect(idOf(await answer)).toBe('late');
  });

  it.each([
    ['/mq/req', 11],
    ['/mq/req?id=', 11],
    ['/mq/req?ID=x', 11],
    [`/mq/req?id=${'x'.repeat(513)}`, 10],
  ])('%s is refused with 400', async (path, code) => {
    const answer = await call(createQuatrix(), { path });
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
  });

  it('takes the first of two ids and decodes it', async () => {
    const core = createQuatrix();
    const channel = await channelOf(core);
    change(core, 'a');
    const path = `/mq/req?id=${channel.replaceAll('-', '%2D')}&id=other`;
    expect(idOf(await call(core, { path }))).toBe('a');
  });
});

describe('what is kept', () => {
  it('is one hour', async () => {
    const core = createQuatrix();
    const channel = await channelOf(core);
    change(core, 'old');
    core.world.clock.advance(3_600_000);
    expect(await isHeld(poll(core, channel))).toBe(true);
  });

  it('is fifty messages, positions going on', async () => {
    const core = createQuatrix();
    const channel = await channelOf(core);
    for (let at = 0; at < 52; at += 1) change(core, String(at));
    const first = await poll(core, channel);
    expect(idOf(first)).toBe('2');
    expect(first.headers.Etag).toBe('2');
  });
});

describe('settings', () => {
  it.each([
    ['403', 70],
    ['404', 20],
  ])('unknownQueue %s refuses an id of nobody', async (unknownQueue, code) => {
    const core = createQuatrix({ unknownQueue });
    const answer = await poll(core, 'nobody');
    expect([String(answer.status), codeOf(answer)]).toEqual([unknownQueue, code]);
  });

  it('an id of nobody is held otherwise', async () => {
    const core = createQuatrix();
    const answer = poll(core, 'nobody');
    change(core, 'a');
    expect(await isHeld(answer)).toBe(true);
  });

  it('signedPoll wants a signature', async () => {
    const core = createQuatrix({ signedPoll: true });
    const token = await tokenOf(core);
    change(core, 'a');
    expect(codeOf(await poll(core, token))).toBe(11);
    const path = '/mq/req';
    const headers = callHeaders(token, path);
    expect(idOf(await call(core, { path: `${path}?id=${token}`, headers }))).toBe('a');
  });
});

describe('the trigger', () => {
  it('takes an account and a status', async () => {
    const core = createQuatrix();
    const channel = await channelOf(core);
    core.trigger({
      system: 'quatrix',
      event: 'x',
      affects: [user.login],
      data: [],
      account: 'other.quatrix.test',
    });
    core.trigger({
      system: 'quatrix',
      event: 'x',
      affects: [user.login],
      data: [],
      status: { errcode: 20, errmsg: 'gone' },
    });
    const first = await poll(core, channel);
    expect(first.json()).toMatchObject({ status: { errcode: 20, errmsg: 'gone' }, data: [] });
    expect(await isHeld(poll(core, channel, first))).toBe(true);
  });
});
