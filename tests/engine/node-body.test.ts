import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBody } from '../../mocks/transports/node-body.js';

const mebibyte = 1024 * 1024;
const limit = 12 * mebibyte;
const piece = Buffer.from(Array.from({ length: 65_536 }, (_, at) => (at * 7) % 251));

let server: Server;
let got: Uint8Array | null = null;

beforeAll(async () => {
  server = createServer((message, reply) => {
    readBody(message, limit, (body) => {
      got = body;
      reply.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
  server.close();
});

/** Sends so many pieces, and an odd one after them. */
function send(pieces: number, declared: boolean): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const length = pieces * piece.length + 3;
  const headers = declared ? { 'Content-Length': length } : { 'Transfer-Encoding': 'chunked' };
  return new Promise((resolve, reject) => {
    const message = request({ port, host: '127.0.0.1', method: 'PUT', headers }, (answer) => {
      answer.resume().on('end', resolve);
    });
    message.on('error', reject);
    for (let at = 0; at < pieces; at += 1) message.write(piece);
    message.end(piece.subarray(0, 3));
  });
}

function isWhole(pieces: number): boolean {
  const sent = Buffer.concat([
    ...Array.from({ length: pieces }, () => piece),
    piece.subarray(0, 3),
  ]);
  return got !== null && Buffer.compare(got, sent) === 0;
}

describe('a body', () => {
  it.each([
    [1, true],
    [1, false],
    [20, false],
    [160, true],
    [160, false],
  ])('of %i pieces arrives whole, its length declared: %s', async (pieces, declared) => {
    await send(pieces, declared);
    expect(isWhole(pieces)).toBe(true);
  });

  it('of unknown length is in one buffer of the most that it may become, once it is long', async () => {
    await send(160, false);
    expect(got?.buffer.byteLength).toBe(limit);
    await send(160, true);
    expect(got?.buffer.byteLength).toBe(160 * piece.length + 3);
  });

  it('over the limit is none, also where its length is not known before', async () => {
    for (const declared of [true, false]) {
      got = piece;
      await send(192, declared).catch(() => undefined);
      expect(got).toBeNull();
    }
  });
});
