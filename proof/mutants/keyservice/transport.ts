import { zlibSync, unzlibSync } from 'fflate';
import { empty } from '../../../mocks/engine/http.js';
import {
  base64,
  fromBase64,
  latin1Bytes,
  latin1Text,
} from '../../../mocks/systems/keyservice/crypto/encodings.js';
import { defineMutants } from '../../model.js';
import { withBook, type Behaviour, type State } from './tools.js';

/** Bugs in calls from other origins and in where parameters may stand. */
export const transportMutants = defineMutants<State, Behaviour>('keyservice', import.meta.url, [
  {
    name: 'one-origin-allowed',
    bug: 'Only origins with TLS are allowed.',
    breaks: ['keyservice.cors.any-origin'],
    behaviour: () => ({
      allowedOrigin: (context) =>
        context.header('origin')?.startsWith('http:') === true ? null : '*',
    }),
  },
  {
    name: 'origin-of-the-site',
    bug: 'The allowed origin is that of the site itself.',
    breaks: [
      'keyservice.cors.any-origin',
      'keyservice.cors.post-put-delete',
      'keyservice.cors.errors',
      'keyservice.cors.preflight',
    ],
    behaviour: () => ({ allowedOrigin: (context) => context.origin }),
  },
  {
    name: 'delete-closed-to-others',
    bug: 'The answer to DELETE names no allowed origin.',
    breaks: ['keyservice.cors.post-put-delete'],
    behaviour: () => ({
      allowedOrigin: (context) => (context.request.method === 'DELETE' ? null : '*'),
    }),
  },
  {
    name: 'refusals-closed-to-others',
    bug: 'Only successes name the allowed origin.',
    breaks: ['keyservice.cors.errors'],
    behaviour: () => ({ allowedOrigin: (_, status) => (status < 300 ? '*' : null) }),
  },
  {
    name: 'preflight-without-delete',
    bug: 'A preflight allows GET, POST and PUT.',
    breaks: ['keyservice.cors.preflight'],
    behaviour: (base) => ({
      preflight: (requested) => {
        const answer = base.preflight(requested);
        const methods = 'GET, POST, PUT, OPTIONS';
        return {
          ...answer,
          headers: { ...answer.headers, 'Access-Control-Allow-Methods': methods },
        };
      },
    }),
  },
  {
    name: 'preflight-405',
    bug: 'OPTIONS is answered 405.',
    breaks: ['keyservice.cors.preflight'],
    alsoBreaks: {
      'keyservice.generated.preflight-service-answers-as-described': '405 is not described',
    },
    behaviour: () => ({ preflight: () => empty(405) }),
  },
  {
    name: 'parameters-from-body-only',
    bug: 'POST and PUT read their parameters from the body only.',
    breaks: ['keyservice.transport.query-parameters'],
    behaviour: (base) => ({
      placesOf: (method) =>
        method === 'POST' || method === 'PUT' ? ['header', 'body'] : base.placesOf(method),
    }),
  },
  {
    name: 'delete-body-ignored',
    bug: 'The body of a DELETE is ignored.',
    breaks: ['keyservice.transport.delete-body'],
    alsoBreaks: {
      'keyservice.format.xml-every-operation': 'its DELETE has the parameters in the body',
    },
    behaviour: (base) => ({
      placesOf: (method) => (method === 'DELETE' ? ['header', 'query'] : base.placesOf(method)),
    }),
  },
  {
    name: 'delete-query-ignored',
    bug: 'The query of a DELETE is ignored.',
    breaks: ['keyservice.transport.delete-query'],
    behaviour: (base) => ({
      placesOf: (method) => (method === 'DELETE' ? ['header', 'body'] : base.placesOf(method)),
    }),
  },
  {
    name: 'names-case-sensitive',
    bug: 'Parameter names are matched with their case.',
    breaks: ['keyservice.transport.names-case-ignored'],
    behaviour: () => ({ foldName: (name) => (name === 'fileId' ? 'fileid' : name) }),
  },
  {
    name: 'headers-ignored',
    bug: 'Token and passphrase are not read from headers.',
    breaks: ['keyservice.transport.header-credentials'],
    behaviour: () => ({ placesOf: () => ['body', 'query'] }),
  },
  {
    name: 'json-not-read',
    bug: 'A JSON body is not read.',
    breaks: ['keyservice.transport.json-body'],
    behaviour: () => ({ bodyForms: ['form', 'multipart'] }),
  },
]);

