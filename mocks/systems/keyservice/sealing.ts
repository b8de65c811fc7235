import type { Context } from './behaviour.js';
import { needsUtf8, hashText } from './crypto/message-sealing.js';
import type { NamedFile } from './crypto/file-archive.js';
import { decryptText, derivedKey, encryptText } from './crypto/passphrase-cipher.js';
import { decryptPassphrase } from './crypto/rsa-blocks.js';
import type { PrivateKey, PublicKey } from './crypto/rsa-key.js';
import { rememberUnwrapped, type SealedMessage, type StoredMessage } from './state.js';

/** A message in clear, with the passphrase that opened it. */
export interface OpenedMessage {
  readonly passphrase: string;
  /** The text, or the name of a file. */
  readonly text: string;
}

/** Encrypts a text for the owner of a public key. */
export function sealText(context: Context, key: PublicKey, text: string): SealedMessage {
  const compressed = context.behaviour.compress(text);
  return {
    ...seal(context, key, compressed),
    hash: hashText(compressed),
    isFile: false,
    utf8: needsUtf8(text),
  };
}

/** Encrypts a file for the owner of a public key. */
export function sealFile(context: Context, key: PublicKey, file: NamedFile): SealedMessage {
  const archive = context.behaviour.archive(file);
  return { ...seal(context, key, archive), hash: hashText(archive), isFile: true, utf8: false };
}

function seal(
  context: Context,
  key: PublicKey,
  content: string,
): { readonly data: string; readonly encryptionKey: string } {
  const { behaviour, state, world } = context;
  const passphrase = behaviour.messagePassphrase(world.random);
  const encryptionKey = behaviour.wrapPassphrase(key, passphrase, (length) =>
    world.random.bytes(length),
  );
  rememberUnwrapped(state, encryptionKey, { modulus: key.modulus, passphrase });
  return { data: encryptText(derivedKey(passphrase), content), encryptionKey };
}

/** Decrypts a message. @returns null for what a sender left that cannot be decrypted */
export function openMessage(
  context: Context,
  key: PrivateKey,
  message: StoredMessage,
): OpenedMessage | null {
  const passphrase = unwrap(context, key, message.encryptionKey);
  if (passphrase === null) return null;
  const content = decryptText(derivedKey(passphrase), message.data);
  if (content === null) return null;
  const text = message.isFile
    ? context.behaviour.extract(content)?.name
    : context.behaviour.decompress(content, message.utf8);
  return text === undefined || text === null ? null : { passphrase, text };
}

/** Takes the file out of a message whose passphrase is known. */
export function openFile(
  context: Context,
  message: StoredMessage,
  passphrase: string,
): NamedFile | null {
  const content = decryptText(derivedKey(passphrase), message.data);
  return content === null ? null : context.behaviour.extract(content);
}

function unwrap(context: Context, key: PrivateKey, encryptionKey: string): string | null {
  const known = context.state.unwrapped.get(encryptionKey);
  if (known?.modulus === key.modulus) return known.passphrase;
  const passphrase = decryptPassphrase(key, encryptionKey);
  if (passphrase !== null) {
    rememberUnwrapped(context.state, encryptionKey, { modulus: key.modulus, passphrase });
  }
  return passphrase;
}
