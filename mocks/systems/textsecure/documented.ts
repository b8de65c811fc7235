import { empty } from '../../engine/http.js';
import { decodeBase64, encodeBase64 } from './base64.js';
import type { Behaviour, Context, LimitName, Schemas, Transport } from './behaviour.js';
import {
  basicPart,
  digestPassword,
  equalBytes,
  equalTexts,
  readCredentials,
} from './credentials.js';
import {
  encryptSignal,
  envelopeMac,
  signalingKeyLength,
  splitSignalingKey,
} from './crypto/envelope.js';
import { directoryToken, readDirectoryToken } from './crypto/token.js';
import { deliverMessage } from './delivery.js';
import { peer } from './federation.js';
import {
  malformedCredentials,
  rateLimited,
  refusals,
  refuseWith,
  unauthorized,
} from './refusals.js';
import type { Account } from './state.js';

/** E.164 with its plus, at least ten digits (observed in the public server). */
const numberPattern = /^\+[0-9]{10,}$/;

const transports: ReadonlySet<string> = new Set<Transport>(['sms', 'voice']);

/** Largest id of an attachment: the public server drew positive numbers of 63 bits. */
const largestAttachmentId = 2n ** 63n - 1n;

const confirmations = new Set(['confirmVerificationCode', 'confirmVerificationCodeAsPrinted']);

