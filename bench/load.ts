/**
 * A small closed-loop load generator over raw sockets: each connection sends its next request when
 * the answer to the last one is complete. Slim enough that it is not what is measured.
 */
import { connect, type Socket } from 'node:net';

/** One request, ready to be written. */
export interface Prepared {
  readonly bytes: Buffer;
}

export interface LoadOptions {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  readonly durationMs: number;
  /** The next request to send. */
  readonly next: () => Prepared;
  /** The statuses that count as the right answer. */
  readonly expect: readonly number[];
}

export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** 99th percentile of the time from sending a request to its whole answer, in ms. */
  readonly p99: number;
}

/** Writes a request as HTTP/1.1 with keep-alive. */
export function prepare(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Prepared {
  const payload = body === undefined ? [] : [`Content-Length: ${String(Buffer.byteLength(body))}`];
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...payload,
  ];
  return { bytes: Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`) };
}

/**
 * Loads a server for a time.
 * @throws Error on an unexpected status or a lost connection: such a figure would mean nothing
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const deadline = startedAt + options.durationMs;
  const each = Array.from({ length: options.connections }, () =>
    loop(options, deadline, latencies),
  );
  await Promise.all(each);
  return resultOf(latencies, startedAt);
}

/** What a load that ends now has reached. @param startedAt by `performance.now()` */
export function resultOf(latencies: number[], startedAt: number): LoadResult {
  const seconds = (performance.now() - startedAt) / 1000;
  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    requestsPerSecond: latencies.length / seconds,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
  };
}

function loop(options: LoadOptions, deadline: number, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(options.port, options.host);
    socket.setNoDelay(true);
    let pending: Buffer = Buffer.alloc(0);
    let sentAt = 0;
    const send = (): void => {
      sentAt = performance.now();
      socket.write(options.next().bytes);
    };
    const fail = (message: string): void => {
      socket.destroy();
      reject(new Error(message));
    };
    socket.once('connect', send);
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('the server closed a connection that was to be kept'));
    });
    socket.on('data', (chunk: Buffer) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      const answer = readAnswer(pending);
      if (answer === null) return;
      const now = performance.now();
      if (!options.expect.includes(answer.status)) {
        fail(`status ${String(answer.status)}: ${pending.toString('utf8').slice(0, 1000)}`);
        return;
      }
      latencies.push(now - sentAt);
      pending = pending.subarray(answer.length);
      if (now < deadline) send();
      else {
        socket.removeAllListeners();
        socket.destroy();
        resolve();
      }
    });
  });
}

/** The first whole answer in a buffer: its status and its length in bytes; null until it is there. */
export function readAnswer(
  buffer: Buffer,
): { readonly status: number; readonly length: number } | null {
  const end = buffer.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const head = buffer.toString('latin1', 0, end).toLowerCase();
  const status = Number(head.slice(9, 12));
  const body = end + 4;
  if (head.includes('\r\ntransfer-encoding: chunked')) {
    const last = buffer.indexOf('0\r\n\r\n', body);
    return last === -1 ? null : { status, length: last + 5 };
  }
  const at = head.indexOf('\r\ncontent-length:');
  const declared = at === -1 ? 0 : Number.parseInt(head.slice(at + 17), 10);
  return buffer.length < body + declared ? null : { status, length: body + declared };
}
