import { answerMessages } from '../../../mocks/systems/keyservice/answers.js';
import { defineMutants } from '../../model.js';
import {
  around,
  pretend,
  statusWhere,
  valuesOf,
  withBook,
  type Behaviour,
  type State,
} from './tools.js';

/** Bugs in making and uploading keys, and in where the resource is. */
export const createMutants = defineMutants<State, Behaviour>('keyservice', import.meta.url, [
  {
    name: 'slash-not-found',
    bug: 'The resource is not found with a slash at the end.',
    breaks: ['keyservice.resource.trailing-slash'],
    behaviour: (base) => ({
      canonicalPath: (path) => (path.endsWith('/') ? '/nowhere' : base.canonicalPath(path)),
    }),
  },
  {
    name: 'bare-get-lists-keys',
    bug: 'A GET without a token lists the keys of the server.',
    breaks: ['keyservice.resource.bare-get-reveals-nothing'],
    handlers: around('getMessages', (context, values, run) => {
      if (values.has('token') || context.header('token') !== undefined) return run();
      const body = JSON.stringify([...context.state.keys.keys()].map((KeyToken) => ({ KeyToken })));
      return { status: 200, headers: { 'Content-Type': 'application/json' }, body };
    }),
  },
  {
    name: 'created-201',
    bug: 'A form that makes a key is answered 201.',
    breaks: ['keyservice.create.returns-token'],
    alsoBreaks: {
      'keyservice.format.json-default': 'it makes its key by itself, with the same request',
      'keyservice.generated.create-key-answers-as-described': '201 is not described',
    },
    handlers: statusWhere(
      'createKey',
      201,
      (values, context) =>
        values.has('passphrase') &&
        context.request.query === '' &&
        context.request.path === '/Service' &&
        context.header('origin') === undefined &&
        context.header('content-type')?.startsWith('application/x-www') === true,
    ),
  },
  {
    name: 'token-in-braces',
    bug: 'Tokens are written in braces, as the platform writes its ids.',
    breaks: ['keyservice.create.token-format'],
    behaviour: (base) => ({ newToken: (state, random) => `{${base.newToken(state, random)}}` }),
  },
  {
    name: 'one-key-per-passphrase',
    bug: 'A second key under a passphrase that is known gives the first key again.',
    breaks: ['keyservice.create.tokens-unique', 'keyservice.isolation.messages-per-key'],
    alsoBreaks: {
      'keyservice.isolation.delete-one-key-only': 'both of its keys are the same one',
    },
    handlers: {
      createKey: (next) => {
        const known = new Map<string, ReturnType<typeof next>>();
        return (context) => {
          const passphrase = valuesOf(context).get('passphrase') ?? '';
          const answer = known.get(passphrase) ?? next(context);
          if (passphrase !== '') known.set(passphrase, answer);
          return answer;
        };
      },
    },
  },
  {
    name: 'nothing-makes-a-key',
    bug: 'A POST without any input makes a key with an empty passphrase.',
    breaks: ['keyservice.create.no-input-refused', 'keyservice.create.blank-passphrase-refused'],
    alsoBreaks: {
      'keyservice.format.errors-follow-format': 'it takes this refusal for its example',
      'keyservice.status.error-body-string': 'it takes this refusal for its example',
    },
    behaviour: () => ({ canCreate: () => true }),
  },
  {
    name: 'half-an-upload-accepted',
    bug: 'An upload of a private key and a hash without the public key is answered as done.',
    breaks: ['keyservice.create.no-input-refused'],
    handlers: pretend('createKey', 'Created.', (values) => values.has('privatekey')),
  },
  {
    name: 'no-input-422',
    bug: 'A POST without input is answered 422, as frameworks do with forms that do not validate.',
    breaks: [
      'keyservice.create.no-input-refused',
      'keyservice.create.blank-passphrase-refused',
      'keyservice.status.documented-codes',
      'keyservice.format.errors-follow-format',
      'keyservice.status.error-body-string',
    ],
    behaviour: (base) => ({
      refusal: (kind, operation) =>
        kind === 'nothing-to-create'
          ? { status: 422, form: 'sentence' }
          : base.refusal(kind, operation),
    }),
  },
  {
    name: 'spaces-are-a-passphrase',
    bug: 'Only the empty passphrase counts as missing.',
    breaks: ['keyservice.create.blank-passphrase-refused'],
    behaviour: () => ({ isBlank: (value) => value === '' }),
  },
  {
    name: 'passphrase-decoded-twice',
    bug: 'The passphrase of a form is percent-decoded a second time.',
    breaks: ['keyservice.create.passphrase-reserved-characters'],
    behaviour: (base) => ({
      decodeForm: (body) =>
        [...base.decodeForm(body)].map(([name, value]) => {
          if (name !== 'passphrase' || /%(?![\da-f]{2})/i.test(value)) return [name, value];
          return [name, decodeURIComponent(value.replaceAll('+', ' '))];
        }),
    }),
  },
  {
    name: 'passphrase-html-coded',
    bug: 'The passphrase of a form is HTML-coded before it is used; that of a query is not.',
    breaks: ['keyservice.create.passphrase-reserved-characters'],
    behaviour: (base) => ({
      decodeForm: (body) =>
        [...base.decodeForm(body)].map(([name, value]) => [
          name,
          name === 'passphrase' ? value.replaceAll('&', '&amp;').replaceAll('<', '&lt;') : value,
        ]),
    }),
  },
  {
    name: 'accents-folded',
    bug: 'Accents are taken off a passphrase before the key is derived.',
    breaks: ['keyservice.create.passphrase-non-ascii'],
    behaviour: (base) => {
      const fold = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '');
      return {
        protectPrivateKey: (state, passphrase, text) =>
          base.protectPrivateKey(state, fold(passphrase), text),
        openPrivateKey: (state, key, passphrase) =>
          base.openPrivateKey(state, key, fold(passphrase)),
      };
    },
  },
  {
    name: 'query-not-utf8',
    bug: 'A passphrase in the query loses what Latin-1 cannot hold.',
    breaks: ['keyservice.create.passphrase-non-ascii'],
    behaviour: (base) => ({
      openPrivateKey: (state, key, passphrase) =>
        base.openPrivateKey(state, key, passphrase.replaceAll(/[^\u0020-\u00ff]/g, '?')),
    }),
  },
  {
    name: 'key-id-zero',
    bug: 'The key object is written before the database has given the key its number.',
    breaks: ['keyservice.create.key-object-members'],
    alsoBreaks: {
      'keyservice.generated.create-key-answers-as-described': 'its number must be above 0',
    },
    behaviour: (base) => ({
      keyObject: (key, date) => ({ ...base.keyObject(key, date), KeyId: 0 }),
    }),
  },
  {
    name: 'key-said-unencrypted',
    bug: 'IsPrivateKeyEncrypted is false although the private key is encrypted.',
    breaks: ['keyservice.create.key-object-members'],
    behaviour: (base) => ({
      keyObject: (key, date) => ({ ...base.keyObject(key, date), IsPrivateKeyEncrypted: false }),
    }),
  },
  {
    name: 'private-key-in-clear',
    bug: 'GetPrivateKey of the key object is the private key before encryption.',
    breaks: ['keyservice.create.no-secrets-in-answer'],
    behaviour: (base) =>
      withBook(base, (book) => ({
        keyObject: (key, date) => ({
          ...base.keyObject(key, date),
          GetPrivateKey: book.privateKeys.get(key.privateKey ?? '') ?? null,
        }),
      })),
  },
  {
    name: 'passphrase-repeated',
    bug: 'The key object repeats the passphrase.',
    breaks: ['keyservice.create.no-secrets-in-answer'],
    behaviour: (base) =>
      withBook(base, (book) => ({
        keyObject: (key, date) => ({
          ...base.keyObject(key, date),
          URI: `${key.token}?passphrase=${book.passphrases.get(key.privateKey ?? '') ?? ''}`,
        }),
      })),
  },
]);

