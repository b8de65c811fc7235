import { describe, expect, it } from 'vitest';
import { createInbox, type Inbox, type OutboundMessage } from '../../mocks/engine/inbox.js';

const instant = Date.parse('2026-01-01T00:00:00Z');

function inboxOf(capacity?: number): Inbox {
  const normalize = (system: string, channel: string, recipient: string): string =>
    system === 'mailer' && channel === 'email' ? recipient.toLowerCase() : recipient;
  return createInbox(() => instant, normalize, capacity);
}

function message(overrides: Partial<OutboundMessage> = {}): OutboundMessage {
  return {
    system: 'phone',
    channel: 'sms',
    recipient: '+15550000001',
    code: '123456',
    subject: null,
    body: 'Your code is 123456',
    payload: null,
    ...overrides,
  };
}

function codes(inbox: Inbox, query: Parameters<Inbox['list']>[0]): (string | null)[] {
  return inbox.list(query).map((entry) => entry.code);
}

describe('the inbox', () => {
  it('keeps a message with its id and time, and nothing lost', () => {
    const inbox = inboxOf();
    inbox.add(message());
    expect(inbox.list({})).toEqual([
      { ...message(), id: '1', receivedAt: '2026-01-01T00:00:00.000Z' },
    ]);
    expect(inbox.cursor()).toBe('1');
  });

  it('starts with the cursor 0', () => {
    expect(inboxOf().cursor()).toBe('0');
    expect(inboxOf().list({ after: '0' })).toEqual([]);
  });

  it('filters by system, channel and recipient, each for itself and together', () => {
    const inbox = inboxOf();
    inbox.add(message({ code: 'a' }));
    inbox.add(message({ code: 'b', channel: 'voice' }));
    inbox.add(message({ code: 'c', recipient: '+1' }));
    inbox.add(message({ code: 'd', system: 'mailer', channel: 'email', recipient: 'x@y.test' }));
    expect(codes(inbox, {})).toEqual(['a', 'b', 'c', 'd']);
    expect(codes(inbox, { system: 'phone' })).toEqual(['a', 'b', 'c']);
    expect(codes(inbox, { channel: 'voice' })).toEqual(['b']);
    expect(codes(inbox, { recipient: '+1' })).toEqual(['c']);
    expect(codes(inbox, { system: 'phone', channel: 'sms', recipient: '+15550000001' })).toEqual([
      'a',
    ]);
    expect(codes(inbox, { channel: 'pigeon' })).toEqual([]);
  });

  it('compares recipients as their system does, on both sides', () => {
    const inbox = inboxOf();
    inbox.add(message({ system: 'mailer', channel: 'email', recipient: 'Ann@Y.test', code: 'm' }));
    inbox.add(message({ recipient: 'Ann@Y.test', code: 'p' }));
    expect(codes(inbox, { recipient: 'aNN@y.TEST' })).toEqual(['m']);
    expect(codes(inbox, { recipient: 'Ann@Y.test' })).toEqual(['m', 'p']);
  });

  it('gives only what is newer than the cursor', () => {
    const inbox = inboxOf();
    inbox.add(message({ code: 'old' }));
    const after = inbox.cursor();
    inbox.add(message({ code: 'new' }));
    expect(codes(inbox, { after })).toEqual(['new']);
    expect(codes(inbox, { after: inbox.cursor() })).toEqual([]);
    expect(codes(inbox, { after: '99' })).toEqual([]);
  });

  it.each(['', 'x', '-5', '0.5', 'Infinity'])(
    'takes the cursor %j, which it never gave, for the start',
    (after) => {
      const inbox = inboxOf();
      inbox.add(message({ code: 'a' }));
      expect(codes(inbox, { after })).toEqual(['a']);
    },
  );

  it('drops the oldest beyond its capacity and keeps cursors right', () => {
    const inbox = inboxOf(10);
    for (let at = 1; at <= 1_500; at += 1) inbox.add(message({ code: String(at) }));
    const kept = inbox.list({});
    expect(kept.length).toBeLessThanOrEqual(1_010);
    expect(kept.at(-1)?.code).toBe('1500');
    expect(kept[0]?.id).toBe(kept[0]?.code);
    expect(codes(inbox, { after: '1498' })).toEqual(['1499', '1500']);
    expect(codes(inbox, { after: '1' })).toEqual(codes(inbox, {}));
  });

  it('counts on after it was cleared, so that an old cursor hides nothing new', () => {
    const inbox = inboxOf();
    inbox.add(message());
    inbox.add(message());
    const cursor = inbox.cursor();
    inbox.clear();
    expect(inbox.list({})).toEqual([]);
    inbox.add(message({ code: 'fresh' }));
    expect(codes(inbox, { after: cursor })).toEqual(['fresh']);
    expect(inbox.cursor()).toBe('3');
  });
});

describe('next', () => {
  it('gives the first message that fits at once', async () => {
    const inbox = inboxOf();
    inbox.add(message({ code: 'a' }));
    inbox.add(message({ code: 'b' }));
    expect((await inbox.next({})).code).toBe('a');
    expect((await inbox.next({ after: '1' })).code).toBe('b');
  });

  it('waits for one that fits and lets others pass', async () => {
    const inbox = inboxOf();
    const waiting = inbox.next({ channel: 'email' });
    inbox.add(message({ code: 'sms' }));
    inbox.add(message({ channel: 'email', code: 'mail' }));
    inbox.add(message({ channel: 'email', code: 'later' }));
    expect((await waiting).code).toBe('mail');
  });

  it('resolves every waiter whose query fits', async () => {
    const inbox = inboxOf();
    const both = Promise.all([inbox.next({}), inbox.next({ system: 'phone' })]);
    inbox.add(message({ code: 'one' }));
    expect((await both).map((entry) => entry.code)).toEqual(['one', 'one']);
  });
});
