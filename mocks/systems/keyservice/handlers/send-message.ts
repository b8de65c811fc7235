import type { PlainResponse } from '../../../engine/http.js';
import { answerValue } from '../answers.js';
import type { Context } from '../behaviour.js';
import type { NamedFile } from '../crypto/file-archive.js';
import { parsePublicKey, type PublicKey } from '../crypto/rsa-key.js';
import { readParameters, type Parameters } from '../parameters.js';
import { refuse } from '../refusals.js';
import { sealFile, sealText } from '../sealing.js';
import { addMessages, type KeyRecord, type SealedMessage } from '../state.js';

/** What one request brings for a mailbox. */
interface Sending {
  readonly files: readonly NamedFile[];
  readonly message: string | undefined;
  readonly encrypted: string | undefined;
  readonly encryptionKey: string | undefined;
}

/** `PUT /Service`: encrypts and keeps what a sender brings, or keeps what came encrypted. */
export function sendMessage(context: Context): PlainResponse {
  const parameters = readParameters(context);
  const sending = sendingOf(context, parameters);
  if (
    sending.files.length === 0 &&
    sending.message === undefined &&
    sending.encrypted === undefined
  ) {
    return refuse(context, 'nothing-to-send');
  }
  const token = parameters.plain('token');
  if (token === undefined) return refuse(context, 'no-token');
  const key = context.behaviour.findKey(context.state, token, 'send');
  if (key === undefined) return refuse(context, 'unknown-token');

  // Every part is made ready before the first is kept: a refused request stores nothing.
  const sealed = seal(context, key, sending);
  const mailbox = context.behaviour.mailboxFor(context.state, key);
  addMessages(context.state, mailbox, sealed, context.world.clock.now());
  return answerValue(context, 200, context.behaviour.sentAnswer);
}

function sendingOf(context: Context, parameters: Parameters): Sending {
  return {
    files: context.behaviour.filesToStore(parameters.files),
    message: parameters.content('message'),
    encrypted: parameters.content('encryptedmessage'),
    encryptionKey: parameters.content('encryptionkey'),
  };
}

/** The messages of a request, in the order file, message, encrypted message. */
function seal(context: Context, key: KeyRecord, sending: Sending): readonly SealedMessage[] {
  const { files, message, encrypted, encryptionKey } = sending;
  const bare = encrypted !== undefined && encryptionKey === undefined;
  if (bare && context.behaviour.encryptedWithoutKey === 'refuse') {
    return refuse(context, 'no-encryption-key');
  }
  const texts = [message, bare ? encrypted : undefined].filter((text) => text !== undefined);
  const sealed: SealedMessage[] = [];
  if (files.length > 0 || texts.length > 0) {
    const publicKey = usablePublicKey(context, key);
    for (const file of files) sealed.push(sealFile(context, publicKey, file));
    for (const text of texts) sealed.push(sealText(context, publicKey, text));
  }
  if (encrypted !== undefined && encryptionKey !== undefined) {
    const kept = context.behaviour.keepEncrypted(encrypted, encryptionKey);
    sealed.push({ ...kept, hash: null, isFile: false, utf8: false });
  }
  return sealed;
}

function usablePublicKey(context: Context, key: KeyRecord): PublicKey {
  return parsePublicKey(key.publicKey) ?? refuse(context, 'unusable-public-key');
}
