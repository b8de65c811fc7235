import { sha1 } from '@noble/hashes/legacy.js';
import { text } from '../../../mocks/engine/http.js';
import { encodeUnpadded } from '../../../mocks/systems/textsecure/base64.js';
import type { Behaviour, Schemas } from '../../../mocks/systems/textsecure/behaviour.js';
import { refuseWith } from '../../../mocks/systems/textsecure/refusals.js';
import type { State } from '../../../mocks/systems/textsecure/state.js';
import { defineMutants } from '../../model.js';
import { answers, around, jsonAnswer, open } from './seams.js';

const id = (name: string): string => `textsecure.directory.${name}`;
const intersection = ['getContactIntersection'];

type Contacts = { contacts?: Schemas['Contact'][] };

/** Every check that cannot work with wrong tokens, and says so. */
const wrongTokens = {
  [id('token-echoed-unpadded')]: 'cannot be judged without a contact',
  [id('padded-token-accepted')]: 'finds no contact',
  [id('push-id-needed')]: 'finds no contact',
  [id('single-contact-lookup')]: 'finds no contact',
  'textsecure.registration.failed-confirmation-keeps-account': 'finds no contact',
  'textsecure.push.not-registered-id-cleared': 'finds no contact',
  'textsecure.generated.get-contact-answers-as-described': 'finds no contact',
};

