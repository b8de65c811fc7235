/** Puts answers on the wire, whole or broken on purpose. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HeaderValue, PlainResponse } from '../engine/http.js';

/** How an answer is put on the wire; the proof uses it to make legal variants. */
export type WriteResponse = (
  message: IncomingMessage,
  reply: ServerResponse,
  response: PlainResponse,
) => void;

let lastHeaders: PlainResponse['headers'] | null = null;
let lastLines: readonly HeaderValue[] = [];

/** Names and values in turn, as Node takes them without another look; many answers share theirs. */
function linesOf(headers: PlainResponse['headers']): (HeaderValue | number)[] {
  if (headers !== lastHeaders) {
    const lines: HeaderValue[] = [];
    for (const name in headers) lines.push(name, headers[name] ?? '');
    lastHeaders = headers;
    lastLines = lines;
  }
  return lastLines.slice();
}

/** Writes an answer in one piece with its Content-Length. */
export function writeResponse(
  message: IncomingMessage,
  reply: ServerResponse,
  response: PlainResponse,
): void {
  const { status, headers, body } = response;
  const lines = linesOf(headers);
  if (status !== 204 && status !== 304) {
    const length =
      body === null ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    lines.push('Content-Length', length);
  }
  reply.writeHead(status, lines as (string | string[] | number)[]);
  if (body === null || message.method === 'HEAD') reply.end();
  else reply.end(body);
}

/** Writes a part of an answer and breaks the connection; see `PlainResponse.cut`. */
export function writeBroken(
  message: IncomingMessage,
  reply: ServerResponse,
  response: PlainResponse,
  cut: number,
): void {
  const { socket } = message;
  if (cut < 0) {
    socket.resetAndDestroy();
    return;
  }
  const { body } = response;
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array(0));
  const headers: Record<string, HeaderValue> = { ...response.headers };
  // At least one byte is missing, even of an answer without a body.
  headers['Content-Length'] = String(Math.max(bytes.length, cut + 1));
  reply.writeHead(response.status, headers as Record<string, string | string[]>);
  reply.flushHeaders();
  reply.write(bytes.subarray(0, cut), () => {
    socket.destroySoon();
  });
}
