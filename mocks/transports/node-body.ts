import type { IncomingMessage } from 'node:http';

/** A declared length, or a limit, up to which the whole buffer is reserved at once. */
const reserveUpTo = 256 * 1024 * 1024;
/** Bytes from which on a body of unknown length gets a buffer for the most that it may become. */
const gatherUpTo = 8 * 1024 * 1024;

/**
 * Reads a request body. A body of known length goes into one buffer, and so does a long one of
 * unknown length, so that a large upload is held once: of a buffer that is not filled, only what
 * was written takes memory. An aborted upload never calls back, and so changes nothing.
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
    } else {
      const reserve = whole === undefined ? toReserve(declared, limit, length) : null;
      if (reserve !== null) {
        whole = Buffer.allocUnsafe(reserve);
        let at = 0;
        for (const earlier of chunks ?? (first === undefined ? [] : [first])) {
          at += earlier.copy(whole, at);
        }
        first = chunks = undefined;
      }
      if (whole === undefined) {
        chunks ??= first === undefined ? [] : [first];
        chunks.push(chunk);
      } else {
        chunk.copy(whole, length);
      }
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
    else done(whole?.subarray(0, length) ?? first ?? Buffer.alloc(0));
  });
  message.on('error', () => {
    // The client went away; there is nobody to answer.
  });
}

/** How large a buffer a body gets of which so many bytes have come; null for none, or none yet. */
function toReserve(declared: number, limit: number, length: number): number | null {
  if (!Number.isNaN(declared)) return declared <= reserveUpTo ? declared : null;
  return length > gatherUpTo && limit <= reserveUpTo ? limit : null;
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
