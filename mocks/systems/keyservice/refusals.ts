import { Refusal, type PlainResponse } from '../../engine/http.js';
import { answerObject, answerValue } from './answers.js';
import type { Context } from './behaviour.js';
import { page, servicePage } from './pages.js';

/** The kinds of refusal of this system. */
export type RefusalKind =
  | 'nothing-to-create'
  | 'private-key-required'
  | 'nothing-to-send'
  | 'no-encryption-key'
  | 'unusable-public-key'
  | 'no-token'
  | 'no-secret'
  | 'unknown-token'
  | 'wrong-secret'
  | 'unknown-file'
  | 'malformed-body'
  | 'body-too-large'
  | 'no-such-verb'
  | 'undecryptable'
  | 'failure';

/** How a refusal is put: its status, and its body as a sentence, an object or a page. */
export interface RefusalShape {
  readonly status: number;
  readonly form: 'sentence' | 'object' | 'page';
}

/**
 * The wording is free; none of it holds a value of a key or a message. A token that no key has and
 * a secret that does not fit are worded alike, so that a refusal tells nothing.
 */
const sentences: Readonly<Record<RefusalKind, string>> = {
  'nothing-to-create': 'Send a passphrase, or a publickey of your own; blank values do not count.',
  'private-key-required': 'Send the encrypted privatekey together with the publickey.',
  'nothing-to-send': 'Send a message, or an encryptedmessage with its encryptionkey, or a file.',
  'no-encryption-key': 'An encryptedmessage needs its encryptionkey.',
  'unusable-public-key': 'The public key of this token cannot be used to encrypt.',
  'no-token': 'The token is missing.',
  'no-secret': 'Send the passphrase or the privatekeyhash of the key.',
  'unknown-token': 'No key answers to this token and secret.',
  'wrong-secret': 'No key answers to this token and secret.',
  'unknown-file': 'The file id is unknown or has expired.',
  'malformed-body': 'The body cannot be read.',
  'body-too-large': 'The body is too large.',
  'no-such-verb': 'The service knows GET, POST, PUT, DELETE and OPTIONS.',
  undecryptable: 'A message of this key cannot be decrypted.',
  failure: 'The server failed; nothing was changed.',
};

/** @param detail a sentence that says more than the kind alone */
export function refusal(context: Context, kind: RefusalKind, detail?: string): PlainResponse {
  const { status, form } = context.behaviour.refusal(kind, context.operation?.id);
  const sentence = detail ?? sentences[kind];
  switch (form) {
    case 'sentence':
      return answerValue(context, status, sentence);
    case 'object':
      return answerObject(context, status, { Message: sentence });
    case 'page':
      return page(status, servicePage('Error', sentence));
  }
}

/** Ends the request. */
export function refuse(context: Context, kind: RefusalKind, detail?: string): never {
  throw new Refusal(refusal(context, kind, detail));
}
