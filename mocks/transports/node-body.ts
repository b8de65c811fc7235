import type { IncomingMessage } from 'node:http';

/** A declared length up to which the whole buffer is reserved at once. */
const reserveUpTo = 256 * 1024 * 1024;

/**
 * Reads a request body. A body of known length goes into one buffer, so that a large upload is
 * held once. An aborted upload never calls back, and so changes nothing.
 * @param done gets the bytes, or null when the body is larger than `limit` bytes
 */
export function readBody(
  message: IncomingMessage,
  limit: number,
  done: (body: Uint8Array | null) => void,
): void {
  const declared = Number(message.headers['content-length'] ?? Number.NaN);
  if (declared > limit) {
    refuse(message, done);
    return;
  }
  let first: Buffer | undefined;
  let whole: Buffer | undefined;
  let chunks: Buffer[] | undefined;
  let length = 0;
  message.on('data', (chunk: Buffer) => {
    if (length === 0) {
      first = chunk;
    } else if (declared <= reserveUpTo) {
      if (whole === undefined) {
        whole = Buffer.allocUnsafe(declared);
        first?.copy(whole, 0);
        first = undefined;
      }
      chunk.copy(whole, length);
    } else {
      chunks ??= first === undefined ? [] : [first];
      chunks.push(chunk);
    }
    length += chunk.length;
    if (length > limit) {
      message.removeAllListeners('data');
      message.removeAllListeners('end');
      refuse(message, done);
    }
  });
  message.on('end', () => {
    if (chunks !== undefined) done(Buffer.concat(chunks, length));
    else done(whole ?? first ?? Buffer.alloc(0));
  });
  message.on('error', () => {
    // The client went away; there is nobody to answer.
  });
}

/** Lets the rest of an oversized body pass for a moment, so that the client reads the answer. */
function refuse(message: IncomingMessage, done: (body: null) => void): void {
  message.on('error', () => {
    // The client went away while sending; the answer is lost with it.
  });
  message.resume();
  done(null);
  const { socket } = message;
  setTimeout(() => socket.destroy(), 1_000).unref();
}
