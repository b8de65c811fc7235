import { answerMessages, answerValue } from '../../../mocks/systems/keyservice/answers.js';
import { empty } from '../../../mocks/engine/http.js';
import { defineMutants } from '../../model.js';
import {
  around,
  editJson,
  keyOf,
  valuesOf,
  withBook,
  type Behaviour,
  type State,
} from './tools.js';

/** The text checks, which all see a text that comes back shorter. */
const cutTexts = {
  'keyservice.get.ascii-exact': 'its text is longer',
  'keyservice.get.latin1-exact': 'its text is longer',
  'keyservice.get.markup-unchanged': 'its text is longer',
  'keyservice.get.repetitive-text-whole': 'its text is longer',
  'keyservice.get.large-text': 'its text is longer',
  'keyservice.format.xml-markup-escaped': 'its text is longer',
};

/** Bugs in reading with the passphrase. */
export const getMutants = defineMutants<State, Behaviour>('keyservice', import.meta.url, [
  {
    name: 'text-cut-at-18',
    bug: 'The text is cut to the 18 characters of a preview.',
    breaks: ['keyservice.get.returns-plaintext'],
    alsoBreaks: cutTexts,
    behaviour: (base) => ({
      decompress: (compressed, utf8) => base.decompress(compressed, utf8)?.slice(0, 18) ?? null,
    }),
  },
  {
    name: 'list-paged',
    bug: 'A list of more than five comes in an object with the rest of the ids beside it.',
    breaks: ['keyservice.get.bare-array'],
    respond: editJson('getMessages', (value) =>
      Array.isArray(value) && value.length > 5 ? { Messages: value, Pages: [1] } : value,
    ),
    alsoBreaks: {
      'keyservice.generated.get-messages-answers-as-described': 'the list must be an array',
    },
  },
  {
    name: 'ids-shared-in-pairs',
    bug: 'Two messages in a row have one id.',
    breaks: ['keyservice.get.message-id-present', 'keyservice.getenc.all-messages'],
    alsoBreaks: { 'keyservice.get.duplicates-kept': 'its two messages may have one id' },
    behaviour: (base) => ({
      messageObject: (content, date) => ({
        ...base.messageObject(content, date),
        MessageId: Math.floor(content.message.id / 1e6),
      }),
    }),
  },
  {
    name: 'numeric-text-is-number',
    bug: 'A text of digits becomes a JSON number.',
    breaks: ['keyservice.get.text-member'],
    respond: editJson('getMessages', (value) =>
      (value as { MessageData: unknown }[]).map((entry) =>
        /^\d+$/.test(String(entry.MessageData))
          ? { ...entry, MessageData: Number(entry.MessageData) }
          : entry,
      ),
    ),
  },
  {
    name: 'dates-in-seconds',
    bug: 'Dates count seconds where milliseconds belong.',
    breaks: ['keyservice.get.sent-date', 'keyservice.getenc.metadata'],
    behaviour: (base) => ({
      dates: { ...base.dates, json: (time) => base.dates.json(Math.floor(time / 1000)) },
    }),
  },
  {
    name: 'false-left-out-in-xml',
    bug: 'XML leaves a false flag out.',
    breaks: ['keyservice.get.is-file-flag', 'keyservice.format.xml-shape'],
    respond: (response) =>
      typeof response.body === 'string'
        ? { ...response, body: response.body.replaceAll('<IsFile>false</IsFile>', '') }
        : response,
  },
  {
    name: 'flag-is-a-word',
    bug: 'IsFile of a text is the word no.',
    breaks: ['keyservice.get.is-file-flag', 'keyservice.get.is-file-boolean'],
    alsoBreaks: {
      'keyservice.getenc.metadata': 'it looks at the flag too',
      'keyservice.files.with-message': 'it looks at the flag of the text',
      'keyservice.generated.get-messages-answers-as-described': 'the flag must be a boolean',
    },
    respond: editJson('getMessages', (value) =>
      (value as { IsFile: unknown }[]).map((entry) => ({
        ...entry,
        IsFile: entry.IsFile === false ? 'no' : entry.IsFile,
      })),
    ),
  },
  {
    name: 'flag-is-a-number',
    bug: 'IsFile is 0 or 1.',
    breaks: ['keyservice.get.is-file-boolean'],
    alsoBreaks: {
      'keyservice.generated.get-messages-answers-as-described': 'the flag must be a boolean',
    },
    respond: editJson('getMessages', (value) =>
      (value as { IsFile: unknown }[]).map((entry) => ({
        ...entry,
        IsFile: Number(entry.IsFile),
      })),
    ),
  },
  {
    name: 'ten-to-a-page',
    bug: 'The online list ends after ten messages.',
    breaks: ['keyservice.get.all-messages'],
    behaviour: (base) => ({
      mailbox: (key, flavour) =>
        flavour === 'online' ? base.mailbox(key, flavour).slice(0, 10) : base.mailbox(key, flavour),
    }),
  },
  {
    name: 'newest-first',
    bug: 'The online list is newest first.',
    breaks: ['keyservice.get.insertion-order'],
    behaviour: (base) => ({
      mailbox: (key, flavour) =>
        flavour === 'online' ? base.mailbox(key, flavour).toReversed() : base.mailbox(key, flavour),
    }),
  },
  {
    name: 'ciphertexts-newest-first',
    bug: 'The encrypted list is newest first.',
    breaks: ['keyservice.get.insertion-order'],
    alsoBreaks: {
      'keyservice.getenc.verbatim': 'it finds its messages by their place',
      'keyservice.sendenc.opaque-values': 'it finds its message by its place',
    },
    behaviour: (base) => ({
      mailbox: (key, flavour) =>
        flavour === 'online' ? base.mailbox(key, flavour) : base.mailbox(key, flavour).toReversed(),
    }),
  },
  {
    name: 'newest-consumed',
    bug: 'The newest of several messages is removed once it was read.',
    breaks: ['keyservice.get.repeatable'],
    behaviour: () => ({
      afterReading: (_, key, flavour) => {
        if (flavour === 'online' && key.messages.length > 1) key.messages.pop();
      },
    }),
  },
  {
    name: 'ids-renumbered',
    bug: 'Messages get new ids with every read.',
    breaks: ['keyservice.get.repeatable'],
    behaviour: (base) => {
      let last = 0;
      return {
        messageObject: (content, date) => {
          last += 1;
          return { ...base.messageObject(content, date), MessageId: last };
        },
      };
    },
  },
  {
    name: 'nothing-is-an-empty-list',
    bug: 'A key without messages answers 200 with an empty list.',
    breaks: ['keyservice.get.no-messages-304'],
    alsoBreaks: {
      'keyservice.resource.trailing-slash': 'it reads a new key',
      'keyservice.send.without-content-refused': 'it expects that nothing is stored',
      'keyservice.isolation.messages-per-key': 'it expects an empty mailbox',
      'keyservice.format.no-messages-any-format': 'it reads a new key',
      'keyservice.cors.errors': 'it takes a 304 for its example',
    },
    behaviour: () => ({ emptyIsNotModified: () => false }),
  },
  {
    name: 'nothing-is-204',
    bug: 'A key without messages answers 204.',
    breaks: ['keyservice.get.no-messages-304', 'keyservice.getenc.no-messages-304'],
    alsoBreaks: {
      'keyservice.resource.trailing-slash': 'it reads a new key',
      'keyservice.send.without-content-refused': 'it expects that nothing is stored',
      'keyservice.isolation.messages-per-key': 'it expects an empty mailbox',
      'keyservice.isolation.encrypted-messages-per-key': 'it expects an empty mailbox',
      'keyservice.format.no-messages-any-format': 'it reads a new key',
      'keyservice.cors.errors': 'it takes a 304 for its example',
      'keyservice.status.documented-codes': '204 is none of the four',
    },
    respond: (response) => (response.status === 304 ? { ...response, status: 204 } : response),
  },
  {
    name: 'no-secret-no-messages',
    bug: 'A token without a secret is answered like a key without messages.',
    breaks: ['keyservice.get.missing-secret-refused'],
    alsoBreaks: { 'keyservice.cors.errors': 'it takes this refusal for its example' },
    handlers: around('getMessages', (context, values, run) =>
      [...values.keys()].join() === 'token' && keyOf(context) !== undefined ? empty(304) : run(),
    ),
  },
  {
    name: 'no-secret-ciphertexts',
    bug: 'A token without a secret lists the ciphertexts.',
    breaks: ['keyservice.get.missing-secret-refused'],
    handlers: around('getMessages', (context, values, run) => {
      const key = keyOf(context);
      if ([...values.keys()].join() !== 'token' || key === undefined) return run();
      if (key.messages.length === 0) return run();
      return answerMessages(
        context,
        key.messages.map((message) => ({ ...message, message, downloadId: null })),
      );
    }),
  },
  {
    name: 'wrong-passphrase-304',
    bug: 'A wrong passphrase is answered like a key without messages.',
    breaks: ['keyservice.get.wrong-passphrase-refused', 'keyservice.get.passphrase-exact'],
    alsoBreaks: {
      'keyservice.create.passphrase-non-ascii': 'its refusal',
      'keyservice.create.passphrase-reserved-characters': 'its refusal',
      'keyservice.isolation.passphrase-per-key': 'its refusal',
      'keyservice.upload.without-private-key-not-online': 'its refusal',
    },
    handlers: around('getMessages', (context, values, run) => {
      const answer = run();
      const known = keyOf(context) !== undefined && values.has('passphrase');
      return known && answer.status === 400 ? empty(304) : answer;
    }),
  },
  {
    name: 'wrong-passphrase-empty-304',
    bug: 'The mailbox is looked at before the passphrase, and an empty one is answered 302.',
    breaks: ['keyservice.get.wrong-passphrase-empty-key'],
    handlers: around('getMessages', (context, values, run) => {
      const answer = run();
      const isEmpty = keyOf(context)?.messages.length === 0;
      return isEmpty && values.has('passphrase') && answer.status === 400
        ? { ...answer, status: 302 }
        : answer;
    }),
  },
  {
    name: 'wrong-passphrase-shows-text',
    bug: 'The refusal of a wrong passphrase carries the message for support.',
    breaks: ['keyservice.get.wrong-passphrase-refused'],
    behaviour: (base) => {
      const texts = new Map<string, string>();
      return {
        compress: (text) => {
          texts.set('last', text);
          return base.compress(text);
        },
        refusal: (kind, operation) => {
          const shape = base.refusal(kind, operation);
          return kind === 'wrong-secret' ? { ...shape, form: 'object' } : shape;
        },
      };
    },
    respond: (response, context) => {
      const [message] = keyOf(context)?.messages ?? [];
      const refused = context.operation?.id === 'getMessages' && response.status === 400;
      if (!refused || message === undefined || !valuesOf(context).has('passphrase'))
        return response;
      return { ...response, body: JSON.stringify({ MessageId: message.id }) };
    },
    alsoBreaks: {
      'keyservice.create.passphrase-non-ascii': 'its refusal',
      'keyservice.get.passphrase-exact': 'its refusal',
      'keyservice.isolation.passphrase-per-key': 'its refusal',
      'keyservice.upload.without-private-key-not-online': 'its refusal',
    },
  },
  {
    name: 'case-ignored-in-passphrase',
    bug: 'The case of a passphrase does not matter.',
    breaks: ['keyservice.get.passphrase-exact'],
    behaviour: (base) =>
      withBook(base, (book) => ({
        openPrivateKey: (state, key, passphrase) => {
          const right = book.passphrases.get(key.privateKey ?? '');
          return right?.toLowerCase() === passphrase.toLowerCase()
            ? base.openPrivateKey(state, key, right)
            : base.openPrivateKey(state, key, passphrase);
        },
      })),
  },
  {
    name: 'passphrase-cut-at-72',
    bug: 'Only 72 bytes of a passphrase count, as with bcrypt.',
    breaks: ['keyservice.get.passphrase-exact'],
    behaviour: (base) =>
      withBook(base, (book) => ({
        openPrivateKey: (state, key, passphrase) => {
          const right = book.passphrases.get(key.privateKey ?? '');
          return right !== undefined && right.slice(0, 72) === passphrase.slice(0, 72)
            ? base.openPrivateKey(state, key, right)
            : base.openPrivateKey(state, key, passphrase);
        },
      })),
  },
  {
    name: 'longer-passphrase-opens',
    bug: 'A passphrase that begins with the right one opens the key.',
    breaks: ['keyservice.get.passphrase-exact'],
    behaviour: (base) =>
      withBook(base, (book) => ({
        openPrivateKey: (state, key, passphrase) => {
          const right = book.passphrases.get(key.privateKey ?? '');
          return right !== undefined && passphrase.startsWith(right)
            ? base.openPrivateKey(state, key, right)
            : base.openPrivateKey(state, key, passphrase);
        },
      })),
  },
  {
    name: 'stays-open-once-read',
    bug: 'A key that was read stays open for whoever asks next.',
    breaks: ['keyservice.get.passphrase-exact'],
    alsoBreaks: {
      'keyservice.create.passphrase-non-ascii': 'it asks wrongly after a right read',
      'keyservice.create.passphrase-reserved-characters': 'it asks wrongly after a right read',
      'keyservice.status.documented-codes': 'its wrong secret deletes the key that it deletes last',
    },
    behaviour: (base) => {
      const open = new Map<string, string>();
      return {
        openPrivateKey: (state, key, passphrase) => {
          const text = open.get(key.token) ?? base.openPrivateKey(state, key, passphrase);
          if (text !== null && key.messages.length > 0) open.set(key.token, text);
          return text;
        },
      };
    },
  },
  {
    name: 'unknown-token-304',
    bug: 'A token that never was is answered like a key without messages.',
    breaks: ['keyservice.get.unknown-token-refused'],
    handlers: around('getMessages', (_, values, run) => {
      const answer = run();
      const never = values.has('token') && !everMade.has(values.get('token') ?? '');
      return never && answer.status === 400 ? empty(304) : answer;
    }),
    behaviour: (base) => ({
      newToken: (state, random) => {
        const token = base.newToken(state, random);
        everMade.add(token);
        return token;
      },
    }),
  },
  {
    name: 'unknown-token-403',
    bug: 'A token that no key has is answered 403 when it comes with a hash.',
    breaks: ['keyservice.get.unknown-token-refused'],
    alsoBreaks: {
      'keyservice.delete.key-gone-getenc': 'its refusal',
      'keyservice.deletehash.deletes': 'its refusal',
    },
    handlers: around('getMessages', (context, values, run) => {
      const answer = run();
      const unknown = values.has('privatekeyhash') && keyOf(context) === undefined;
      return unknown ? answerValue(context, 403, 'Forbidden.') : answer;
    }),
  },
]);

/** Tokens of all worlds of this process; they are random, so none is in two. */
const everMade = new Set<string>();
