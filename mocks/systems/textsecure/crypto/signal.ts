import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** What an IncomingPushMessageSignal says; see specs/textsecure/*.proto. */
export interface Signal {
  /** Message type, 32 bits without sign. */
  readonly type: number;
  /** The sender's number with its plus. */
  readonly source: string;
  /** The node that the message came from; null for a local message. */
  readonly relay: string | null;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** The decoded body; null where it could not be decoded (dialect `observed`). */
  readonly message: Uint8Array | null;
}

/** Encodes a signal as a protocol buffer, its fields in ascending order. */
export function encodeSignal(signal: Signal): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).uint32(signal.type);
  writer.tag(2, WireType.LengthDelimited).string(signal.source);
  if (signal.relay !== null) writer.tag(3, WireType.LengthDelimited).string(signal.relay);
  writer.tag(5, WireType.Varint).uint64(String(signal.timestamp));
  if (signal.message !== null) writer.tag(6, WireType.LengthDelimited).bytes(signal.message);
  return writer.finish();
}