/** Bugs in the cryptography. */
export const cryptoMutants = defineMutants<State, Behaviour>('keyservice', import.meta.url, [
  {
    name: 'one-key-pair-for-all',
    bug: 'Every key made online is the same pair.',
    breaks: ['keyservice.crypto.public-key-form'],
    behaviour: (base) => {
      let pair: ReturnType<Behaviour['makeKeyPair']> | undefined;
      return {
        makeKeyPair: (state) => {
          pair ??= base.makeKeyPair(state);
          return pair;
        },
      };
    },
  },
  {
    name: 'public-key-in-hexadecimal',
    bug: 'The members of PublicKey are written in hexadecimal under other names.',
    breaks: ['keyservice.crypto.public-key-form'],
    alsoBreaks: {
      'keyservice.upload.public-key-echoed': 'it expects the text as sent',
      'keyservice.sendenc.read-online': 'it encrypts with that key',
      'keyservice.crypto.private-key-encrypted': 'it compares the modulus with that key',
    },
    behaviour: (base) => ({
      keyObject: (key, date) => ({
        ...base.keyObject(key, date),
        PublicKey: key.publicKey.replaceAll('Modulus>', 'N>'),
      }),
    }),
  },
  {
    name: 'private-key-of-another-passphrase',
    bug: 'The private key is encrypted under the passphrase with a fixed prefix.',
    breaks: ['keyservice.crypto.private-key-encrypted'],
    alsoBreaks: { 'keyservice.crypto.private-key-hash': 'it decrypts that private key first' },
    behaviour: (base) => ({
      protectPrivateKey: (state, passphrase, text) =>
        base.protectPrivateKey(state, `pepper${passphrase}`, text),
      openPrivateKey: (state, key, passphrase) =>
        base.openPrivateKey(state, key, `pepper${passphrase}`) ??
        base.openPrivateKey(state, key, passphrase),
    }),
  },
  {
    name: 'private-key-of-another-pair',
    bug: 'PrivateKey of the key object is that of the key before.',
    breaks: ['keyservice.crypto.private-key-encrypted'],
    alsoBreaks: { 'keyservice.crypto.private-key-hash': 'it decrypts that private key first' },
    behaviour: (base) =>
      withBook(base, (book) => ({
        keyObject: (key, date) => ({
          ...base.keyObject(key, date),
          PrivateKey: [...book.passphrases.keys()].at(-2) ?? null,
        }),
      })),
  },
  {
    name: 'hash-over-utf8',
    bug: 'The hash of a private key is taken over UTF-8.',
    breaks: ['keyservice.crypto.private-key-hash'],
    behaviour: (base) => ({
      // Pairs of ASCII characters, read as UTF-16LE, are the bytes of the text in UTF-8.
      hashPrivateKey: (privateKey, passphrase) =>
        base.hashPrivateKey(
          new TextDecoder('utf-16le').decode(latin1Bytes(privateKey)),
          passphrase,
        ),
    }),
  },
  {
    name: 'zlib-for-gzip',
    bug: 'Texts are compressed with a zlib header where gzip belongs.',
    breaks: ['keyservice.crypto.message-decrypts'],
    behaviour: (base) => ({
      compress: (text) => latin1Text(zlibSync(new TextEncoder().encode(text))),
      decompress: (compressed, utf8) => {
        const gzip = base.decompress(compressed, utf8);
        if (gzip !== null) return gzip;
        try {
          return new TextDecoder().decode(unzlibSync(latin1Bytes(compressed)));
        } catch {
          return null;
        }
      },
    }),
  },
  {
    name: 'not-compressed',
    bug: 'Texts are encrypted without compression.',
    breaks: ['keyservice.crypto.message-decrypts'],
    behaviour: (base) => ({
      compress: (text) => latin1Text(new TextEncoder().encode(text)),
      decompress: (compressed, utf8) =>
        base.decompress(compressed, utf8) ?? new TextDecoder().decode(latin1Bytes(compressed)),
    }),
  },
  {
    name: 'blocks-not-reversed',
    bug: 'The bytes of an encrypted block are not reversed.',
    breaks: ['keyservice.crypto.message-decrypts'],
    alsoBreaks: { 'keyservice.files.encrypted-form': 'it decrypts such blocks too' },
    behaviour: (base) => ({
      wrapPassphrase: (key, passphrase, random) => {
        const width = 4 * Math.ceil(key.size / 3);
        const blocks = base.wrapPassphrase(key, passphrase, random);
        return blocks.replaceAll(new RegExp(`.{${String(width)}}`, 'g'), (block) =>
          base64((fromBase64(block) ?? new Uint8Array(0)).reverse()),
        );
      },
    }),
  },
  {
    name: 'last-block-missing',
    bug: 'The empty block at an exact multiple is left out.',
    breaks: ['keyservice.crypto.encryption-key-blocks'],
    behaviour: (base) => ({
      wrapPassphrase: (key, passphrase, random) =>
        base.wrapPassphrase(key, passphrase, random).slice(0, -4 * Math.ceil(key.size / 3)),
    }),
  },
  {
    name: 'passphrase-too-short',
    bug: 'The passphrase of a message has 64 random bytes.',
    breaks: ['keyservice.crypto.encryption-key-blocks'],
    behaviour: () => ({ messagePassphrase: (random) => base64(random.bytes(64)) }),
  },
  {
    name: 'one-passphrase-for-all-messages',
    bug: 'All messages have the same passphrase.',
    breaks: ['keyservice.crypto.fresh-passphrase-per-message'],
    behaviour: () => ({ messagePassphrase: () => base64(new Uint8Array(128)) }),
  },
]);
