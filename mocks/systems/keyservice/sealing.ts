import type { Context } from './behaviour.js';
import { archiveFile, extractFile, type NamedFile } from './crypto/file-archive.js';
import {
  bytesText,
  compressText,
  decompressText,
  hashText,
  needsUtf8,
  textBytes,
} from './crypto/message-sealing.js';
import { decryptText, derivedKey, encryptText } from './crypto/passphrase-cipher.js';
import { decryptPassphrase } from './crypto/rsa-blocks.js';
import type { PrivateKey, PublicKey } from './crypto/rsa-key.js';
import { rememberUnwrapped, type SealedMessage, type StoredMessage } from './state.js';
import { keepBytes, sealedUpTo } from './unsealed.js';

/** A message in clear, with the passphrase that opened it. */
export interface OpenedMessage {
  readonly passphrase: string;
  /** The text, or the name of a file. */
  readonly text: string;
}

/** Encrypts a text for the owner of a public key, at once or, if it is large, when asked for. */
export function sealText(context: Context, key: PublicKey, text: string): SealedMessage {
  const { behaviour } = context;
  const rest = { isFile: false, utf8: needsUtf8(text) };
  // Whoever packs otherwise gets the long way, so that nothing of the difference is left out.
  const asUsual = behaviour.compress === compressText && behaviour.decompress === decompressText;
  if (text.length > sealedUpTo && asUsual) {
    return { ...leaveUnsealed(context, key, null, textBytes(text)), ...rest };
  }
  const compressed = behaviour.compress(text);
  return { ...seal(context, key, compressed), hash: hashText(compressed), ...rest };
}

/** Encrypts a file for the owner of a public key, at once or, if it is large, when asked for. */
export function sealFile(context: Context, key: PublicKey, file: NamedFile): SealedMessage {
  const { behaviour } = context;
  const rest = { isFile: true, utf8: false };
  const asUsual = behaviour.archive === archiveFile && behaviour.extract === extractFile;
  if (file.bytes.length > sealedUpTo && asUsual) {
    return { ...leaveUnsealed(context, key, file.name, keepBytes(file.bytes)), ...rest };
  }
  const archived = behaviour.archive(file);
  return { ...seal(context, key, archived), hash: hashText(archived), ...rest };
}

function seal(
  context: Context,
  key: PublicKey,
  content: string,
): { readonly data: string; readonly encryptionKey: string } {
  const { passphrase, encryptionKey } = newPassphrase(context, key);
  return { data: encryptText(derivedKey(passphrase), content), encryptionKey };
}

/** All chance is used now, as if it were sealed, so that a seed repeats either way. */
function leaveUnsealed(
  context: Context,
  key: PublicKey,
  name: string | null,
  bytes: Uint8Array,
): Pick<SealedMessage, 'data' | 'encryptionKey' | 'hash'> {
  const { passphrase, encryptionKey } = newPassphrase(context, key);
  return { data: { name, bytes, passphrase }, encryptionKey, hash: '' };
}

/** A passphrase for one message, and its form for the owner of a public key. */
function newPassphrase(
  context: Context,
  key: PublicKey,
): { readonly passphrase: string; readonly encryptionKey: string } {
  const { behaviour, state, world } = context;
  const passphrase = behaviour.messagePassphrase(world.random);
  const encryptionKey = behaviour.wrapPassphrase(key, passphrase, (length) =>
    world.random.bytes(length),
  );
  rememberUnwrapped(state, encryptionKey, { modulus: key.modulus, passphrase });
  return { passphrase, encryptionKey };
}

/** Decrypts a message. @returns null for what a sender left that cannot be decrypted */
export function openMessage(
  context: Context,
  key: PrivateKey,
  message: StoredMessage,
): OpenedMessage | null {
  const passphrase = unwrap(context, key, message.encryptionKey);
  if (passphrase === null) return null;
  const text = openText(context, message, passphrase);
  return text === null ? null : { passphrase, text };
}

/** The text, or the name of a file. */
function openText(context: Context, message: StoredMessage, passphrase: string): string | null {
  const { data, utf8 } = message;
  if (typeof data !== 'string') {
    return data.passphrase === passphrase ? (data.name ?? bytesText(data.bytes, utf8)) : null;
  }
  const content = decryptText(derivedKey(passphrase), data);
  if (content === null) return null;
  return message.isFile
    ? (context.behaviour.extract(content)?.name ?? null)
    : context.behaviour.decompress(content, utf8);
}

/** Takes the file out of a message whose passphrase is known. */
export function openFile(
  context: Context,
  { data }: StoredMessage,
  passphrase: string,
): NamedFile | null {
  if (typeof data !== 'string') {
    const { name, bytes } = data;
    return name === null || data.passphrase !== passphrase ? null : { name, bytes };
  }
  const content = decryptText(derivedKey(passphrase), data);
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
