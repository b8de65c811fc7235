import { empty } from '../../engine/http.js';
import type { Behaviour } from './behaviour.js';
import { archiveFile, extractFile } from './crypto/file-archive.js';
import {
  compressText,
  decompressText,
  hashText,
  messagePassphrase,
} from './crypto/message-sealing.js';
import { decryptText, derivedKey, encryptText } from './crypto/passphrase-cipher.js';
import { encryptPassphrase } from './crypto/rsa-blocks.js';
import { parsePrivateKey, privateKeyText, publicKeyText } from './crypto/rsa-key.js';
import { negotiateFormat } from './format.js';
import { canonicalPath, decodeForm, jsonDate, xmlDate } from './wire.js';
import { keyObject, messageObject } from './objects.js';
import { refusal } from './refusals.js';
import { sameSecret } from './secrets.js';
import { removeKey } from './state.js';
import { escapeXml } from './xml.js';

const readHeaders = 'Content-Type, Accept, token, passphrase, privatekeyhash';
const documentedServerFaults = new Set(['undecryptable', 'failure']);

/** What the source document says, with the decisions of errata.md where it is silent. */
export const documented: Behaviour = {
  canonicalPath,
  placesOf: () => ['header', 'body', 'query'],
  bodyForms: ['form', 'multipart', 'json'],
  foldName: (name) => name.toLowerCase(),
  decodeForm,
  isBlank: (value) => value.trim() === '',
  chooseFormat: negotiateFormat,
  refusalFormat: (chosen) => chosen,
  contentTypes: { json: 'application/json; charset=utf-8', xml: 'text/xml; charset=utf-8' },
  dates: { json: jsonDate, xml: xmlDate },
  xmlNames: { root: 'response', message: 'Message' },
  escapeXml,
  allowedOrigin: () => '*',
  preflight: (requested) =>
    empty(204, {
      'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE, OPTIONS',
      'Access-Control-Allow-Headers': requested ?? readHeaders,
      'Access-Control-Max-Age': '600',
    }),
  otherVerb: (context) => refusal(context, 'no-such-verb'),
  refusal: (kind) => ({
    status: documentedServerFaults.has(kind) ? 500 : 400,
    form: 'sentence',
  }),

  canCreate: (passphrase, publicKey) => passphrase !== undefined || publicKey !== undefined,
  requiresPrivateKey: false,
  // Sixteen digits, because a client of the time refuses shorter tokens; of 64 random bits.
  newToken(state, random) {
    for (;;) {
      const token = random.text(16, '0123456789abcdef');
      if (!state.keys.has(token)) return token;
    }
  },
  makeKeyPair(state) {
    const key = state.takeKeyPair();
    return { publicKey: publicKeyText(key), privateKey: privateKeyText(key) };
  },
  protectPrivateKey: (_state, passphrase, text) => encryptText(derivedKey(passphrase), text),
  hashPrivateKey: (privateKey) => hashText(privateKey),
  keepHash: (hash) => hash,
  keepPublicKey: (publicKey) => publicKey,
  keyObject,
  findKey: (state, token) => state.keys.get(token),
  openPrivateKey(_state, key, passphrase) {
    if (key.privateKey === null) return null;
    const text = decryptText(derivedKey(passphrase), key.privateKey);
    return text !== null && parsePrivateKey(text) !== null ? text : null;
  },
  hashOpens: (key, hash) => key.privateKeyHash !== null && sameSecret(key.privateKeyHash, hash),

  encryptedWithoutKey: 'refuse',
  mailboxFor: (_, key) => key,
  filesToStore: (files) => files.slice(0, 1),
  messagePassphrase: (random) => messagePassphrase((length) => random.bytes(length)),
  compress: compressText,
  decompress: decompressText,
  archive: archiveFile,
  extract: extractFile,
  wrapPassphrase: encryptPassphrase,
  keepEncrypted: (data, encryptionKey) => ({ data, encryptionKey }),
  sentAnswer: true,
  mailbox: (key) => key.messages,
  messageObject,
  afterReading: () => undefined,
  emptyIsNotModified: () => true,
  showsPage: (hasSecret) => !hasSecret,
  downloadLifetime: 120_000,

  deletesByHash: true,
  erase: removeKey,
  deletedAnswer: 'Deleted.',
};
