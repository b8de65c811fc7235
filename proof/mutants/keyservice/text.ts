import { defineMutants } from '../../model.js';
import { around, valuesOf, withBook, type Behaviour, type State } from './tools.js';
import { answerValue } from '../../../mocks/systems/keyservice/answers.js';

/** A change to every text that is read. */
function reading(change: (text: string, compressed: string) => string): {
  behaviour: (base: Behaviour) => Partial<Behaviour>;
} {
  return {
    behaviour: (base) => ({
      decompress: (compressed, utf8) => {
        const text = base.decompress(compressed, utf8);
        return text === null ? null : change(text, compressed);
      },
    }),
  };
}

/** Bugs that change texts on their way. */
export const textMutants = defineMutants<State, Behaviour>('keyservice', import.meta.url, [
  {
    name: 'line-ends-normalised',
    bug: 'CR LF becomes LF.',
    breaks: ['keyservice.get.ascii-exact'],
    ...reading((text) => text.replaceAll('\r\n', '\n')),
  },
  {
    name: 'texts-trimmed',
    bug: 'White space around a text is taken off.',
    breaks: ['keyservice.get.ascii-exact'],
    ...reading((text) => text.replace(/^[ \t\r\n]+/, '').replace(/[ \t\r\n]+$/, '')),
  },
  {
    name: 'latin1-lost',
    bug: 'Texts are taken for ASCII.',
    breaks: ['keyservice.get.latin1-exact'],
    ...reading((text) => text.replaceAll(/[\u0080-\u00ff]/g, '?')),
  },
  {
    name: 'utf8-read-as-latin1',
    bug: 'Texts are compressed as UTF-8 and read as Latin-1.',
    breaks: ['keyservice.get.latin1-exact'],
    ...reading((text) => {
      const bytes = new TextEncoder().encode(text);
      return String.fromCharCode(...bytes.slice(0, 5000)) + text.slice(5000);
    }),
  },
  {
    name: 'beyond-latin1-refused',
    bug: 'A text beyond Latin-1 is refused.',
    breaks: ['keyservice.get.unicode-exact'],
    handlers: around('sendMessage', (context, values, run) =>
      /[\u0100-\uffff]/.test(values.get('message') ?? '')
        ? answerValue(context, 400, 'Unsupported characters.')
        : run(),
    ),
  },
  {
    name: 'scripts-removed',
    bug: 'Script elements are taken out of texts.',
    breaks: ['keyservice.get.markup-unchanged'],
    ...reading((text) => text.replaceAll(/<script.*?<\/script>/gs, '')),
  },
  {
    name: 'apostrophes-decoded',
    bug: 'Character references for apostrophes are decoded.',
    breaks: ['keyservice.get.markup-unchanged'],
    ...reading((text) => text.replaceAll('&#39;', "'")),
  },
  {
    name: 'markup-refused',
    bug: 'A text with a script is refused as dangerous, as the framework does by default.',
    breaks: ['keyservice.get.markup-unchanged'],
    handlers: around('sendMessage', (context, values, run) =>
      (values.get('message') ?? '').includes('<script')
        ? answerValue(context, 500, 'A potentially dangerous value was detected.')
        : run(),
    ),
  },
  {
    name: 'text-ends-at-compressed-length',
    bug: 'Decompression stops at the compressed length.',
    breaks: ['keyservice.get.repetitive-text-whole'],
    alsoBreaks: { 'keyservice.get.large-text': 'its text compresses a little as well' },
    ...reading((text, compressed) => text.slice(0, compressed.length)),
  },
  {
    name: 'body-limit-64k',
    bug: 'A body over 64 KiB is refused.',
    breaks: ['keyservice.get.large-text'],
    handlers: around('sendMessage', (context, _, run) =>
      context.request.body.length > 65_536 ? answerValue(context, 500, 'Too long.') : run(),
    ),
  },
  {
    name: 'texts-cut-at-64k',
    bug: 'A text is cut to the 65535 characters of its column.',
    breaks: ['keyservice.get.large-text'],
    ...reading((text) => text.slice(0, 65_535)),
  },
  {
    name: 'same-text-once',
    bug: 'A text that the mailbox has already is not stored again.',
    breaks: ['keyservice.get.duplicates-kept'],
    alsoBreaks: { 'keyservice.crypto.fresh-passphrase-per-message': 'it sends one text twice' },
    handlers: {
      sendMessage: (next) => {
        const seen = new Set<string>();
        return (context) => {
          const values = valuesOf(context);
          const text = `${values.get('token') ?? ''} ${values.get('message') ?? ''}`;
          if (values.has('message') && seen.has(text)) return answerValue(context, 200, true);
          seen.add(text);
          return next(context);
        };
      },
    },
  },
]);

