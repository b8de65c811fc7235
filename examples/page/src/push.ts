import { BinaryReader } from '@bufbuild/protobuf/wire';

export interface Push {
  /** The sender's number. */
  readonly source: string;
  readonly text: string;
}

const versionLength = 1;
const ivLength = 16;
const macLength = 10;
const aesKeyLength = 32;

/**
 * Opens what the server hands to a push service: Base64 of version, IV, AES-256-CBC ciphertext, and
 * the first ten bytes of an HMAC-SHA256 over all that.
 * @param signalingKey 32 bytes for AES, then 20 for the MAC
 * @throws Error when the MAC does not fit
 */
export async function openEnvelope(
  envelope: string,
  signalingKey: Uint8Array<ArrayBuffer>,
): Promise<Push> {
  const bytes = Uint8Array.from(atob(envelope), (char) => char.charCodeAt(0));
  const signed = bytes.slice(0, -macLength);
  const mac = bytes.slice(-macLength);
  const macKey = await crypto.subtle.importKey(
    'raw',
    signalingKey.slice(aesKeyLength),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  const expected = new Uint8Array(await crypto.subtle.sign('HMAC', macKey, signed));
  if (!mac.every((byte, at) => byte === expected[at])) throw new Error('the MAC does not fit');
  const aesKey = await crypto.subtle.importKey(
    'raw',
    signalingKey.slice(0, aesKeyLength),
    'AES-CBC',
    false,
    ['decrypt'],
  );
  const iv = signed.slice(versionLength, versionLength + ivLength);
  const ciphertext = signed.slice(versionLength + ivLength);
  return readSignal(
    new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, aesKey, ciphertext)),
  );
}

/** Reads an IncomingPushMessageSignal: field 2 is the sender, field 6 the message. */
function readSignal(bytes: Uint8Array): Push {
  const reader = new BinaryReader(bytes);
  let source = '';
  let message = new Uint8Array();
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 2) source = reader.string();
    else if (field === 6) message = new Uint8Array(reader.bytes());
    else reader.skip(type);
  }
  return { source, text: new TextDecoder().decode(message) };
}
