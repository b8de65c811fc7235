import type { Buffer } from 'node:buffer';
import type { InboxMessage } from '../engine/out-of-band.js';
import { CheckFailure } from '../engine/outcome.js';
import { decrypt, splitEnvelope, type Envelope } from './wire/envelope.js';
import { parseSignal, type Signal } from './wire/signal.js';

/** A push, opened as a client opens it, except that its MAC is left to the checks about it. */
export interface Push {
  /** For the cursor of a later read. */
  readonly id: string;
  readonly envelope: Envelope;
  /** The decrypted signal, still encoded. */
  readonly plain: Buffer;
  readonly signal: Signal;
}

/** A JSON value in a message; one that is absent says so. */
export function shown(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value).slice(0, 200);
}

/** Opens a push with a signaling key; what cannot be opened fails the check in words. */
export function readPush(message: InboxMessage, signalingKey: Buffer): Push {
  const text = envelopeText(message);
  if (text === null) {
    throw new CheckFailure('the push holds no Base64 payload', {
      expected:
        message.channel === 'apn' ? 'an object with the member m' : 'Base64, bare or in a member',
      actual: shown(message.payload),
    });
  }
  try {
    const envelope = splitEnvelope(text);
    const plain = decrypt(envelope, signalingKey);
    return { id: message.id, envelope, plain, signal: parseSignal(plain) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be read';
    throw new CheckFailure(`the payload of a push cannot be opened: ${reason}`);
  }
}

/**
 * The text of the envelope in a push. For APN the member m; for GCM the bare value, the member
 * message, or else the longest text among the members.
 */
export function envelopeText(message: InboxMessage): string | null {
  const { payload } = message;
  if (message.channel === 'gcm' && typeof payload === 'string') return payload;
  if (typeof payload !== 'object' || payload === null) return null;
  const members = payload as Record<string, unknown>;
  const named = message.channel === 'apn' ? members.m : members.message;
  if (typeof named === 'string') return named;
  if (message.channel === 'apn') return null;
  const texts = Object.values(members).filter((value) => typeof value === 'string');
  return texts.sort((a, b) => b.length - a.length)[0] ?? null;
}