/** Bugs in uploads. */
export const uploadMutants = defineMutants<State, Behaviour>('keyservice', import.meta.url, [
  {
    name: 'uploaded-201',
    bug: 'An upload of a whole key pair is answered 201.',
    breaks: ['keyservice.upload.full-answers-200'],
    alsoBreaks: { 'keyservice.upload.same-key-twice': 'it uploads by itself' },
    handlers: statusWhere('createKey', 201, (values) => values.has('privatekey')),
  },
  {
    name: 'upload-without-private-key-conflict',
    bug: 'An upload without a private key is answered 409.',
    breaks: ['keyservice.upload.private-key-optional'],
    behaviour: (base) => ({
      requiresPrivateKey: true,
      refusal: (kind, operation) =>
        kind === 'private-key-required'
          ? { status: 409, form: 'sentence' }
          : base.refusal(kind, operation),
    }),
  },
  {
    name: 'hash-dropped-without-private-key',
    bug: 'The hash of an upload is kept only together with a private key.',
    breaks: ['keyservice.upload.private-key-optional'],
    alsoBreaks: {
      'keyservice.delete.no-private-key-refused': 'it reads such a key to see that it is unharmed',
    },
    behaviour: (base) => ({
      hashOpens: (key, hash) => key.privateKey !== null && base.hashOpens(key, hash),
    }),
  },
  {
    name: 'hash-stored-in-lower-case',
    bug: 'The hash of an upload is stored in lower case and compared exactly.',
    breaks: ['keyservice.upload.hash-any-string'],
    behaviour: () => ({ keepHash: (hash) => hash.toLowerCase() }),
  },
  {
    name: 'hash-must-be-sha256',
    bug: 'Only 64 hexadecimal digits are taken for a hash.',
    breaks: ['keyservice.upload.hash-any-string'],
    handlers: around('createKey', (_, values, run) => {
      const hash = values.get('privatekeyhash');
      if (hash === null || /^[0-9a-f]{64}$/i.test(hash)) return run();
      return { status: 400, headers: { 'Content-Type': 'application/json' }, body: '"No hash."' };
    }),
  },
  {
    name: 'hash-column-too-short',
    bug: 'The hash is cut to the 40 characters of its column.',
    breaks: ['keyservice.upload.hash-any-string'],
    behaviour: () => ({ keepHash: (hash) => (/[^0-9a-f]/.test(hash) ? hash.slice(0, 20) : hash) }),
  },
  {
    name: 'public-key-reformatted',
    bug: 'The answer to an upload shows the public key parsed and written anew, on several lines.',
    breaks: ['keyservice.upload.public-key-echoed'],
    behaviour: (base) => ({
      keyObject: (key, date) => ({
        ...base.keyObject(key, date),
        PublicKey: key.publicKey.replaceAll('><', '>\n<'),
      }),
    }),
  },
  {
    name: 'one-mailbox-per-public-key',
    bug: 'A public key that is known gives its first token again.',
    breaks: ['keyservice.upload.same-key-twice'],
    handlers: {
      createKey: (next) => {
        const known = new Map<string, ReturnType<typeof next>>();
        return (context) => {
          const publicKey = valuesOf(context).get('publickey') ?? '';
          const answer = known.get(publicKey) ?? next(context);
          if (publicKey !== '') known.set(publicKey, answer);
          return answer;
        };
      },
    },
  },
  {
    name: 'uploads-never-decrypted',
    bug: 'The private key of an upload is stored and never used.',
    breaks: ['keyservice.upload.enables-online-reading'],
    behaviour: (base) =>
      withBook(base, (book) => ({
        openPrivateKey: (state, key, passphrase) =>
          book.passphrases.has(key.privateKey ?? '')
            ? base.openPrivateKey(state, key, passphrase)
            : null,
      })),
  },
  {
    name: 'ciphertext-for-any-passphrase',
    bug: 'A key without a private key lists its ciphertexts for any passphrase.',
    breaks: ['keyservice.upload.without-private-key-not-online'],
    handlers: around('getMessages', (context, values, run) => {
      const key = context.state.keys.get(values.get('token') ?? '');
      if (key?.privateKey !== null || !values.has('passphrase')) return run();
      return answerMessages(
        context,
        key.messages.map((message) => ({ ...message, message, downloadId: null })),
      );
    }),
  },
]);