export const directoryMutants = defineMutants<State, Behaviour>('textsecure', import.meta.url, [
  {
    name: 'two-contacts-at-most',
    bug: 'Only two contacts are answered.',
    breaks: [id('registered-number-found')],
    ...jsonAnswer(intersection, (value: Contacts) => ({ contacts: value.contacts?.slice(0, 2) })),
  },
  {
    name: 'token-without-plus',
    bug: 'The token is made of the number without its plus.',
    breaks: [id('registered-number-found')],
    alsoBreaks: wrongTokens,
    behaviour: (base) => ({ tokenOf: (number) => base.tokenOf(number.slice(1)) }),
  },
  {
    name: 'token-of-last-bytes',
    bug: 'The token is the end of the hash.',
    breaks: [id('registered-number-found')],
    alsoBreaks: wrongTokens,
    behaviour: () => ({
      tokenOf: (number) => encodeUnpadded(sha1(new TextEncoder().encode(number)).slice(-10)),
    }),
  },
  {
    name: 'token-of-nine-bytes',
    bug: 'Only nine bytes of a token are compared.',
    breaks: [id('unregistered-token-omitted')],
    behaviour: (base) => ({
      accountByToken: (state, token) =>
        base.accountByToken(state, token) ??
        [...state.accounts.values()].find((account) =>
          account.token.startsWith(token.slice(0, 12)),
        ),
      contactOf: (account) => base.contactOf(account),
    }),
  },
  {
    name: 'all-tokens-listed',
    bug: 'Every token that is asked for is listed.',
    breaks: [id('unregistered-token-omitted'), id('unconfirmed-number-omitted')],
    alsoBreaks: {
      [id('push-id-needed')]: 'asks for a number that is not listed',
      'textsecure.registration.reregistration-drops-push-id': 'asks for a number not listed',
      'textsecure.push.id-deleted': 'asks for a number that is not listed',
      'textsecure.push.not-registered-id-cleared': 'asks for a number that is not listed',
    },
    ...around('getContactIntersection', (next, context) => {
      const response = next(context);
      if (response.status !== 200) return response;
      const listed = JSON.parse(String(response.body)) as Contacts;
      const known = new Map(listed.contacts?.map((contact) => [contact.token, contact]));
      const asked = (context.parsed() as { contacts: string[] }).contacts;
      const tokens = asked.map((token) => token.replace(/=+$/, ''));
      const contacts = tokens.map((token) => known.get(token) ?? { token });
      return { ...response, body: JSON.stringify({ contacts }) };
    }),
  },
  {
    name: 'pending-number-listed',
    bug: 'A number that asked for a code is a contact.',
    breaks: [id('unconfirmed-number-omitted')],
    behaviour: (base) => ({
      accountByToken(state, token) {
        const account = base.accountByToken(state, token);
        if (account !== undefined) return account;
        const number = [...state.pending.keys()].find((pending) => base.tokenOf(pending) === token);
        if (number === undefined) return undefined;
        return {
          number,
          token,
          passwordDigest: new Uint8Array(0),
          signalingKey: null,
          supportsSms: false,
          push: [{ channel: 'gcm', id: 'none' }],
        };
      },
    }),
  },
  {
    name: 'token-padded-in-answer',
    bug: 'Tokens are answered with padding.',
    breaks: [id('token-echoed-unpadded')],
    alsoBreaks: {
      [id('padded-token-accepted')]: 'wants the unpadded token',
      'textsecure.generated.get-contact-answers-as-described': 'wants the unpadded token',
      'textsecure.generated.get-contact-intersection-answers-as-described': 'likewise',
    },
    behaviour: (base) => ({
      contactOf: (account) => ({ ...base.contactOf(account), token: `${account.token}==` }),
    }),
  },
  {
    name: 'malformed-tokens-ignored',
    bug: 'A malformed token counts as one that nobody has.',
    breaks: [id('malformed-token-400'), id('malformed-token-among-good-400')],
    behaviour: (base) => ({ readToken: (token) => base.readToken(token) ?? 'none' }),
  },
  {
    name: 'malformed-tokens-skipped-among-good',
    bug: 'Malformed tokens are skipped as long as one is good.',
    breaks: [id('malformed-token-among-good-400')],
    behaviour: (base) => ({
      readTokens(texts, behaviour) {
        const good = texts.filter((token) => behaviour.readToken(token) !== null);
        return base.readTokens(good.length === 0 ? texts : good, behaviour);
      },
    }),
  },
  {
    name: 'last-token-not-checked',
    bug: 'Off by one: the last of several tokens is not looked at.',
    breaks: [id('malformed-token-among-good-400')],
    behaviour: (base) => ({
      readTokens: (texts, behaviour) =>
        texts.length < 2
          ? base.readTokens(texts, behaviour)
          : [
              ...base.readTokens(texts.slice(0, -1), behaviour),
              behaviour.readToken(texts.at(-1) ?? '') ?? 'none',
            ],
    }),
  },
  {
    name: 'only-ends-checked',
    bug: 'Only the first and the last token are looked at.',
    breaks: [id('malformed-token-among-good-400')],
    behaviour: (base) => ({
      readTokens: (texts, behaviour) =>
        texts.map((token, index) =>
          index > 0 && index < texts.length - 1
            ? (behaviour.readToken(token) ?? 'none')
            : (base.readTokens([token], behaviour)[0] ?? 'none'),
        ),
    }),
  },
  {
    name: 'malformed-token-415',
    bug: 'A malformed token answers 415.',
    breaks: [id('malformed-token-400'), id('malformed-token-among-good-400')],
    alsoBreaks: { [id('short-token-400')]: 'wants 400 for another malformed token' },
    ...answers(intersection, (response) =>
      response.status === 400 ? { ...response, status: 415 } : response,
    ),
  },
  {
    name: 'supports-sms-always',
    bug: 'Every contact supports SMS.',
    breaks: [id('supports-sms-reported')],
    behaviour: (base) => ({
      contactOf: (account) => base.contactOf({ ...account, supportsSms: true }),
    }),
  },
  {
    name: 'supports-sms-never',
    bug: 'supportsSms is not shown.',
    breaks: [id('supports-sms-reported')],
    behaviour: () => ({ contactOf: ({ token }) => ({ token }) }),
  },
  {
    name: 'supports-sms-of-the-caller',
    bug: 'supportsSms is that of whoever asks.',
    breaks: [id('supports-sms-reported')],
    behaviour: (base) => {
      let able = false;
      return {
        authenticate(context) {
          const account = base.authenticate(context);
          able = account.supportsSms;
          return account;
        },
        contactOf: (account) => base.contactOf({ ...account, supportsSms: able }),
      };
    },
  },
  {
    name: 'all-accounts-listed',
    bug: 'Accounts without a push id are listed.',
    breaks: [
      id('push-id-needed'),
      'textsecure.push.id-deleted',
      'textsecure.push.not-registered-id-cleared',
      'textsecure.registration.reregistration-drops-push-id',
    ],
    behaviour: () => ({ isListed: () => true }),
  },
  {
    name: 'only-gcm-accounts-listed',
    bug: 'Accounts with an APN id are not listed.',
    breaks: [id('push-id-needed')],
    behaviour: () => ({ isListed: ({ push }) => push.some(({ channel }) => channel === 'gcm') }),
  },
  {
    name: 'lookup-always-found',
    bug: 'A single look-up finds every token.',
    breaks: [id('single-contact-lookup')],
    ...answers(['getContact'], (response, context) =>
      response.status === 404
        ? {
            status: 200,
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ token: context.params.token }),
          }
        : response,
    ),
  },
  {
    name: 'lookup-as-a-list',
    bug: 'A single look-up answers a list.',
    breaks: [id('single-contact-lookup')],
    alsoBreaks: {
      'textsecure.generated.get-contact-answers-as-described': 'wants one contact',
    },
    ...jsonAnswer(['getContact'], (value) => ({ contacts: [value] })),
  },
  {
    name: 'lookup-without-credentials',
    bug: 'A single look-up needs no credentials.',
    breaks: [id('single-contact-lookup')],
    alsoBreaks: { 'textsecure.generated.get-contact-credentials-refused': 'leaves them out too' },
    ...open('getContact'),
  },
  {
    name: 'padded-token-refused',
    bug: 'A token with padding is malformed.',
    breaks: [id('padded-token-accepted')],
    behaviour: (base) => ({
      readToken: (token) => (token.endsWith('=') ? null : base.readToken(token)),
    }),
  },
  {
    name: 'padded-token-not-found',
    bug: 'A token with padding is compared as it is, and found nowhere.',
    breaks: [id('padded-token-accepted')],
    behaviour: (base) => ({
      readToken: (token) => (token.endsWith('=') ? token : base.readToken(token)),
    }),
  },
  {
    name: 'one-token-at-a-time',
    bug: 'A query for several tokens is refused.',
    breaks: [id('registered-number-found')],
    alsoBreaks: {
      [id('unregistered-token-omitted')]: 'asks for four tokens',
      [id('supports-sms-reported')]: 'asks for three tokens',
      'textsecure.federation.directory-names-relay': 'asks for two tokens',
    },
    behaviour: (base) => ({
      readTokens: (texts, behaviour) =>
        texts.length > 1
          ? refuseWith(text(400, 'one at a time'))
          : base.readTokens(texts, behaviour),
    }),
  },
]);
