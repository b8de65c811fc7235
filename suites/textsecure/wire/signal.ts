import type { Buffer } from 'node:buffer';

/** An IncomingPushMessageSignal as it was received; absent fields are null. */
export interface Signal {
  readonly type: number | null;
  readonly source: string | null;
  readonly relay: string | null;
  /** Milliseconds since the epoch; 64 bits. */
  readonly timestamp: bigint | null;
  readonly message: Buffer | null;
}

/** Bytes that are no protocol buffer message; the message says what is wrong. */
export class MalformedSignal extends Error {}

type Field =
  | { readonly number: number; readonly kind: 'varint'; readonly value: bigint }
  | { readonly number: number; readonly kind: 'bytes'; readonly value: Buffer }
  | { readonly number: number; readonly kind: 'fixed' };

/** Parses a signal; unknown fields are skipped, the last of a repeated one counts. */
export function parseSignal(bytes: Buffer): Signal {
  const found: { -readonly [K in keyof Signal]: Signal[K] } = {
    type: null,
    source: null,
    relay: null,
    timestamp: null,
    message: null,
  };
  for (const field of fieldsOf(bytes)) {
    if (field.kind === 'varint') {
      if (field.number === 1) found.type = Number(BigInt.asUintN(32, field.value));
      if (field.number === 5) found.timestamp = field.value;
    } else if (field.kind === 'bytes') {
      if (field.number === 2) found.source = field.value.toString('utf8');
      if (field.number === 3) found.relay = field.value.toString('utf8');
      if (field.number === 6) found.message = field.value;
    }
  }
  return found;
}

function* fieldsOf(bytes: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new MalformedSignal('a number runs past the end');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new MalformedSignal('a number is longer than ten bytes');
  };
  const take = (length: number): Buffer => {
    if (length > bytes.length - at) throw new MalformedSignal('a field runs past the end');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Number(key >> 3n);
    if (number === 0) throw new MalformedSignal('a field has the number 0');
    switch (Number(key & 7n)) {
      case 0:
        yield { number, kind: 'varint', value: varint() };
        break;
      case 1:
        take(8);
        yield { number, kind: 'fixed' };
        break;
      case 2:
        yield { number, kind: 'bytes', value: take(Number(varint())) };
        break;
      case 5:
        take(4);
        yield { number, kind: 'fixed' };
        break;
      default:
        throw new MalformedSignal(`field ${String(number)} has an unknown wire type`);
    }
  }
}
