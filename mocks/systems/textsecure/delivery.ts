import type { Context, Schemas } from './behaviour.js';
import { concat, type SignalingKey } from './crypto/envelope.js';
import { encodeSignal } from './crypto/signal.js';
import { refuseWith } from './refusals.js';
import { unusableSignalingKey } from './observed-refusals.js';
import { saveAccount, type Account } from './state.js';

type Message = Schemas['OutgoingMessage'];

/**
 * Turns a message into pushes to its destination.
 * @returns false where the destination is unknown, cannot be reached, or lives at an unknown node
 */
export function deliverMessage(context: Context, sender: Account, message: Message): boolean {
  const { behaviour, state } = context;
  const { destination } = message;
  const relay = message.relay ?? '';
  if (relay === '') {
    const recipient = state.accounts.get(destination);
    return recipient !== undefined && push(context, sender, recipient, message, null);
  }
  const node = behaviour.peerOf(relay);
  if (node === null || node.account.number !== destination) return false;
  return push(context, sender, node.account, message, node.ownName);
}

function push(
  context: Context,
  sender: Account,
  recipient: Account,
  message: Message,
  relay: string | null,
): boolean {
  const { behaviour, state, world } = context;
  const targets = behaviour.pushTargets(recipient);
  if (targets.length === 0) return false;
  const key = behaviour.signalingKeyFor(recipient, sender);
  if (key === null) return refuseWith(unusableSignalingKey);
  const signal = behaviour.signalFor({
    type: message.type ?? 0,
    source: sender.number,
    relay,
    timestamp: world.clock.now(),
    message: behaviour.decodeBody(message.body),
  });
  for (const target of targets) {
    if (target.channel === 'gcm' && state.notRegistered.has(target.id)) {
      const after = behaviour.accountAfterNotRegistered(recipient, target);
      if (state.accounts.get(recipient.number) === recipient) saveAccount(state, after);
      return false;
    }
    const envelope = behaviour.encodeEnvelope(seal(context, key, encodeSignal(signal)));
    world.deliver({
      channel: target.channel,
      recipient: target.id,
      code: null,
      subject: null,
      body: null,
      payload:
        target.channel === 'gcm' ? behaviour.gcmPayload(envelope) : behaviour.apnPayload(envelope),
    });
  }
  return true;
}

/** version, iv, ciphertext, mac ("TextSecure Server: API Protocol", lines 202-210). */
function seal(context: Context, key: SignalingKey, signal: Uint8Array): Uint8Array {
  const { behaviour, world } = context;
  const iv = behaviour.newIv(world.random);
  const version = Uint8Array.of(behaviour.envelopeVersion);
  const signed = concat(version, iv, behaviour.encrypt(key.aes, iv, signal));
  return concat(signed, behaviour.macOf(key, signed));
}
