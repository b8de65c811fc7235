import { createHash } from 'node:crypto';

/** The fixed GUID of RFC 6455, section 1.3. */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** What `Sec-WebSocket-Accept` must be for a `Sec-WebSocket-Key`. */
export function acceptFor(key: string): string {
  return createHash('sha1').update(`${key}${guid}`, 'latin1').digest('base64');
}

/** The headers of an opening handshake of RFC 6455. */
export function handshakeHeaders(key: string, version = '13'): Record<string, string> {
  return {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': key,
    'Sec-WebSocket-Version': version,
  };
}
