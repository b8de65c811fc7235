import type { components } from '../../../specs/keyservice/types.gen.js';
import type { RequestContext } from '../../engine/context.js';
import type { PlainResponse } from '../../engine/http.js';
import type { Random } from '../../engine/random.js';
import type { NamedFile } from './crypto/file-archive.js';
import type { RandomBytes } from './crypto/rsa-blocks.js';
import type { PublicKey } from './crypto/rsa-key.js';
import type { RefusalKind, RefusalShape } from './refusals.js';
import type { KeyRecord, State, StoredMessage } from './state.js';
import type { Unsealed } from './unsealed.js';

export type Context = RequestContext<State, Behaviour>;
export type Key = components['schemas']['Key'];
/** An entry of a message list. What is not sealed stands for its ciphertext, made as it is written. */
export type Message = Omit<components['schemas']['Message'], 'MessageData'> & {
  readonly MessageData: string | Unsealed;
};

/** Where a parameter may stand. */
export type Place = 'header' | 'body' | 'query';
/** Body forms that parameters are read from. */
export type BodyForm = 'form' | 'multipart' | 'json';
export type Format = 'json' | 'xml';
/** What a token is used for. */
export type TokenUse = 'send' | 'read' | 'read-encrypted' | 'delete';
export type Flavour = 'online' | 'encrypted';

/** What an entry of a message list shows of a message. */
export interface MessageContent {
  readonly message: StoredMessage;
  readonly data: string | Unsealed;
  readonly encryptionKey: string;
  readonly downloadId: string | null;
}

/** Writes a time, in ms since the epoch, in the form of the chosen format. */
export type DateWriter = (time: number) => string;

/**
 * The decisions of this system that an implementer could take otherwise. A dialect is one such
 * record; so is a mutant or a legal variant.
 */
export interface Behaviour {
  // --- transport ---
  /** The spelling of the document for a path that means the same; other paths unchanged. */
  canonicalPath(path: string): string;
  /** Places that parameters are read from, for a method in upper case; the order is fixed. */
  placesOf(method: string): readonly Place[];
  readonly bodyForms: readonly BodyForm[];
  /** Form in which parameter names are compared. */
  foldName(name: string): string;
  /** Names and values of a form body. */
  decodeForm(body: Uint8Array): Iterable<readonly [string, string]>;
  /** Whether a value that is not content counts as absent. */
  isBlank(value: string): boolean;
  /** Format of an answer, from the value of `format` in the URI and the Accept header. */
  chooseFormat(format: string | undefined, accept: string | undefined): Format;
  /** Format of a refusal where this one was chosen. */
  refusalFormat(chosen: Format): Format;
  readonly contentTypes: Readonly<Record<Format, string>>;
  readonly dates: Readonly<Record<Format, DateWriter>>;
  readonly xmlNames: { readonly root: string; readonly message: string };
  /** Text content of an XML element. */
  escapeXml(text: string): string;
  /** Value of Access-Control-Allow-Origin for an answer, or null for none. */
  allowedOrigin(context: Context, status: number): string | null;
  preflight(requestedHeaders: string | undefined): PlainResponse;
  /** The answer to a verb that the resource does not have. */
  otherVerb(context: Context): PlainResponse;
  /** Status and shape of a refusal, by the operation that refuses. */
  refusal(kind: RefusalKind, operation: string | undefined): RefusalShape;

  // --- keys ---
  /** Whether these parameters are enough to make or upload a key. */
  canCreate(passphrase: string | undefined, publicKey: string | undefined): boolean;
  /** Whether an upload must bring the encrypted private key. */
  readonly requiresPrivateKey: boolean;
  newToken(state: State, random: Random): string;
  /** Private key text of a new pair with its public text. */
  makeKeyPair(state: State): { readonly publicKey: string; readonly privateKey: string };
  /** The private key as it is kept: encrypted under the passphrase. */
  protectPrivateKey(state: State, passphrase: string, privateKey: string): string;
  /** The hash that opens a key made online. */
  hashPrivateKey(privateKey: string, passphrase: string): string;
  /** What is kept of the hash of an upload. */
  keepHash(hash: string): string;
  /** What is kept of the public key of an upload. */
  keepPublicKey(publicKey: string): string;
  keyObject(key: KeyRecord, date: DateWriter): Key;
  /** The key that a token stands for. */
  findKey(state: State, token: string, use: TokenUse): KeyRecord | undefined;
  /** The private key text, or null when the passphrase is wrong or the key has none. */
  openPrivateKey(state: State, key: KeyRecord, passphrase: string): string | null;
  /** Whether a hash opens the key. */
  hashOpens(key: KeyRecord, hash: string): boolean;

  // --- messages ---
  /** An encrypted message without its key: refused, or taken for a text in clear. */
  readonly encryptedWithoutKey: 'refuse' | 'take-as-message';
  /** The mailbox that a message for this key is put into. */
  mailboxFor(state: State, key: KeyRecord): KeyRecord;
  /** What of several files is stored. */
  filesToStore(files: readonly NamedFile[]): readonly NamedFile[];
  messagePassphrase(random: Random): string;
  /** Compressed text, one character per byte. */
  compress(text: string): string;
  /** The text again, or null for what is not compressed. */
  decompress(compressed: string, utf8: boolean): string | null;
  /** The text that is encrypted for a file. */
  archive(file: NamedFile): string;
  extract(archive: string): NamedFile | null;
  /** The passphrase of a message, encrypted with the public key. */
  wrapPassphrase(key: PublicKey, passphrase: string, random: RandomBytes): string;
  /** Encrypted message and key as they are kept. */
  keepEncrypted(
    data: string,
    encryptionKey: string,
  ): { readonly data: string; readonly encryptionKey: string };
  readonly sentAnswer: boolean | string;
  /** What a read lists, oldest first. */
  mailbox(key: KeyRecord, flavour: Flavour): readonly StoredMessage[];
  messageObject(content: MessageContent, date: DateWriter): Message;
  /** Called once a read is answered. */
  afterReading(state: State, key: KeyRecord, flavour: Flavour): void;
  /** Whether nothing to list is answered with 304; an empty list otherwise. */
  emptyIsNotModified(flavour: Flavour): boolean;
  /** Whether a GET without token is answered with the page for people. */
  showsPage(hasSecret: boolean): boolean;
  /** How long a download id is valid, in ms. */
  readonly downloadLifetime: number;

  // --- deleting ---
  readonly deletesByHash: boolean;
  erase(state: State, key: KeyRecord): void;
  readonly deletedAnswer: string;
}
