import { cbc } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { decodeWholeGroups } from '../../../mocks/systems/textsecure/base64.js';
import type { Behaviour } from '../../../mocks/systems/textsecure/behaviour.js';
import { splitSignalingKey } from '../../../mocks/systems/textsecure/crypto/envelope.js';
import { text } from '../../../mocks/engine/http.js';
import { refuseWith } from '../../../mocks/systems/textsecure/refusals.js';
import type { State } from '../../../mocks/systems/textsecure/state.js';
import { defineMutants } from '../../model.js';
import { opens, type Spec } from './seams.js';

const id = (name: string): string => `textsecure.delivery.${name}`;

/** A MAC that no client accepts breaks what looks at MACs, and nothing else. */
function wrongMac(name: string, bug: string, macOf: Behaviour['macOf']): Spec {
  return {
    name,
    bug,
    breaks: [id('mac-verifies')],
    behaviour: () => ({ macOf }),
  };
}

function ten(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, 10);
}

/** AES-256-CBC with a padding of one's own. */
function encryptPadded(pad: (signal: Uint8Array) => Uint8Array): Behaviour['encrypt'] {
  return (aes, iv, signal) => cbc(aes, iv, { disablePadding: true }).encrypt(pad(signal));
}

function pad(signal: Uint8Array, to: number, value: number): Uint8Array {
  const out = new Uint8Array(to).fill(value);
  out.set(signal);
  return out;
}

