import { answerValue } from '../../../mocks/systems/keyservice/answers.js';
import { addMessages } from '../../../mocks/systems/keyservice/state.js';
import { defineMutants } from '../../model.js';
import {
  around,
  keyOf,
  pretend,
  statusWhere,
  type Behaviour,
  type Context,
  type State,
} from './tools.js';

const junk = { data: '', encryptionKey: '', hash: null, isFile: false, utf8: false };

/** Encrypted private keys that the server made. */
const madeHere = new Set<string>();

/** Puts an empty message into a mailbox. */
function storeJunk(context: Context): void {
  const key = keyOf(context);
  if (key !== undefined) addMessages(context.state, key, [junk], context.world.clock.now());
}

/** Bugs in sending. */
export const sendMutants = defineMutants<State, Behaviour>('keyservice', import.meta.url, [
  {
    name: 'sent-202',
    bug: 'A text is answered 202, since it is encrypted later.',
    breaks: ['keyservice.send.message-answers-200'],
    alsoBreaks: {
      'keyservice.create.returns-token': 'it sends with the new token',
      'keyservice.upload.full-answers-200': 'it sends with the new token',
      'keyservice.send.to-uploaded-key': 'it is about a send',
      'keyservice.files.multipart-accepted': 'its file comes with a text',
      'keyservice.format.json-default': 'it sends by itself',
      'keyservice.format.xml-every-operation': 'it sends by itself',
      'keyservice.status.documented-codes': '202 is none of the four',
      'keyservice.status.server-error-500': 'the send after the failure',
      'keyservice.cors.post-put-delete': 'it sends by itself',
      'keyservice.transport.query-parameters': 'it sends by itself',
      'keyservice.transport.json-body': 'it sends by itself',
      'keyservice.get.ascii-exact': 'it sends by itself',
      'keyservice.get.latin1-exact': 'it sends by itself',
      'keyservice.get.unicode-exact': 'it sends by itself',
      'keyservice.get.markup-unchanged': 'it sends by itself',
      'keyservice.get.repetitive-text-whole': 'it sends by itself',
      'keyservice.get.large-text': 'it sends by itself',
      'keyservice.generated.send-message-answers-as-described': '202 is not described',
    },
    respond: (response, context) =>
      context.operation?.id === 'sendMessage' &&
      response.status === 200 &&
      !new TextDecoder().decode(context.request.body).includes('encryptedmessage')
        ? { ...response, status: 202 }
        : response,
  },
  {
    name: 'python-true',
    bug: 'A successful send answers True, which is no JSON.',
    breaks: ['keyservice.send.body-true'],
    alsoBreaks: {
      'keyservice.format.json-default': 'it looks at this body too',
      'keyservice.generated.send-message-answers-as-described': 'the body is not JSON',
    },
    respond: (response, context) =>
      context.operation?.id === 'sendMessage' && response.body === 'true'
        ? { ...response, body: 'True' }
        : response,
  },
  {
    name: 'empty-send-accepted',
    bug: 'A PUT with nothing but a token is answered as done.',
    breaks: ['keyservice.send.without-content-refused'],
    handlers: pretend(
      'sendMessage',
      true,
      (values, context) => keyOf(context) !== undefined && [...values.keys()].join() === 'token',
    ),
  },
  {
    name: 'empty-send-stored',
    bug: 'A PUT without content is refused after its empty message was stored.',
    breaks: ['keyservice.send.without-content-refused'],
    handlers: around('sendMessage', (context, values, run) => {
      if ([...values.keys()].join() === 'token') storeJunk(context);
      return run();
    }),
  },
  {
    name: 'unknown-token-swallowed',
    bug: 'A message for a token that no key has is answered as done.',
    breaks: ['keyservice.send.unknown-token-refused', 'keyservice.delete.key-gone-send'],
    handlers: pretend(
      'sendMessage',
      true,
      (values, context) => values.has('token') && keyOf(context) === undefined,
    ),
  },
  {
    name: 'unknown-token-401',
    bug: 'A send to a token that no key has is answered 401.',
    breaks: [
      'keyservice.send.unknown-token-refused',
      'keyservice.delete.key-gone-send',
      'keyservice.status.documented-codes',
    ],
    behaviour: (base) => ({
      refusal: (kind, operation) =>
        kind === 'unknown-token' && operation === 'sendMessage'
          ? { status: 401, form: 'sentence' }
          : base.refusal(kind, operation),
    }),
  },
  {
    name: 'encrypted-to-nobody',
    bug: 'Only the send of a text looks whether the token exists.',
    breaks: ['keyservice.send.unknown-token-refused', 'keyservice.delete.key-gone-send'],
    handlers: pretend(
      'sendMessage',
      true,
      (values, context) => values.has('encryptedmessage') && keyOf(context) === undefined,
    ),
  },
  {
    name: 'tokenless-send-swallowed',
    bug: 'A message without a token is answered as done.',
    breaks: ['keyservice.send.missing-token-refused'],
    handlers: pretend('sendMessage', true, (values) => !values.has('token')),
  },
  {
    name: 'tokenless-send-405',
    bug: 'A message without a token is answered 405.',
    breaks: ['keyservice.send.missing-token-refused'],
    behaviour: (base) => ({
      refusal: (kind, operation) =>
        kind === 'no-token' && operation === 'sendMessage'
          ? { status: 405, form: 'sentence' }
          : base.refusal(kind, operation),
    }),
  },
  {
    name: 'text-to-upload-lost',
    bug: 'A text for an uploaded key is answered as done and never stored.',
    breaks: ['keyservice.send.to-uploaded-key'],
    alsoBreaks: {
      'keyservice.getenc.online-message-stays-encrypted': 'it reads such a text',
      'keyservice.upload.enables-online-reading': 'it reads such a text',
      'keyservice.getenc.all-messages': 'two of its messages are such texts',
    },
    handlers: around('sendMessage', (context, values, run) => {
      const key = keyOf(context);
      const answer = run();
      const uploaded = key !== undefined && !madeHere.has(key.privateKey ?? '');
      if (uploaded && values.has('message')) key.messages.pop();
      return answer;
    }),
    behaviour: (base) => ({
      protectPrivateKey(state, passphrase, privateKey) {
        const kept = base.protectPrivateKey(state, passphrase, privateKey);
        madeHere.add(kept);
        return kept;
      },
    }),
  },
  {
    name: 'encrypted-send-202',
    bug: 'An encrypted message is answered 202.',
    breaks: ['keyservice.sendenc.answers-200'],
    alsoBreaks: {
      'keyservice.sendenc.opaque-values': 'it sends by itself',
      'keyservice.sendenc.read-online': 'it sends by itself',
      'keyservice.transport.names-case-ignored': 'it sends by itself',
      'keyservice.upload.private-key-optional': 'it sends by itself',
      'keyservice.upload.hash-any-string': 'it sends by itself',
    },
    handlers: statusWhere('sendMessage', 202, (values) => values.has('encryptedmessage')),
  },
  {
    name: 'encryption-key-alone-accepted',
    bug: 'An encryption key without a message is answered as done.',
    breaks: ['keyservice.sendenc.without-text-refused'],
    handlers: pretend(
      'sendMessage',
      true,
      (values) => values.has('encryptionkey') && !values.has('encryptedmessage'),
    ),
  },
  {
    name: 'encryption-key-alone-stored',
    bug: 'An encryption key without a message is refused after it was stored.',
    breaks: ['keyservice.sendenc.without-text-refused'],
    handlers: around('sendMessage', (context, values, run) => {
      if (values.has('encryptionkey') && !values.has('encryptedmessage')) storeJunk(context);
      return run();
    }),
  },
  {
    name: 'only-base64-accepted',
    bug: 'An encrypted message that is no base64 is refused.',
    breaks: ['keyservice.sendenc.opaque-values'],
    handlers: around('sendMessage', (context, values, run) => {
      const text = values.get('encryptedmessage') ?? '';
      return /^[A-Za-z0-9+/=]*$/.test(text) ? run() : answerValue(context, 400, 'No base64.');
    }),
  },
  {
    name: 'encrypted-values-trimmed',
    bug: 'White space around encrypted values is taken off.',
    breaks: ['keyservice.sendenc.opaque-values'],
    behaviour: () => ({
      keepEncrypted: (data, encryptionKey) => ({
        data: data.trim(),
        encryptionKey: encryptionKey.trim(),
      }),
    }),
  },
  {
    name: 'sender-encrypted-hidden-online',
    bug: 'The online list leaves out what a sender encrypted.',
    breaks: ['keyservice.sendenc.read-online'],
    behaviour: (base) => ({
      mailbox: (key, flavour) =>
        base
          .mailbox(key, flavour)
          .filter((message) => flavour === 'encrypted' || message.hash !== null),
    }),
  },
  {
    name: 'encryption-key-column-too-short',
    bug: 'The encryption key is cut to the 1024 characters of its column.',
    breaks: ['keyservice.getenc.verbatim', 'keyservice.sendenc.read-online'],
    behaviour: () => ({
      keepEncrypted: (data, encryptionKey) => ({
        data,
        encryptionKey: encryptionKey.slice(0, 1024),
      }),
    }),
  },
]);