/** Bugs that mix keys up. */
export const isolationMutants = defineMutants<State, Behaviour>('keyservice', import.meta.url, [
  {
    name: 'mailbox-per-passphrase',
    bug: 'A message goes to the first key with the same passphrase.',
    breaks: ['keyservice.isolation.messages-per-key'],
    alsoBreaks: {
      'keyservice.isolation.delete-one-key-only': 'both messages lie in the key that is deleted',
    },
    behaviour: (base) =>
      withBook(base, (book) => ({
        mailboxFor: (state, key) => {
          const passphrase = book.passphrases.get(key.privateKey ?? '');
          if (passphrase === undefined) return key;
          const same = [...state.keys.values()].find(
            (other) => book.passphrases.get(other.privateKey ?? '') === passphrase,
          );
          return same ?? key;
        },
      })),
  },
  {
    name: 'known-passphrase-opens-all',
    bug: 'A passphrase that opened one key just now opens any other.',
    breaks: ['keyservice.isolation.passphrase-per-key'],
    behaviour: (base) =>
      withBook(base, (book) => {
        const opened = new Set<string>();
        return {
          openPrivateKey: (state, key, passphrase) => {
            const text = base.openPrivateKey(state, key, passphrase);
            if (text !== null) opened.add(passphrase);
            if (text !== null || !opened.has(passphrase)) return text;
            return book.privateKeys.get(key.privateKey ?? '') ?? null;
          },
        };
      }),
  },
  {
    name: 'any-known-hash-opens',
    bug: 'A hash that some key has opens every key.',
    breaks: ['keyservice.isolation.hash-per-key'],
    behaviour: (base) => {
      const known = new Set<string>();
      return {
        keepHash: (hash) => {
          known.add(hash);
          return hash;
        },
        hashOpens: (key, hash) => known.has(hash) || base.hashOpens(key, hash),
      };
    },
  },
  {
    name: 'delete-by-passphrase-alone',
    bug: 'Deleting takes every key with the same passphrase along.',
    breaks: ['keyservice.isolation.delete-one-key-only'],
    behaviour: (base) =>
      withBook(base, (book) => ({
        erase: (state, key) => {
          const passphrase = book.passphrases.get(key.privateKey ?? '');
          for (const other of [...state.keys.values()]) {
            const same = book.passphrases.get(other.privateKey ?? '') === passphrase;
            if (same && passphrase !== undefined) base.erase(state, other);
          }
          base.erase(state, key);
        },
      })),
  },
  {
    name: 'mailbox-per-hash',
    bug: 'A message goes to the first key with the same hash.',
    breaks: ['keyservice.isolation.encrypted-messages-per-key'],
    alsoBreaks: {
      'keyservice.isolation.hash-delete-one-key-only':
        'both messages lie in the key that is deleted',
    },
    behaviour: () => ({
      mailboxFor: (state, key) =>
        [...state.keys.values()].find((other) => other.privateKeyHash === key.privateKeyHash) ??
        key,
    }),
  },
  {
    name: 'delete-by-hash-alone',
    bug: 'Deleting takes every key with the same hash along.',
    breaks: ['keyservice.isolation.hash-delete-one-key-only'],
    behaviour: (base) => ({
      erase: (state, key) => {
        for (const other of [...state.keys.values()]) {
          if (other.privateKeyHash === key.privateKeyHash) base.erase(state, other);
        }
      },
    }),
  },
]);
