import type { Behaviour } from './behaviour.js';

/** The handshake and the life of a socket (observed in the server of March 2021). */
export const socketRules: Pick<
  Behaviour,
  | 'handshakeIsUsable'
  | 'originIsAllowed'
  | 'maxMessageBytes'
  | 'pingInterval'
  | 'pongDeadline'
  | 'subscribe'
  | 'unsubscribe'
  | 'publish'
  | 'encodeMessage'
  | 'mayAcknowledgeFor'
  | 'ackRecipients'
  | 'acknowledge'
  | 'answerUnusable'
> = {
  handshakeIsUsable: (context) =>
    context.request.upgrade &&
    context.header('sec-websocket-version') === '13' &&
    /^[A-Za-z0-9+/]{22}==$/.test(context.header('sec-websocket-key') ?? ''),
  originIsAllowed(origin) {
    if (origin === undefined) return true;
    let host: string;
    try {
      host = new URL(origin).hostname;
    } catch {
      return false;
    }
    return (
      ['localhost', '127.0.0.1', '[::1]', 'misakey.com'].includes(host) ||
      host.endsWith('.misakey.com')
    );
  },
  maxMessageBytes: 8_192,
  pingInterval: 45_000,
  pongDeadline: 120_000,
  subscribe(state, connection) {
    const open = state.sockets.get(connection.identityId);
    if (open === undefined) state.sockets.set(connection.identityId, new Set([connection]));
    else open.add(connection);
  },
  unsubscribe(state, connection) {
    const open = state.sockets.get(connection.identityId);
    open?.delete(connection);
    if (open?.size === 0) state.sockets.delete(connection.identityId);
  },
  publish(state, behaviour, identityId, message) {
    const open = state.sockets.get(identityId);
    if (open === undefined) return;
    const text = behaviour.encodeMessage(message);
    for (const connection of open) connection.send(text);
  },
  encodeMessage: (message) => JSON.stringify(message),
  mayAcknowledgeFor: (connection, senderId) => connection.identityId === senderId,
  ackRecipients: (state, connection) => state.sockets.get(connection.identityId) ?? [],
  acknowledge: (membership) => {
    membership.newEvents = 0;
  },
  answerUnusable: () => null,
};
