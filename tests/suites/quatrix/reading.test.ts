import { describe, expect, it } from 'vitest';
import { Exchange } from '../../../suites/engine/exchange.js';
import { channelOf } from '../../../suites/quatrix/channel.js';
import { cursorHeaders, cursorOf, isHttpDate } from '../../../suites/quatrix/cursor.js';
import { brings, notificationsOf, tellsOf } from '../../../suites/quatrix/notification.js';
import { isEmptyAnswer, isRefusedPoll } from '../../../suites/quatrix/poll.js';
import { timesOf } from '../../../suites/quatrix/times.js';

function answer(status: number, body = '', headers: [string, string][] = []): Exchange {
  const request = { method: 'GET', url: 'http://target.test/mq/req', headers: {}, body: null };
  return new Exchange('x', request, status, headers, Buffer.from(body), null, [], 1);
}

describe('a cursor', () => {
  it('is both headers or nothing, and goes back verbatim', () => {
    const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
    const both = answer(200, '', [
      ['last-modified', date],
      ['etag', '"3"'],
    ]);
    expect(cursorHeaders(cursorOf(both))).toEqual({
      'If-Modified-Since': date,
      'If-None-Match': '"3"',
    });
    expect(cursorOf(answer(200, '', [['etag', '3']]))).toBeNull();
    expect(cursorHeaders(null)).toEqual({});
  });

  it.each([
    ['Thu, 01 Jan 2026 00:00:00 GMT', true],
    ['Thursday, 01-Jan-26 00:00:00 GMT', true],
    ['Thu Jan  1 00:00:00 2026', true],
    ['2026-01-01T00:00:00Z', false],
    ['Thu, 1 Jan 2026 00:00:00 GMT', false],
    ['null', false],
  ])('date %s: %s', (text, right) => {
    expect(isHttpDate(text)).toBe(right);
  });
});

describe('an answer to a poll', () => {
  it.each([
    [304, '', true, false],
    [408, '', true, false],
    [204, '', true, false],
    [200, '', true, false],
    [200, '{}', false, false],
    [409, '', false, false],
    [404, '', false, true],
    [302, '', false, true],
    [500, '', false, true],
  ])('%i with %j: empty %s, refused %s', (status, body, empty, refused) => {
    expect(isEmptyAnswer(answer(status, body))).toBe(empty);
    expect(isRefusedPoll(answer(status, body))).toBe(refused);
  });

  it('is taken apart when it is an array, and known by its id when it cannot be read', () => {
    const one = { data: [{ id: 'a' }] };
    const all = notificationsOf(answer(200, JSON.stringify([one, 5, { data: { id: 'b' } }])));
    expect(all).toHaveLength(2);
    expect(all?.map((entry) => tellsOf(entry, 'a'))).toEqual([true, false]);
    expect(all?.map((entry) => tellsOf(entry, 'b'))).toEqual([false, true]);
    expect(notificationsOf(answer(200, 'callback({})'))).toBeNull();
    expect(brings(answer(200, 'callback({"id":"a"})'), 'a')).toBe(true);
    expect(brings(answer(200, '{"data":[{"name":"a"}]}'), 'a')).toBe(false);
  });
});

describe('a channel', () => {
  it.each([
    [{ channel: 'a', channel_id: 'b' }, 'a'],
    [{ channel_id: 'b' }, 'b'],
    [{ channel: 17 }, '17'],
    [{ channel: '', channel_id: 'b' }, 'b'],
    [{ channel: null }, null],
    [{}, null],
  ])('of %j is %j', (profile, channel) => {
    expect(channelOf(profile)).toBe(channel);
  });
});

describe('the waits', () => {
  it('are those of the catalogue at the usual patience', () => {
    expect(timesOf({ patienceMs: 5_000 })).toMatchObject({
      delivery: 8_000,
      quiet: 1_500,
      held: 2_000,
      prompt: 2_000,
      drained: 500,
    });
    expect(timesOf({ patienceMs: 60_000 })).toEqual(timesOf({ patienceMs: 5_000 }));
  });

  it('shrink with the patience of the run, in their order', () => {
    const short = timesOf({ patienceMs: 400 });
    expect(short.shortHold).toBeLessThan(short.held);
    expect(short.prompt).toBeLessThan(short.delivery);
    expect(short.quiet).toBeLessThan(short.delivery);
  });
});
