import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../mocks/engine/random.js';
import {
  addKey,
  addMessages,
  bounds,
  createState,
  type KeyRecord,
  type SealedMessage,
  type State,
} from '../../../mocks/systems/keyservice/state.js';

/** A state of its own; of the world's services it needs chance alone. */
function freshState(): State {
  return createState({ random: createRandom(1, 'keyservice') });
}

function add(state: State, token: string): KeyRecord {
  const parts = { publicKey: '', privateKey: null, privateKeyHash: null, created: 0 };
  return addKey(state, { token, ...parts });
}

/** A message of so many characters; the text is shared, so that a gigabyte costs nothing. */
function message(length: number): SealedMessage {
  return { data: 'x'.repeat(length), encryptionKey: '', hash: null, isFile: false, utf8: false };
}

const quarter = bounds.characters / 4;

describe('what a mock keeps', () => {
  it('is at most so many keys: the oldest goes for the newest', () => {
    const state = freshState();
    for (let at = 0; at <= bounds.keys; at += 1) add(state, `k${String(at)}`);
    expect(state.keys.size).toBe(bounds.keys);
    expect(state.keys.has('k0')).toBe(false);
    expect(state.keys.has('k1')).toBe(true);
    expect(state.keys.has(`k${String(bounds.keys)}`)).toBe(true);
  });

  it('is at most so much ciphertext: the oldest keys go, the one that is written to stays', () => {
    const state = freshState();
    const [oldest, other, newest] = ['a', 'b', 'c'].map((token) => add(state, token));
    if (oldest === undefined || other === undefined || newest === undefined) throw new Error();
    addMessages(state, oldest, [message(quarter)], 0);
    addMessages(state, other, [message(quarter)], 0);
    addMessages(state, newest, [message(quarter), message(quarter)], 0);
    expect([...state.keys.keys()]).toEqual(['a', 'b', 'c']);
    addMessages(state, oldest, [message(1)], 0);
    expect([...state.keys.keys()]).toEqual(['a', 'c']);
    expect(oldest.messages).toHaveLength(2);
  });

  it('takes no key for what an emptied mailbox once held', () => {
    const state = freshState();
    const [first, second] = ['a', 'b'].map((token) => add(state, token));
    if (first === undefined || second === undefined) throw new Error();
    addMessages(state, first, [message(quarter), message(quarter), message(quarter)], 0);
    first.messages.length = 0;
    addMessages(state, second, [message(quarter), message(quarter)], 0);
    expect([...state.keys.keys()]).toEqual(['a', 'b']);
  });

  it('lets the oldest messages of one mailbox go where it alone is too large', () => {
    const state = freshState();
    const key = add(state, 'a');
    for (let at = 0; at < 5; at += 1) addMessages(state, key, [message(quarter)], 0);
    expect(key.messages.map(({ id }) => id)).toEqual([2, 3, 4, 5]);
  });
});
