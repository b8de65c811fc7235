import { text } from '../../../mocks/engine/http.js';
import type { Behaviour, Context } from '../../../mocks/systems/textsecure/behaviour.js';
import type { State } from '../../../mocks/systems/textsecure/state.js';
import { defineMutants } from '../../model.js';
import { answers, jsonAnswer, status } from './seams.js';

const id = (name: string): string => `textsecure.prekeys.${name}`;
const getPreKey = ['getPreKey'];

/** A tick, as a look-up in a database takes one. */
function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

/** Answers another status where a prekey is asked for without relay and not found. */
function notFound(to: number, when: (context: Context, number: string) => boolean) {
  return answers(getPreKey, (response, context) =>
    response.status === 404 &&
    context.request.query === '' &&
    when(context, context.params.number ?? '')
      ? text(to, 'nothing')
      : response,
  );
}

export const prekeyMutants = defineMutants<State, Behaviour>('textsecure', import.meta.url, [
  {
    name: 'upload-202',
    bug: 'An upload of prekeys answers 202.',
    breaks: [id('upload-accepted')],
    alsoBreaks: {
      'textsecure.generated.register-pre-keys-answers-as-described': 'the same status',
    },
    ...status(['registerPreKeys'], 200, 202),
  },
  {
    name: 'key-id-of-16-bits',
    bug: 'Key ids are kept in 16 bits.',
    breaks: [id('keys-returned-verbatim')],
    alsoBreaks: {
      [id('last-resort-after-one-time-keys')]: 'its id needs 24 bits',
      [id('last-resort-key-reusable')]: 'its id needs 24 bits',
      [id('new-upload-replaces-old')]: 'the last-resort key needs 24 bits',
    },
    behaviour: (base) => ({
      preKeyAnswer: (key) => base.preKeyAnswer({ ...key, keyId: key.keyId & 0xffff }),
    }),
  },
  {
    name: 'key-id-signed',
    bug: 'Key ids are read back as numbers of 24 bits with a sign.',
    breaks: [id('keys-returned-verbatim')],
    alsoBreaks: {
      [id('last-resort-after-one-time-keys')]: 'its id is 0xFFFFFF',
      [id('last-resort-key-reusable')]: 'its id is 0xFFFFFF',
      [id('new-upload-replaces-old')]: 'its last-resort id is 0xFFFFFF',
    },
    behaviour: (base) => ({
      preKeyAnswer: (key) => base.preKeyAnswer({ ...key, keyId: (key.keyId << 8) >> 8 }),
    }),
  },
  {
    name: 'key-id-as-text',
    bug: 'keyId is answered as text.',
    breaks: [id('keys-returned-verbatim')],
    alsoBreaks: {
      [id('key-id-zero')]: 'compares the number',
      [id('one-time-key-served-once')]: 'compares the number',
      [id('key-ids-scoped-to-account')]: 'compares the number',
      [id('last-resort-after-one-time-keys')]: 'compares the number',
      [id('last-resort-key-reusable')]: 'compares the number',
      [id('served-in-upload-order')]: 'compares the number',
      [id('new-upload-replaces-old')]: 'compares the number',
      [id('upload-credentials-required')]: 'compares the number',
      [id('get-credentials-required')]: 'compares the number',
      [id('missing-member-refused')]: 'compares the number',
      'textsecure.federation.relayed-prekey': 'wants a number',
      'textsecure.federation.unknown-relay': 'compares the number',
      'textsecure.generated.get-pre-key-answers-as-described': 'wants a number',
    },
    ...jsonAnswer(getPreKey, (value) => ({ ...value, keyId: String(value.keyId) })),
  },
  {
    name: 'keys-exchanged',
    bug: 'Public key and identity key are exchanged.',
    breaks: [id('keys-returned-verbatim')],
    alsoBreaks: {
      [id('key-id-zero')]: 'compares the public key',
      [id('key-ids-scoped-to-account')]: 'compares the keys',
      [id('last-resort-after-one-time-keys')]: 'compares the public key',
      [id('last-resort-key-reusable')]: 'compares the keys',
      [id('new-upload-replaces-old')]: 'compares the keys',
      [id('upload-credentials-required')]: 'compares the keys',
      [id('get-credentials-required')]: 'compares the keys',
      [id('missing-member-refused')]: 'compares the keys',
      'textsecure.registration.reregistration-keeps-prekeys': 'compares the public key',
    },
    behaviour: (base) => ({
      preKeyAnswer: (key) =>
        base.preKeyAnswer({ ...key, publicKey: key.identityKey, identityKey: key.publicKey }),
    }),
  },
  {
    name: 'keys-url-safe',
    bug: 'Keys are answered in the URL-safe alphabet.',
    breaks: [id('keys-returned-verbatim')],
    alsoBreaks: {
      [id('key-id-zero')]: 'compares the text where it holds a slash or a plus',
      [id('key-ids-scoped-to-account')]: 'compares the text',
      [id('last-resort-after-one-time-keys')]: 'compares the text',
      [id('last-resort-key-reusable')]: 'compares the text',
      [id('new-upload-replaces-old')]: 'compares the text',
      [id('upload-credentials-required')]: 'compares the text',
      [id('get-credentials-required')]: 'compares the text',
      [id('missing-member-refused')]: 'compares the text',
      'textsecure.registration.reregistration-keeps-prekeys': 'compares the text',
      'textsecure.generated.get-pre-key-answers-as-described': 'wants the standard alphabet',
    },
    ...jsonAnswer(getPreKey, (value) => ({
      ...value,
      publicKey: String(value.publicKey).replaceAll('+', '-').replaceAll('/', '_'),
      identityKey: String(value.identityKey).replaceAll('+', '-').replaceAll('/', '_'),
    })),
  },
  {
    name: 'every-third-key-twice',
    bug: 'Every third one-time key is handed out twice.',
    breaks: [id('one-time-key-served-once')],
    alsoBreaks: {
      [id('concurrent-requests-get-distinct-keys')]: 'six keys of ten hold a third one',
      'textsecure.ratelimit.refused-prekey-not-consumed': 'counts the keys',
    },
    behaviour: (base) => {
      const repeated = new Set<object>();
      return {
        takePreKey(store) {
          const key = base.takePreKey(store);
          if (key !== null && store.next % 3 === 0 && store.next > 0 && !repeated.has(key)) {
            repeated.add(key);
            if (key !== store.lastResort) store.next -= 1;
          }
          return key;
        },
      };
    },
  },
  {
    name: 'key-for-each-caller',
    bug: 'Every caller is handed the keys from the first one on.',
    breaks: [id('one-time-key-served-once')],
    alsoBreaks: {
      [id('concurrent-requests-get-distinct-keys')]: 'has two callers',
      [id('last-resort-key-reusable')]: 'its second caller gets a one-time key',
      'textsecure.ratelimit.refused-prekey-not-consumed': 'its second caller gets the first key',
    },
    behaviour: (base) => {
      const served = new Map<string, number>();
      let reader = '';
      return {
        authenticate: (context) => {
          const account = base.authenticate(context);
          reader = account.number;
          return account;
        },
        takePreKey(store) {
          const place = `${reader} ${store.lastResort?.publicKey ?? ''}`;
          store.next = served.get(place) ?? 0;
          const key = base.takePreKey(store);
          served.set(place, store.next);
          return key;
        },
      };
    },
  },
  {
    name: 'key-read-then-removed',
    bug: 'A key is read first and removed a moment later: two requests at once get the same.',
    breaks: [id('concurrent-requests-get-distinct-keys')],
    handlers: {
      getPreKey: (next) => async (context) => {
        const { behaviour, state } = context;
        const store = state.preKeys.get(behaviour.preKeyOwner(context.param('number')));
        const seen = store?.next;
        await tick();
        const response = await next(context);
        if ('kind' in response || response.status !== 200 || store === undefined) return response;
        const key = seen === undefined ? undefined : store.oneTime[seen];
        return key === undefined || context.request.query !== ''
          ? response
          : { ...response, body: JSON.stringify(behaviour.preKeyAnswer(key)) };
      },
    },
  },
  {
    name: 'keys-filed-under-cut-number',
    bug: 'Keys are filed under the number without its last two digits.',
    breaks: [id('key-ids-scoped-to-account')],
    alsoBreaks: {
      [id('unknown-number-404')]: 'its numbers differ in the last digits only',
      [id('no-keys-404')]: 'its numbers differ in the last digits only',
    },
    behaviour: () => ({ preKeyOwner: (number) => number.slice(0, -2) }),
  },
  {
    name: 'last-resort-key-first',
    bug: 'The last-resort key is handed out before the last one-time key.',
    breaks: [id('last-resort-after-one-time-keys')],
    alsoBreaks: {
      [id('keys-returned-verbatim')]: 'takes all one-time keys',
      [id('key-ids-scoped-to-account')]: 'takes all one-time keys',
      [id('served-in-upload-order')]: 'takes all one-time keys',
    },
    behaviour: (base) => {
      const given = new WeakSet();
      return {
        takePreKey(store) {
          const last = store.next === store.oneTime.length - 1;
          if (!last || store.oneTime.length < 2 || given.has(store)) return base.takePreKey(store);
          given.add(store);
          return store.lastResort;
        },
      };
    },
  },
  {
    name: 'last-resort-key-never',
    bug: 'The last-resort key is stored and never handed out.',
    breaks: [id('last-resort-after-one-time-keys')],
    alsoBreaks: {
      [id('last-resort-key-reusable')]: 'never sees it, or cannot be judged',
      [id('new-upload-replaces-old')]: 'likewise',
    },
    behaviour: (base) => ({
      takePreKey: (store) => (store.next < store.oneTime.length ? base.takePreKey(store) : null),
    }),
  },
  {
    name: 'last-one-time-key-again',
    bug: 'When the one-time keys are used up, the last of them is handed out again.',
    breaks: [id('last-resort-after-one-time-keys')],
    alsoBreaks: {
      [id('last-resort-key-reusable')]: 'wants the last-resort key',
      [id('new-upload-replaces-old')]: 'wants the last-resort key',
    },
    behaviour: (base) => ({
      takePreKey: (store) =>
        store.next < store.oneTime.length
          ? base.takePreKey(store)
          : (store.oneTime.at(-1) ?? store.lastResort),
    }),
  },
  {
    name: 'last-resort-key-consumed',
    bug: 'The last-resort key is used up like any other.',
    breaks: [id('last-resort-key-reusable')],
    behaviour: (base) => ({
      takePreKey(store) {
        const key = base.takePreKey(store);
        if (key === store.lastResort) store.lastResort = null;
        return key;
      },
    }),
  },
  {
    name: 'last-resort-key-twice',
    bug: 'The last-resort key is handed out twice at most.',
    breaks: [id('last-resort-key-reusable')],
    behaviour: (base) => {
      const uses = new WeakMap<object, number>();
      return {
        takePreKey(store) {
          const key = base.takePreKey(store);
          if (key === null || key !== store.lastResort) return key;
          uses.set(key, (uses.get(key) ?? 0) + 1);
          if (uses.get(key) === 2) store.lastResort = null;
          return key;
        },
      };
    },
  },
  {
    name: 'keys-last-in-first-out',
    bug: 'The key that was uploaded last is handed out first.',
    breaks: [id('served-in-upload-order')],
    behaviour: () => ({
      storeAfterUpload: (_previous, fresh) => ({ ...fresh, oneTime: [...fresh.oneTime].reverse() }),
    }),
  },
  {
    name: 'keys-by-id',
    bug: 'Keys are handed out in the order of their ids.',
    breaks: [id('served-in-upload-order')],
    behaviour: () => ({
      storeAfterUpload: (_previous, fresh) => ({
        ...fresh,
        oneTime: [...fresh.oneTime].sort((a, b) => a.keyId - b.keyId),
      }),
    }),
  },
  {
    name: 'upload-adds',
    bug: 'An upload adds to the keys stored before.',
    breaks: [id('new-upload-replaces-old')],
    behaviour: () => ({
      storeAfterUpload: (previous, fresh) => ({
        ...fresh,
        oneTime: [...(previous?.oneTime.slice(previous.next) ?? []), ...fresh.oneTime],
      }),
    }),
  },
  {
    name: 'first-last-resort-key-stays',
    bug: 'The first last-resort key stays for ever.',
    breaks: [id('new-upload-replaces-old')],
    behaviour: () => ({
      storeAfterUpload: (previous, fresh) => ({
        ...fresh,
        lastResort: previous?.lastResort ?? fresh.lastResort,
      }),
    }),
  },
  {
    name: 'unknown-number-204',
    bug: 'A prekey of an unknown number answers 204.',
    breaks: [id('unknown-number-404')],
    ...notFound(204, (context, number) => !context.state.accounts.has(number)),
  },
  {
    name: 'pending-number-403',
    bug: 'A prekey of a number with a pending code answers 403.',
    breaks: [id('unknown-number-404')],
    ...notFound(
      403,
      ({ state }, number) => !state.accounts.has(number) && state.pending.has(number),
    ),
  },
  {
    name: 'no-keys-204',
    bug: 'A prekey of an account without keys answers 204.',
    breaks: [id('no-keys-404')],
    ...notFound(204, ({ state }, number) => state.accounts.has(number)),
  },
  {
    name: 'no-keys-made-up',
    bug: 'For an account without keys an empty one is made up.',
    breaks: [id('no-keys-404')],
    ...answers(getPreKey, (response, context) =>
      response.status === 404 &&
      context.request.query === '' &&
      context.state.accounts.has(context.params.number ?? '')
        ? {
            status: 200,
            headers: { 'Content-Type': 'application/json' },
            body: '{"keyId":0,"publicKey":"","identityKey":""}',
          }
        : response,
    ),
  },
]);
