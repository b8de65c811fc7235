import type { DateWriter, Key, Message, MessageContent } from './behaviour.js';
import type { KeyRecord } from './state.js';
import { hashOf } from './unsealed.js';

/** The object of a key, as its maker gets it. */
export function keyObject(key: KeyRecord, date: DateWriter): Key {
  return {
    KeyId: key.id,
    KeyToken: key.token,
    PublicKey: key.publicKey,
    PrivateKey: key.privateKey,
    PrivateKeyHash: key.privateKeyHash,
    GetPrivateKey: key.privateKey,
    IsPrivateKeyEncrypted: key.privateKey !== null,
    IsPublicKeyOnly: key.privateKey === null,
    IsReleased: true,
    RequestDate: date(key.created),
    ReleaseDate: date(key.created),
    LockDate: null,
    DeleteMessagesAfterReading: false,
    DeleteKeyAfterReading: false,
    Notifications: [],
    Messages: [],
    MessagesSerialized: [],
    URI: key.token,
  };
}

/** An entry of a message list. */
export function messageObject(content: MessageContent, date: DateWriter): Message {
  const { message } = content;
  return {
    MessageId: message.id,
    EncryptionKey: content.encryptionKey,
    MessageData: content.data,
    Created: date(message.created),
    MessageHash: typeof message.data === 'string' ? message.hash : hashOf(message.data),
    IsFile: message.isFile,
    TemporaryDownloadId: content.downloadId,
  };
}