export const envelopeMutants = defineMutants<State, Behaviour>('textsecure', import.meta.url, [
  {
    name: 'mac-of-twelve-bytes',
    bug: 'The MAC has twelve bytes.',
    breaks: [id('envelope-layout')],
    alsoBreaks: opens,
    behaviour: () => ({
      macOf: (key, signed) => hmac(sha256, key.mac, signed).subarray(0, 12),
    }),
  },
  {
    name: 'mac-left-out',
    bug: 'There is no MAC.',
    breaks: [id('envelope-layout')],
    alsoBreaks: opens,
    behaviour: () => ({ macOf: () => new Uint8Array(0) }),
  },
  {
    name: 'mac-not-cut',
    bug: 'The MAC is not cut.',
    breaks: [id('envelope-layout')],
    alsoBreaks: opens,
    behaviour: () => ({ macOf: (key, signed) => hmac(sha256, key.mac, signed) }),
  },
  {
    name: 'version-left-out',
    bug: 'The envelope begins with the iv.',
    breaks: [id('envelope-layout')],
    alsoBreaks: opens,
    behaviour: (base) => ({ encodeEnvelope: (envelope) => base.encodeEnvelope(envelope.slice(1)) }),
  },
  {
    name: 'version-zero',
    bug: 'The version byte is 0.',
    breaks: [id('version-one')],
    behaviour: () => ({ envelopeVersion: 0 }),
  },
  {
    name: 'version-as-a-digit',
    bug: 'The version byte is the digit 1 as a character.',
    breaks: [id('version-one')],
    behaviour: () => ({ envelopeVersion: 0x31 }),
  },
  wrongMac('mac-without-version', 'The MAC leaves the version byte out.', (key, signed) =>
    ten(hmac(sha256, key.mac, signed.subarray(1))),
  ),
  wrongMac('mac-over-ciphertext', 'The MAC covers the ciphertext alone.', (key, signed) =>
    ten(hmac(sha256, key.mac, signed.subarray(17))),
  ),
  wrongMac('mac-with-aes-key', 'The MAC is keyed with the AES key.', (key, signed) =>
    ten(hmac(sha256, key.aes, signed)),
  ),
  wrongMac('mac-with-whole-key', 'The MAC is keyed with all 52 bytes.', (key, signed) =>
    ten(hmac(sha256, Uint8Array.from([...key.aes, ...key.mac]), signed)),
  ),
  wrongMac('mac-of-last-bytes', 'The MAC is the end of the HMAC.', (key, signed) =>
    hmac(sha256, key.mac, signed).subarray(-10),
  ),
  wrongMac('mac-is-a-plain-hash', 'The MAC is a hash without a key.', (_key, signed) =>
    ten(sha256(signed)),
  ),
  {
    name: 'mac-is-hmac-sha1',
    bug: 'The MAC is HMAC-SHA1, as the page says.',
    breaks: [id('mac-is-hmac-sha256')],
    behaviour: () => ({ macOf: (key, signed) => ten(hmac(sha1, key.mac, signed)) }),
  },
  {
    name: 'aes-with-last-key-bytes',
    bug: 'The AES key is the end of the signaling key.',
    breaks: [id('decrypts-with-aes-256-cbc'), id('padding-at-every-length')],
    alsoBreaks: opens,
    behaviour: (base) => ({
      signalingKeyFor(recipient, sender) {
        const key = base.signalingKeyFor(recipient, sender);
        if (key === null) return null;
        const whole = Uint8Array.from([...key.aes, ...key.mac]);
        return { aes: whole.slice(-32), mac: key.mac };
      },
    }),
  },
  {
    name: 'aes-of-128-bits',
    bug: 'The ciphertext is AES-128 with the first 16 bytes.',
    breaks: [id('decrypts-with-aes-256-cbc'), id('padding-at-every-length')],
    alsoBreaks: opens,
    behaviour: (base) => ({
      encrypt: (aes, iv, signal) => base.encrypt(aes.slice(0, 16), iv, signal),
    }),
  },
  {
    name: 'plaintext-payload',
    bug: 'The signal goes out with its padding and without encryption.',
    breaks: [id('decrypts-with-aes-256-cbc'), id('padding-at-every-length')],
    alsoBreaks: opens,
    behaviour: () => ({
      encrypt: (_aes, _iv, signal) => {
        const length = 16 - (signal.length % 16);
        return pad(signal, signal.length + length, length);
      },
    }),
  },
  {
    name: 'message-in-another-field',
    bug: 'The signal holds no message.',
    breaks: [id('decrypts-with-aes-256-cbc'), id('body-byte-exact')],
    alsoBreaks: {
      [id('apn-push-carries-payload')]: 'wants the message',
      [id('exactly-one-push')]: 'compares the messages',
      [id('padding-at-every-length')]: 'compares the messages',
      [id('unpadded-body-byte-exact')]: 'compares the message',
      [id('padded-body-byte-exact')]: 'compares the message',
      'textsecure.messages.batch-accepted': 'compares the messages',
      'textsecure.messages.partial-failure-isolated': 'compares the messages',
      'textsecure.federation.relayed-delivery': 'looks for the message',
    },
    behaviour: () => ({ signalFor: (signal) => ({ ...signal, message: null }) }),
  },
  {
    name: 'padded-with-zeros',
    bug: 'The signal is padded with zero bytes.',
    breaks: [id('padding-at-every-length')],
    alsoBreaks: { ...opens, [id('decrypts-with-aes-256-cbc')]: 'wants PKCS#7' },
    behaviour: () => ({
      encrypt: encryptPadded((signal) => pad(signal, Math.ceil((signal.length + 1) / 16) * 16, 0)),
    }),
  },
  {
    name: 'no-whole-block-of-padding',
    bug: 'A signal whose length is a multiple of 16 gets no padding.',
    breaks: [id('padding-at-every-length')],
    behaviour: (base) => ({
      encrypt: (aes, iv, signal) =>
        signal.length % 16 === 0
          ? encryptPadded((whole) => whole)(aes, iv, signal)
          : base.encrypt(aes, iv, signal),
    }),
  },
  {
    name: 'two-blocks-of-padding',
    bug: 'A signal one byte short of a block gets a block too many.',
    breaks: [id('padding-at-every-length')],
    behaviour: (base) => ({
      encrypt: (aes, iv, signal) =>
        signal.length % 16 === 15
          ? encryptPadded((whole) => pad(whole, whole.length + 17, 17))(aes, iv, signal)
          : base.encrypt(aes, iv, signal),
    }),
  },
  {
    name: 'iv-constant',
    bug: 'The iv is the same for all pushes.',
    breaks: [id('fresh-iv')],
    behaviour: (base) => {
      let iv: Uint8Array | undefined;
      return { newIv: (random) => (iv ??= base.newIv(random)) };
    },
  },
  {
    name: 'iv-of-zeros',
    bug: 'The iv is zero.',
    breaks: [id('fresh-iv')],
    behaviour: () => ({ newIv: () => new Uint8Array(16) }),
  },
  {
    name: 'iv-pool-of-two',
    bug: 'Two ivs are used in turn.',
    breaks: [id('fresh-iv')],
    behaviour: () => {
      let uses = 0;
      return { newIv: () => new Uint8Array(16).fill((uses += 1) % 2) };
    },
  },
  {
    name: 'body-as-utf8',
    bug: 'The decoded body passes through UTF-8.',
    breaks: [id('body-byte-exact')],
    alsoBreaks: {
      [id('apn-push-carries-payload')]: 'compares random bytes',
      [id('exactly-one-push')]: 'compares random bytes',
      [id('padding-at-every-length')]: 'compares random bytes',
      [id('unpadded-body-byte-exact')]: 'compares random bytes',
      [id('padded-body-byte-exact')]: 'compares random bytes',
      'textsecure.messages.batch-accepted': 'compares random bytes',
      'textsecure.messages.partial-failure-isolated': 'compares random bytes',
      'textsecure.federation.relayed-delivery': 'compares random bytes',
    },
    behaviour: (base) => ({
      decodeBody(body) {
        const bytes = base.decodeBody(body);
        return bytes === null ? null : new TextEncoder().encode(new TextDecoder().decode(bytes));
      },
    }),
  },
  {
    name: 'body-without-leading-zeros',
    bug: 'Zero bytes at the start of a body are dropped.',
    breaks: [id('body-byte-exact')],
    behaviour: (base) => ({
      decodeBody(body) {
        const bytes = base.decodeBody(body);
        const first = bytes?.findIndex((byte) => byte !== 0) ?? 0;
        return bytes === null ? null : bytes.slice(Math.max(0, first));
      },
    }),
  },
  {
    name: 'body-of-1024-bytes',
    bug: 'A body is cut at 1,024 bytes.',
    breaks: [id('body-byte-exact')],
    behaviour: (base) => ({ decodeBody: (body) => base.decodeBody(body)?.slice(0, 1_024) ?? null }),
  },
  {
    name: 'body-length-in-one-byte',
    bug: 'A body of 2,046 bytes loses its last one.',
    breaks: [id('body-byte-exact')],
    behaviour: (base) => ({ decodeBody: (body) => base.decodeBody(body)?.slice(0, 2_045) ?? null }),
  },
  {
    name: 'unpadded-body-cut',
    bug: 'The last group of an unpadded body is dropped.',
    breaks: [id('unpadded-body-byte-exact')],
    behaviour: () => ({ decodeBody: decodeWholeGroups }),
  },
  {
    name: 'unpadded-body-refused',
    bug: 'A body without padding is refused.',
    breaks: [id('unpadded-body-byte-exact')],
    behaviour: (base) => ({
      decodeBody: (body) =>
        body.length % 4 === 0 ? base.decodeBody(body) : refuseWith(text(415, 'padding')),
    }),
  },
  {
    name: 'padded-body-refused',
    bug: 'A body with padding is refused.',
    breaks: [id('padded-body-byte-exact')],
    behaviour: (base) => ({
      decodeBody: (body) =>
        body.endsWith('=') ? refuseWith(text(415, 'padding')) : base.decodeBody(body),
    }),
  },
  {
    name: 'padding-read-as-zero-bytes',
    bug: 'Padding is read as zero bytes.',
    breaks: [id('padded-body-byte-exact')],
    behaviour: (base) => ({ decodeBody: (body) => base.decodeBody(body.replaceAll('=', 'A')) }),
  },
  {
    name: 'source-without-plus',
    bug: 'The sender of a signal has no plus.',
    breaks: [id('source-is-sender')],
    alsoBreaks: { 'textsecure.federation.relayed-delivery': 'compares the sender' },
    behaviour: () => ({
      signalFor: (signal) => ({ ...signal, source: signal.source.slice(1) }),
    }),
  },
  {
    name: 'local-message-with-relay',
    bug: 'A local message names a relay.',
    breaks: [id('source-is-sender')],
    behaviour: () => ({ signalFor: (signal) => ({ ...signal, relay: 'self' }) }),
  },
  {
    name: 'timestamp-in-seconds',
    bug: 'The timestamp is in seconds.',
    breaks: [id('timestamp-in-milliseconds')],
    behaviour: () => ({
      signalFor: (signal) => ({ ...signal, timestamp: Math.floor(signal.timestamp / 1_000) }),
    }),
  },
  {
    name: 'timestamp-in-microseconds',
    bug: 'The timestamp is in microseconds.',
    breaks: [id('timestamp-in-milliseconds')],
    behaviour: () => ({
      signalFor: (signal) => ({ ...signal, timestamp: signal.timestamp * 1_000 }),
    }),
  },
  {
    name: 'timestamp-of-32-bits',
    bug: 'The timestamp is cut to 32 bits.',
    breaks: [id('timestamp-in-milliseconds')],
    behaviour: () => ({
      signalFor: (signal) => ({ ...signal, timestamp: signal.timestamp % 2 ** 32 }),
    }),
  },
  {
    name: 'senders-signaling-key',
    bug: 'A push is protected with the key of its sender.',
    breaks: [id('recipients-signaling-key')],
    alsoBreaks: {
      ...opens,
      [id('mac-verifies')]: 'has the key of the recipient',
      [id('mac-is-hmac-sha256')]: 'has the key of the recipient',
      [id('decrypts-with-aes-256-cbc')]: 'has the key of the recipient',
      'textsecure.federation.relayed-delivery': 'has the key of the recipient',
    },
    behaviour: () => ({ signalingKeyFor: (_recipient, sender) => sender.signalingKey }),
  },
  {
    name: 'first-signaling-key-stays',
    bug: 'A new confirmation keeps the first signaling key.',
    breaks: [id('recipients-signaling-key')],
    behaviour: () => ({
      accountAfterConfirmation: (previous, fresh) => ({
        ...fresh,
        signalingKey: previous?.signalingKey ?? fresh.signalingKey,
      }),
    }),
  },
  {
    name: 'one-signaling-key-for-all',
    bug: 'All pushes are protected with one key of the server.',
    breaks: [id('recipients-signaling-key')],
    alsoBreaks: {
      ...opens,
      [id('mac-verifies')]: 'has the key of the recipient',
      [id('mac-is-hmac-sha256')]: 'has the key of the recipient',
      [id('decrypts-with-aes-256-cbc')]: 'has the key of the recipient',
      'textsecure.federation.relayed-delivery': 'has the key of the recipient',
    },
    behaviour: () => ({ signalingKeyFor: () => splitSignalingKey(new Uint8Array(52)) }),
  },
]);
