import { empty, type PlainResponse } from '../../../engine/http.js';
import { answerMessages } from '../answers.js';
import type { Context, Flavour, MessageContent } from '../behaviour.js';
import { base64 } from '../crypto/encodings.js';
import { parsePrivateKey } from '../crypto/rsa-key.js';
import { helpPage, page } from '../pages.js';
import { readParameters } from '../parameters.js';
import { refuse } from '../refusals.js';
import { openMessage } from '../sealing.js';
import { addDownload, type KeyRecord, type StoredMessage } from '../state.js';

/** Random bytes of a download id; the id alone fetches a file. */
const downloadIdBytes = 64;

/** `GET /Service`: lists a mailbox, in clear for the passphrase or as stored for the hash. */
export function getMessages(context: Context): PlainResponse {
  const { behaviour, state } = context;
  const parameters = readParameters(context);
  const token = parameters.plain('token');
  const passphrase = parameters.plain('passphrase');
  const hash = parameters.plain('privatekeyhash');
  const hasSecret = passphrase !== undefined || hash !== undefined;
  if (token === undefined) {
    return behaviour.showsPage(hasSecret) ? page(200, helpPage) : refuse(context, 'no-token');
  }
  if (!hasSecret) return refuse(context, 'no-secret');
  const flavour = passphrase === undefined ? 'encrypted' : 'online';
  const use = flavour === 'online' ? 'read' : 'read-encrypted';
  const key = behaviour.findKey(state, token, use);
  if (key === undefined) return refuse(context, 'unknown-token');

  // The secret comes before any look at the messages: a refusal must not tell whether some wait.
  if (passphrase !== undefined) {
    const privateKey = behaviour.openPrivateKey(state, key, passphrase);
    if (privateKey === null) return refuse(context, 'wrong-secret');
    return list(context, key, flavour, (messages) =>
      decryptAll(context, key, privateKey, messages),
    );
  }
  if (hash === undefined || !behaviour.hashOpens(key, hash)) return refuse(context, 'wrong-secret');
  return list(context, key, flavour, (messages) => messages.map(asStored));
}

function list(
  context: Context,
  key: KeyRecord,
  flavour: Flavour,
  show: (messages: readonly StoredMessage[]) => readonly MessageContent[],
): PlainResponse {
  const { behaviour } = context;
  const messages = behaviour.mailbox(key, flavour);
  if (messages.length === 0 && behaviour.emptyIsNotModified(flavour)) return empty(304);
  const answer = answerMessages(context, show(messages));
  behaviour.afterReading(context.state, key, flavour);
  return answer;
}

function asStored(message: StoredMessage): MessageContent {
  const { data, encryptionKey } = message;
  return { message, data, encryptionKey, downloadId: null };
}

function decryptAll(
  context: Context,
  key: KeyRecord,
  privateKeyText: string,
  messages: readonly StoredMessage[],
): readonly MessageContent[] {
  const privateKey = parsePrivateKey(privateKeyText);
  if (privateKey === null) return refuse(context, 'undecryptable');
  const opened = messages.map((message) => {
    const content = openMessage(context, privateKey, message);
    return { message, content: content ?? refuse(context, 'undecryptable') };
  });
  // Only now, since one message that cannot be decrypted refuses the whole read.
  return opened.map(({ message, content }) => ({
    message,
    data: content.text,
    encryptionKey: content.passphrase,
    downloadId: message.isFile ? offer(context, key, message, content.passphrase) : null,
  }));
}

/** Makes a new way to fetch a file. */
function offer(
  context: Context,
  key: KeyRecord,
  message: StoredMessage,
  passphrase: string,
): string {
  const { behaviour, state, world } = context;
  const id = base64(world.random.bytes(downloadIdBytes));
  const now = world.clock.now();
  const expires = now + behaviour.downloadLifetime;
  addDownload(state, id, { token: key.token, message, passphrase, expires }, now);
  return id;
}
