import { createHash } from 'node:crypto';
import { empty } from '../../../mocks/engine/http.js';
import { answerValue } from '../../../mocks/systems/keyservice/answers.js';
import { hashText } from '../../../mocks/systems/keyservice/crypto/message-sealing.js';
import { defineMutants } from '../../model.js';
import { around, keyOf, type Behaviour, type State } from './tools.js';

/** Bugs in reading with the hash. */
export const getencMutants = defineMutants<State, Behaviour>('keyservice', import.meta.url, [
  {
    name: 'ciphertext-cut-at-16k',
    bug: 'A ciphertext is cut to the 16384 characters of its column.',
    breaks: ['keyservice.getenc.verbatim'],
    behaviour: () => ({
      keepEncrypted: (data, encryptionKey) => ({ data: data.slice(0, 16_384), encryptionKey }),
    }),
  },
  {
    name: 'ciphertext-with-line-end',
    bug: 'A ciphertext comes back with a line end, as it lies in its file.',
    breaks: ['keyservice.getenc.verbatim'],
    alsoBreaks: {
      'keyservice.sendenc.opaque-values': 'it compares a ciphertext',
      'keyservice.upload.private-key-optional': 'it compares a ciphertext',
      'keyservice.upload.hash-any-string': 'it compares a ciphertext',
      'keyservice.isolation.encrypted-messages-per-key': 'it compares a ciphertext',
      'keyservice.isolation.hash-delete-one-key-only': 'it compares a ciphertext',
      'keyservice.getenc.all-messages': 'it looks for its ciphertexts',
      'keyservice.get.insertion-order': 'it compares ciphertexts',
      'keyservice.format.xml-encrypted-read': 'it compares a ciphertext',
      'keyservice.transport.names-case-ignored': 'it compares a ciphertext',
      'keyservice.delete.no-private-key-refused': 'it compares a ciphertext',
      'keyservice.deletehash.wrong-hash-refused': 'it compares a ciphertext',
    },
    behaviour: () => ({
      keepEncrypted: (data, encryptionKey) => ({
        data: `${data}\n`,
        encryptionKey,
      }),
    }),
  },
  {
    name: 'ten-ciphertexts-to-a-page',
    bug: 'The encrypted list ends after ten messages.',
    breaks: ['keyservice.getenc.all-messages'],
    behaviour: (base) => ({
      mailbox: (key, flavour) =>
        base.mailbox(key, flavour).slice(0, flavour === 'online' ? 99 : 10),
    }),
  },
  {
    name: 'texts-hidden-from-hash',
    bug: 'The encrypted list leaves out what was sent in clear.',
    breaks: ['keyservice.getenc.all-messages', 'keyservice.send.to-uploaded-key'],
    alsoBreaks: {
      'keyservice.getenc.online-message-stays-encrypted': 'it reads such a text',
      'keyservice.getenc.online-key-hash-works': 'it reads such a text',
    },
    behaviour: (base) => ({
      mailbox: (key, flavour) =>
        base
          .mailbox(key, flavour)
          .filter((message) => flavour === 'online' || message.hash === null),
    }),
  },
  {
    name: 'ciphertext-without-date',
    bug: 'The encrypted list has no dates.',
    breaks: ['keyservice.getenc.metadata'],
    behaviour: (base) => ({
      messageObject: (content, date) => ({
        ...base.messageObject(content, date),
        ...(content.data === content.message.data ? { Created: '' } : {}),
      }),
    }),
  },
  {
    name: 'hash-length-compared',
    bug: 'Of the hash only its length is compared.',
    breaks: [
      'keyservice.getenc.wrong-hash-refused',
      'keyservice.isolation.hash-per-key',
      'keyservice.getenc.hash-case-matters',
      'keyservice.deletehash.wrong-hash-refused',
    ],
    alsoBreaks: {
      'keyservice.getenc.wrong-hash-reveals-nothing': 'its wrong hash has the right length',
      'keyservice.getenc.online-key-needs-key-hash':
        'SHA-256 of the passphrase has that length too',
    },
    behaviour: () => ({
      hashOpens: (key, hash) => key.privateKeyHash?.length === hash.length,
    }),
  },
  {
    name: 'wrong-hash-401',
    bug: 'A wrong hash is answered 401.',
    breaks: [
      'keyservice.getenc.wrong-hash-refused',
      'keyservice.getenc.wrong-hash-reveals-nothing',
      'keyservice.getenc.hash-exact',
      'keyservice.getenc.online-key-needs-key-hash',
    ],
    alsoBreaks: {
      'keyservice.isolation.hash-per-key': 'its refusal',
      'keyservice.getenc.hash-case-matters': 'its refusal',
    },
    handlers: around('getMessages', (context, values, run) => {
      const answer = run();
      const wrong = values.has('privatekeyhash') && keyOf(context) !== undefined;
      return wrong && answer.status === 400 ? { ...answer, status: 401 } : answer;
    }),
  },
  {
    name: 'hash-prefix-opens',
    bug: 'The beginning of the hash opens the key.',
    breaks: ['keyservice.getenc.hash-exact'],
    behaviour: () => ({ hashOpens: (key, hash) => key.privateKeyHash?.startsWith(hash) === true }),
  },
  {
    name: 'hash-with-a-tail-opens',
    bug: 'A text that begins with the hash opens the key.',
    breaks: ['keyservice.getenc.hash-exact'],
    behaviour: () => ({
      hashOpens: (key, hash) => key.privateKeyHash !== null && hash.startsWith(key.privateKeyHash),
    }),
  },
  {
    name: 'hash-last-character-ignored',
    bug: 'The last character of the hash is not compared.',
    breaks: ['keyservice.getenc.hash-exact'],
    behaviour: () => ({
      hashOpens: (key, hash) => {
        const stored = key.privateKeyHash ?? '';
        return hash.slice(0, stored.length - 1) === stored.slice(0, -1) && stored !== '';
      },
    }),
  },
  {
    name: 'hash-case-ignored',
    bug: 'The hash is compared without regard to case, as the database does.',
    breaks: ['keyservice.getenc.hash-case-matters'],
    behaviour: () => ({
      hashOpens: (key, hash) => key.privateKeyHash?.toLowerCase() === hash.toLowerCase(),
    }),
  },
  {
    name: 'empty-before-hash',
    bug: 'An empty mailbox is answered before the hash is checked.',
    breaks: ['keyservice.getenc.wrong-hash-reveals-nothing'],
    handlers: around('getMessages', (context, values, run) =>
      values.has('privatekeyhash') && keyOf(context)?.messages.length === 0 ? empty(304) : run(),
    ),
  },
  {
    name: 'wrong-hash-tells-count',
    bug: 'The refusal of a wrong hash tells how many messages wait.',
    breaks: ['keyservice.getenc.wrong-hash-reveals-nothing'],
    handlers: around('getMessages', (context, values, run) => {
      const answer = run();
      const key = keyOf(context);
      if (answer.status !== 400 || key === undefined || !values.has('privatekeyhash'))
        return answer;
      return answerValue(context, 400, `Wrong hash for ${String(key.messages.length)} messages.`);
    }),
  },
  {
    name: 'wrong-hash-404-when-empty',
    bug: 'A wrong hash is answered 404 for an empty mailbox and 400 for another.',
    breaks: ['keyservice.getenc.wrong-hash-reveals-nothing'],
    handlers: around('getMessages', (context, values, run) => {
      const answer = run();
      const isEmpty = values.has('privatekeyhash') && keyOf(context)?.messages.length === 0;
      return isEmpty && answer.status === 400 ? { ...answer, status: 404 } : answer;
    }),
  },
  {
    name: 'no-ciphertexts-404',
    bug: 'An empty mailbox is answered 404 in the encrypted flavour.',
    breaks: ['keyservice.getenc.no-messages-304'],
    alsoBreaks: {
      'keyservice.isolation.encrypted-messages-per-key': 'it expects an empty mailbox',
    },
    handlers: around('getMessages', (context, values, run) => {
      const answer = run();
      return values.has('privatekeyhash') && answer.status === 304
        ? answerValue(context, 404, 'Nothing here.')
        : answer;
    }),
  },
  {
    name: 'hash-of-passphrase',
    bug: 'A key made online is opened by the hash of its passphrase.',
    breaks: ['keyservice.getenc.online-key-needs-key-hash'],
    alsoBreaks: { 'keyservice.crypto.private-key-hash': 'the hash in the key object is that one' },
    behaviour: () => ({
      hashPrivateKey: (_, passphrase) => createHash('sha256').update(passphrase).digest('hex'),
    }),
  },
  {
    name: 'hash-of-wide-passphrase',
    bug: 'A key made online is opened by the hash of its passphrase in UTF-16LE.',
    breaks: ['keyservice.getenc.online-key-needs-key-hash'],
    alsoBreaks: { 'keyservice.crypto.private-key-hash': 'the hash in the key object is that one' },
    behaviour: () => ({ hashPrivateKey: (_, passphrase) => hashText(passphrase) }),
  },
  {
    name: 'passphrase-as-hash',
    bug: 'A key made online is opened by its passphrase in place of a hash as well.',
    breaks: ['keyservice.getenc.online-key-needs-key-hash'],
    behaviour: (base) => {
      const passphrases = new Map<string, string>();
      return {
        hashPrivateKey: (privateKey, passphrase) => {
          const hash = base.hashPrivateKey(privateKey, passphrase);
          passphrases.set(hash, passphrase);
          return hash;
        },
        hashOpens: (key, hash) =>
          passphrases.get(key.privateKeyHash ?? '') === hash || base.hashOpens(key, hash),
      };
    },
  },
  {
    name: 'hash-unset-matches-all',
    bug: 'A key made online has no hash, and then every hash matches.',
    breaks: ['keyservice.getenc.online-key-needs-key-hash'],
    alsoBreaks: {
      'keyservice.getenc.online-key-hash-works': 'there is no hash in the key object',
      'keyservice.crypto.private-key-hash': 'there is no hash in the key object',
    },
    behaviour: (base) => ({
      hashPrivateKey: () => '',
      hashOpens: (key, hash) => key.privateKeyHash === '' || base.hashOpens(key, hash),
    }),
  },
  {
    name: 'hash-shown-in-capitals',
    bug: 'The key object shows its hash in capitals.',
    breaks: ['keyservice.getenc.online-key-hash-works', 'keyservice.crypto.private-key-hash'],
    behaviour: (base) => ({
      keyObject: (key, date) => ({
        ...base.keyObject(key, date),
        PrivateKeyHash: key.privateKeyHash?.toUpperCase() ?? null,
      }),
    }),
  },
  {
    name: 'preview-in-clear',
    bug: 'Every entry has a preview of the text, in the encrypted list too.',
    breaks: ['keyservice.getenc.online-message-stays-encrypted'],
    behaviour: (base) => previews(base, (text) => text),
  },
  {
    name: 'preview-in-base64',
    bug: 'Every entry has a preview of the text in base64, in the encrypted list too.',
    breaks: ['keyservice.getenc.online-message-stays-encrypted'],
    behaviour: (base) => previews(base, (text) => Buffer.from(text).toString('base64')),
  },
]);

/** Texts by the hash of their compressed form, shown under a member of their own. */
function previews(base: Behaviour, show: (text: string) => string): Partial<Behaviour> {
  const texts = new Map<string, string>();
  return {
    compress: (text) => {
      const compressed = base.compress(text);
      texts.set(hashText(compressed), text);
      return compressed;
    },
    messageObject: (content, date) => {
      const text = texts.get(content.message.hash ?? '');
      const entry = base.messageObject(content, date);
      return text === undefined ? entry : { ...entry, Preview: show(text) };
    },
  };
}