/** Follows the page; where it is silent, or wrong about what clients need, it serves clients. */
export const documented: Behaviour = {
  isNumber: (text) => numberPattern.test(text),
  transportOf: (word) => (transports.has(word) ? (word as Transport) : null),
  newCode: (random) => String(100_000 + random.integer(900_000)),
  codesAfterRequest: (_pending, fresh) => [fresh],
  codesFor: (state, number) => state.pending.get(number) ?? [],
  codeMatches: equalTexts,
  readConfirmation: (context) => context.json<Schemas['Confirmation']>(),
  readSignalingKey(text) {
    const bytes = decodeBase64(text);
    return bytes?.length === signalingKeyLength
      ? splitSignalingKey(bytes)
      : refuseWith(refusals.signalingKey);
  },
  accountAfterConfirmation: (_previous, fresh) => fresh,
  servesPrintedPath: true,
  done: empty(200),

  wantedCredentials: (header) => readCredentials(basicPart(header, false)),
  credentials: (header) => readCredentials(basicPart(header, false)),
  passwordDigest: digestPassword,
  passwordMatches(account, password, { behaviour, state }) {
    // A client sends the same password with every request: it is digested once.
    const known = state.verifiedPasswords.get(account);
    if (known !== undefined && equalTexts(known, password)) return true;
    const digest = behaviour.passwordDigest(state.salt, password);
    if (!equalBytes(account.passwordDigest, digest)) return false;
    state.verifiedPasswords.set(account, password);
    return true;
  },
  authenticate,
  unauthorized: (context) =>
    confirmations.has(context.operation?.id ?? '') ? malformedCredentials : unauthorized,
  rateLimited,
  limits: {
    smsCode: { size: 2, perMinute: 2 },
    voiceCode: { size: 2, perMinute: 0.5 },
    confirmation: { size: 2, perMinute: 2 },
    preKey: { size: 3, perMinute: 0.1 },
    messages: { size: 60, perMinute: 60 },
    allocation: { size: 50, perMinute: 50 },
    location: { size: 50, perMinute: 50 },
    directory: { size: 50_000, perMinute: 50_000 },
  },
  limitKey: (name: LimitName, parts) => `${name} ${parts.join(' ')}`,

  readApnRegistration: (context) => context.json<Schemas['ApnRegistration']>(),
  readGcmRegistration: (context) => context.json<Schemas['GcmRegistration']>(),
  pushAfterStoring: (_current, fresh) => [fresh],
  pushAfterRemoval: (current, channel) => current.filter((target) => target.channel !== channel),
  accountAfterNotRegistered: (account, target) => ({
    ...account,
    push: account.push.filter((entry) => entry !== target),
  }),

  readPreKeyUpload,
  preKeyOwner: (number) => number,
  storeAfterUpload: (_previous, fresh) => fresh,
  takePreKey(store) {
    const key = store.oneTime[store.next];
    if (key === undefined) return store.lastResort;
    store.next += 1;
    return key;
  },
  preKeyAnswer: ({ keyId, publicKey, identityKey }) => ({ keyId, publicKey, identityKey }),

  readDirectoryQuery: (context) => context.json<Schemas['DirectoryQuery']>(),
  tokenOf: directoryToken,
  readToken: readDirectoryToken,
  readTokens: (texts, behaviour) =>
    texts.map((text, index) => behaviour.readToken(text) ?? refuseWith(refusals.token(index))),
  accountByToken(state, token) {
    const number = state.numbersByToken.get(token);
    return number === undefined ? undefined : state.accounts.get(number);
  },
  isListed: (account) => account.push.length > 0,
  contactOf: ({ token, supportsSms }) => (supportsSms ? { token, supportsSms } : { token }),

  readMessages: (context) => context.json<Schemas['MessageList']>(),
  serveMessages(context, sender, messages) {
    const success: string[] = [];
    const failure: string[] = [];
    for (const message of messages) {
      const served = deliverMessage(context, sender, message);
      (served ? success : failure).push(message.destination);
    }
    return { success, failure };
  },
  decodeBody: decodeBase64,
  peerOf: (relay) => (relay === peer.relay ? peer : null),
  pushTargets: (account) => account.push,
  signalingKeyFor: (recipient) => recipient.signalingKey,
  signalFor: (signal) => signal,
  envelopeVersion: 1,
  newIv: (random) => random.bytes(16),
  encrypt: encryptSignal,
  macOf: (key, signed) => envelopeMac(key.mac, signed),
  encodeEnvelope: encodeBase64,
  gcmPayload: (envelope) => ({ type: 'message', message: envelope }),
  apnPayload: (envelope) => ({ alert: 'You have a new message!', m: envelope }),

  newAttachmentId(random) {
    const view = new DataView(random.bytes(8).slice().buffer);
    const id = view.getBigUint64(0) & largestAttachmentId;
    return String(id === 0n ? 1n : id);
  },
  allocationBody: (id, location) => JSON.stringify({ id, location }),
  readAttachmentId(text) {
    if (!/^[0-9]+$/.test(text)) return null;
    const id = BigInt(text);
    return id <= largestAttachmentId ? String(id) : null;
  },
  signatureMatches: equalTexts,
  takesUpload: () => true,
  storedBlob: (blob) => blob.slice(),
};

function authenticate(this: void, context: Context): Account {
  const { behaviour, state } = context;
  const given = behaviour.credentials(context.header('authorization'), context);
  const account = given === null ? undefined : state.accounts.get(given.number);
  if (given === null || account === undefined) return refuseWith(behaviour.unauthorized(context));
  return behaviour.passwordMatches(account, given.password, context)
    ? account
    : refuseWith(behaviour.unauthorized(context));
}

function refuseRepeatedIds(keys: Schemas['PreKeyUpload']['keys']): void {
  const seen = new Set<number>();
  for (const { keyId } of keys) {
    if (seen.has(keyId)) refuseWith(refusals.preKeyTwice(keyId));
    seen.add(keyId);
  }
}

/** What the schema cannot say: an id is given once. */
function readPreKeyUpload(this: void, context: Context): Schemas['PreKeyUpload'] {
  const upload = context.json<Schemas['PreKeyUpload']>();
  // Clients number their keys upwards; only where they did not can an id stand twice.
  let previous = -1;
  for (const { keyId } of upload.keys) {
    if (keyId <= previous) {
      refuseRepeatedIds(upload.keys);
      break;
    }
    previous = keyId;
  }
  return upload;
}
