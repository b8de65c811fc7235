import { empty } from '../../engine/http.js';
import { decodeWholeGroups, withoutPadding } from './base64.js';
import type { Behaviour } from './behaviour.js';
import { basicPart, readCredentials } from './credentials.js';
import { signalingKeyLength, splitSignalingKey } from './crypto/envelope.js';
import { documented } from './documented.js';
import {
  apnShape,
  confirmationShape,
  gcmShape,
  preKeysShape,
  queryShape,
  readObserved,
  readObservedMessages,
  refuseContentType,
} from './observed-bodies.js';
import { severalMessages, shortBody, shortCredentials, shortToken } from './observed-refusals.js';
import { bareRateLimited, bareUnauthorized, refuseWith, unauthorized } from './refusals.js';

/** Operations whose 401 was written by other code than that of the rest. */
const ownUnauthorized = new Set(['confirmVerificationCode', 'submitMessages']);

/** What the public server of December 2013 did, its known bugs included. */
export const observed: Behaviour = {
  ...documented,
  readConfirmation: (context) => readObserved(context, confirmationShape),
  readSignalingKey(text) {
    const bytes = text.length < 4 ? null : decodeWholeGroups(text);
    return bytes === null || bytes.length < signalingKeyLength ? null : splitSignalingKey(bytes);
  },
  servesPrintedPath: false,
  done: empty(204),

  wantedCredentials(header) {
    const part = basicPart(header, true);
    if (part !== null && part.length < 4) return refuseWith(shortCredentials);
    const given = readCredentials(part);
    const password = given?.password.split(':')[0] ?? '';
    return given === null || password === '' ? null : { number: given.number, password };
  },
  credentials: (header, context) =>
    readCredentials(basicPart(header, context.operation?.id === 'submitMessages')),
  authenticate(context) {
    const { operation } = context;
    // The framework matched the media type before it looked at credentials.
    if (operation?.bodyValidator !== null && operation?.id !== 'submitMessages') {
      refuseContentType(context);
    }
    return documented.authenticate(context);
  },
  unauthorized: (context) =>
    ownUnauthorized.has(context.operation?.id ?? '') ? bareUnauthorized : unauthorized,
  rateLimited: bareRateLimited,
  limits: { ...documented.limits, location: null },

  readApnRegistration: (context) => readObserved(context, apnShape),
  readGcmRegistration: (context) => readObserved(context, gcmShape),
  readPreKeyUpload: (context) => readObserved(context, preKeysShape),
  takePreKey(store) {
    const key = documented.takePreKey(store);
    // A bug until January 2014: without the flag the last-resort key went like any other.
    if (key !== null && key === store.lastResort && !key.lastResort) store.lastResort = null;
    return key;
  },
  preKeyAnswer: ({ keyId, publicKey, identityKey, lastResort }) => ({
    ...(keyId === 0 ? {} : { keyId }),
    publicKey,
    identityKey,
    ...(lastResort ? { lastResort } : {}),
  }),

  readDirectoryQuery: (context) => readObserved(context, queryShape),
  readToken(text) {
    const bare = withoutPadding(text);
    if (bare.length === 1) return refuseWith(shortToken);
    return /^[A-Za-z0-9+/]*$/.test(bare) ? bare : null;
  },

  readMessages: readObservedMessages,
  serveMessages(context, sender, messages) {
    // A bug until January 2014: the answer to several messages could not be built.
    if (messages.length > 1) return refuseWith(severalMessages);
    return documented.serveMessages(context, sender, messages);
  },
  decodeBody: (text) => (text.length < 4 ? refuseWith(shortBody) : decodeWholeGroups(text)),
  apnPayload: (envelope) => ({ aps: { alert: 'Message!' }, m: envelope }),

  allocationBody: (id, location) => `{"id":${id},"location":${JSON.stringify(location)}}`,
  takesUpload: (contentType) =>
    contentType?.split(';')[0]?.trim().toLowerCase() === 'application/octet-stream',
};
