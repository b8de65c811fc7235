import {
  Refusal,
  type PlainSocket,
  type SocketListener,
  type Upgrade,
} from '../../../engine/http.js';
import { authenticate, ownIdentity } from '../access.js';
import type { Context } from '../behaviour.js';
import { refusals } from '../refusals.js';
import type { Connection } from '../state.js';

// A byte order mark is kept: an ack goes back byte for byte.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `GET /box-users/{id}/ws`: opens the feed of one identity ("Box Realtime", lines 5-30). */
export function openRealtimeSocket(context: Context): Upgrade {
  const { behaviour } = context;
  // HEAD would otherwise be served as GET; the real server has no such method here.
  if (context.request.method !== 'GET') {
    context.refuse({ kind: 'method-not-allowed', allow: ['GET'] });
  }
  const token = authenticate(context);
  const identityId = ownIdentity(context, token);
  if (!behaviour.handshakeIsUsable(context)) throw new Refusal(refusals.notAnUpgrade());
  if (!behaviour.originIsAllowed(context.header('origin'))) {
    throw new Refusal(refusals.foreignOrigin());
  }
  return {
    kind: 'upgrade',
    maxPayload: behaviour.maxMessageBytes,
    attach: (socket) => attach(context, identityId, socket),
  };
}

function attach(context: Context, identityId: string, socket: PlainSocket): SocketListener {
  const { state, behaviour } = context;
  const connection = new SocketConnection(identityId, socket);
  behaviour.subscribe(state, connection);
  const heart = keepAlive(context, socket);
  return {
    message(data) {
      receive(context, connection, data);
    },
    pong: heart.pong,
    closed() {
      heart.stop();
      behaviour.unsubscribe(state, connection);
    },
  };
}

/** Leads straight to its socket: a broadcast goes this way for each of very many. */
class SocketConnection implements Connection {
  constructor(
    readonly identityId: string,
    private readonly socket: PlainSocket,
  ) {}

  send(text: string): void {
    this.socket.send(text);
  }
}

/** How often a socket is looked at, in ms; divides both the ping interval and the deadline. */
const beat = 15_000;

interface Heart {
  readonly pong: () => void;
  readonly stop: () => void;
}

/**
 * Pings a peer, and drops it when it has not answered for too long. Time is counted in beats, each
 * a timer of its own: a clock that is moved on by hours is one beat, not the end of every socket.
 */
function keepAlive(context: Context, socket: PlainSocket): Heart {
  const { pingInterval, pongDeadline } = context.behaviour;
  let sincePing = 0;
  let sincePong = 0;
  const tick = (): void => {
    sincePing += beat;
    sincePong += beat;
    if (sincePong >= pongDeadline) {
      socket.terminate();
      return;
    }
    if (pingInterval > 0 && sincePing >= pingInterval) {
      sincePing = 0;
      socket.ping();
    }
    cancel = context.world.clock.after(beat, tick);
  };
  let cancel = context.world.clock.after(beat, tick);
  return {
    pong() {
      sincePong = 0;
    },
    stop() {
      cancel();
    },
  };
}

/** A client message. Only an ack means something; everything else is ignored in silence. */
function receive(context: Context, connection: Connection, data: Uint8Array): void {
  const { state, behaviour } = context;
  let text: string;
  try {
    text = decoder.decode(data);
  } catch {
    return;
  }
  const ack = parseAck(text);
  if (ack === null) {
    const reply = behaviour.answerUnusable(text);
    if (reply !== null) connection.send(reply);
    return;
  }
  if (!behaviour.mayAcknowledgeFor(connection, ack.senderId)) return;
  const box = state.boxes.get(ack.boxId ?? '');
  const membership = box?.members.get(ack.senderId);
  if (membership !== undefined) behaviour.acknowledge(membership);
  for (const sibling of behaviour.ackRecipients(state, connection)) sibling.send(text);
}

interface Ack {
  readonly senderId: string;
  readonly boxId: string | null;
}

function parseAck(text: string): Ack | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { type, object } = value as Record<string, unknown>;
  if (type !== 'ack' || typeof object !== 'object' || object === null) return null;
  const { sender_id: senderId, box_id: boxId } = object as Record<string, unknown>;
  if (typeof senderId !== 'string') return null;
  return { senderId, boxId: typeof boxId === 'string' ? boxId : null };
}
