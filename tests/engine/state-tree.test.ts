import { describe, expect, it } from 'vitest';
import { LiveMap } from '../../mocks/engine/live.js';
import {
  removeState,
  setState,
  StateError,
  viewState,
  type StatePath,
} from '../../mocks/engine/state-tree.js';

function sample() {
  const account = { id: 'a', users: new Map<string, object>() };
  const user = { name: 'Ada', account, tags: new Set(['x', 'y']), key: Uint8Array.of(1, 255) };
  account.users.set('ada@example.com', user);
  return {
    accounts: [account],
    pairs: [['+1', { on: true }]],
    counts: new Map([[7, 1]]),
    live: new LiveMap([['s', () => 1]]),
    nothing: null,
  };
}

const toUser = ['accounts', 0, 'users', 'ada@example.com'] as const;

function valueAt(root: unknown, path: StatePath): unknown {
  const { kind, size, value } = viewState(root, path);
  return [kind, size, value];
}

describe('a look into a state', () => {
  it('shows one level: what holds others by its size, leaves by their value', () => {
    const { kind, size, entries } = viewState(sample(), toUser);
    expect([kind, size]).toEqual(['object', 4]);
    expect(entries.map(({ step, kind, size, value }) => [step, kind, size, value])).toEqual([
      ['name', 'text', 0, 'Ada'],
      ['account', 'object', 2, null],
      ['tags', 'set', 2, null],
      ['key', 'bytes', 2, '01ff'],
    ]);
  });

  it('follows objects that refer to each other as far as one likes', () => {
    const around = [...toUser, 'account', 'users', 'ada@example.com', 'name'];
    expect(valueAt(sample(), around)).toEqual(['text', 0, 'Ada']);
  });

  it('names a pair by its key, and finds keys that are numbers', () => {
    expect(viewState(sample(), ['pairs']).entries[0]?.key).toBe('+1');
    expect(valueAt(sample(), ['counts', '7'])).toEqual(['number', 0, 1]);
  });

  it('gives long lists by the hundred', () => {
    const list = Array.from({ length: 250 }, (_, at) => at);
    const second = viewState(list, [], 200);
    expect([second.size, second.entries.length, second.entries[0]?.value]).toEqual([250, 50, 200]);
    expect(viewState(list, []).entries).toHaveLength(100);
  });

  it.each([[['nobody']], [['accounts', 1]], [['__proto__']], [['accounts', 'length']]])(
    'leads nowhere at %j',
    (path) => {
      expect(() => viewState(sample(), path)).toThrow(StateError);
    },
  );

  it('shows a function as what it is, and does not let it be changed', () => {
    expect(viewState(sample(), ['live']).entries[0]).toMatchObject({
      kind: 'other',
      value: 'function',
      editable: false,
    });
  });
});

describe('a change of a state', () => {
  it('reaches everybody who refers to the same object', () => {
    const state = sample();
    setState(state, [...toUser, 'name'], 'Grace');
    expect(state.accounts[0]?.users.get('ada@example.com')).toMatchObject({ name: 'Grace' });
  });

  it('takes bytes in hexadecimal, entries of sets and maps, and a value for null', () => {
    const state = sample();
    setState(state, [...toUser, 'key'], '00AB');
    setState(state, [...toUser, 'tags', 0], 'z');
    setState(state, ['counts', '7'], 2);
    setState(state, ['nothing'], 'something');
    expect(valueAt(state, [...toUser, 'key'])).toEqual(['bytes', 2, '00ab']);
    expect(viewState(state, [...toUser, 'tags']).entries.map(({ value }) => value)).toEqual([
      'z',
      'y',
    ]);
    expect([state.counts.get(7), state.nothing]).toEqual([2, 'something']);
  });

  it.each([
    [['pairs', 0, 1, 'on'], 'yes'],
    [['counts', '7'], '2'],
    [[...toUser, 'name'], 5],
    [[...toUser, 'key'], 'abc'],
    [[...toUser, 'account'], 'x'],
    [['live', 's'], 'x'],
    [[], 'x'],
  ] as [StatePath, unknown][])('refuses at %j the value %j', (path, value) => {
    const state = sample();
    expect(() => {
      setState(state, path, value);
    }).toThrow(StateError);
    expect(viewState(state, toUser)).toEqual(viewState(sample(), toUser));
  });

  it('changes nothing that every world shares', () => {
    const state = { shared: Object.freeze({ id: 'a' }) };
    expect(() => {
      setState(state, ['shared', 'id'], 'b');
    }).toThrow('cannot be changed');
  });

  it('takes entries out of lists, maps and sets', () => {
    const state = sample();
    removeState(state, ['pairs', 0]);
    removeState(state, ['counts', '7']);
    removeState(state, [...toUser, 'tags', 0]);
    expect([state.pairs, state.counts.size]).toEqual([[], 0]);
    expect(viewState(state, [...toUser, 'tags']).entries.map(({ value }) => value)).toEqual(['y']);
    expect(() => {
      removeState(state, ['counts', '7']);
    }).toThrow(StateError);
  });
});
