/** A message to many open sockets of one Misakey identity, beside a bare `ws` server. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { profile } from '../mocks/systems/misakey/profile.js';
import { head, median, row, times, whole } from './print.js';
import { bareSockets, mockOf, start, type Running } from './servers.js';

export interface FanOutSettings {
  readonly rounds: number;
  readonly durationMs: number;
  readonly sockets: number;
}

const [identity] = profile.identities;

/** How one of the servers is told to send, and where its sockets are. */
interface Side {
  readonly server: Running;
  readonly socketPath: string;
  readonly socketHeaders: readonly string[];
  readonly postPath: string;
  readonly body: string;
}

/** Opens a WebSocket by hand: a library on this side would be measured along with the servers. */
function open(side: Side, received: (bytes: number) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(side.server.port, '127.0.0.1');
    let opened = false;
    socket.once('connect', () => {
      const lines = [
        `GET ${side.socketPath} HTTP/1.1`,
        'Host: 127.0.0.1',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        ...side.socketHeaders,
      ];
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    });
    socket.on('data', (chunk: Buffer) => {
      if (opened) {
        received(chunk.length);
        return;
      }
      opened = true;
      const answer = chunk.toString('latin1');
      if (answer.startsWith('HTTP/1.1 101')) resolve(socket);
      else reject(new Error(`${side.server.name} refused a socket: ${answer.slice(0, 200)}`));
    });
    socket.once('error', reject);
  });
}

interface Round {
  readonly perSecond: number;
  /** Processor time of the server per delivery in µs. */
  readonly processor: number;
}

/** Broadcasts again and again, each time once the last one has reached every socket. */
async function broadcasts(side: Side, counter: Counter, settings: FanOutSettings): Promise<Round> {
  const startedAt = performance.now();
  const processorBefore = side.server.processorMs();
  let deliveries = 0;
  while (performance.now() - startedAt < settings.durationMs) {
    const all = counter.expect(settings.sockets);
    const answer = await fetch(`${side.server.url}${side.postPath}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: side.body,
    });
    if (answer.status !== 200) throw new Error(`${side.server.name}: ${String(answer.status)}`);
    await answer.arrayBuffer();
    await all;
    deliveries += settings.sockets;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    perSecond: deliveries / seconds,
    processor: ((side.server.processorMs() - processorBefore) * 1000) / deliveries,
  };
}

/** Waits until a number of equal messages has come in, over all sockets together. */
interface Counter {
  received(bytes: number): void;
  expect(messages: number): Promise<void>;
}

function counterOf(messageBytes: () => number): Counter {
  let missing = 0;
  let done: (() => void) | undefined;
  return {
    received(bytes) {
      missing -= bytes;
      if (missing > 0) return;
      done?.();
      done = undefined;
    },
    expect(messages) {
      missing = messages * messageBytes();
      return new Promise((resolve) => {
        done = resolve;
      });
    },
  };
}

/** The bytes of one message on the wire, learnt from a first one to a single socket. */
async function messageSize(side: Side): Promise<number> {
  let bytes = 0;
  let arrived: (() => void) | undefined;
  const first = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const socket = await open(side, (length) => {
    bytes += length;
    arrived?.();
  });
  await fetch(`${side.server.url}${side.postPath}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: side.body,
  });
  await first;
  socket.destroy();
  return bytes;
}

/** Prints deliveries per second of both servers. */
export async function measureFanOut(settings: FanOutSettings): Promise<void> {
  const element = { id: '3d0d1bd7-5c2a-4b7e-9e55-3c2f3c9f7a10', is_saved: true };
  const file = { encrypted_file_id: element.id, is_saved: true };
  const mock = await start(mockOf(['misakey']));
  const bare = await start(bareSockets());
  const sides: readonly Side[] = [
    {
      server: mock,
      socketPath: `/box-users/${identity?.id ?? ''}/ws`,
      socketHeaders: [`Cookie: accesstoken=${identity?.accessToken ?? ''}; tokentype=bearer`],
      postPath: '/_countersign/trigger',
      body: JSON.stringify({
        system: 'misakey',
        event: 'file.saved',
        affects: [identity?.id],
        data: [element],
      }),
    },
    {
      server: bare,
      socketPath: '/',
      socketHeaders: [],
      postPath: '/',
      body: JSON.stringify({ type: 'file.saved', object: file }),
    },
  ];
  try {
    const prepared = [];
    for (const side of sides) {
      const bytes = await messageSize(side);
      const counter = counterOf(() => bytes);
      for (let opened = 0; opened < settings.sockets; opened += 100) {
        await Promise.all(
          Array.from({ length: Math.min(100, settings.sockets - opened) }, () =>
            open(side, (length) => {
              counter.received(length);
            }),
          ),
        );
      }
      prepared.push({ side, counter, rounds: [] as Round[] });
    }
    for (let round = 0; round <= settings.rounds; round += 1) {
      for (const { side, counter, rounds } of prepared) {
        const measured = await broadcasts(side, counter, settings);
        // The first round warms up.
        if (round > 0) rounds.push(measured);
      }
    }
    head([
      `a message to ${whole(settings.sockets)} sockets`,
      'deliveries/s',
      'processor µs/delivery',
      'mock ÷ it, deliveries/s',
    ]);
    const rate = (rounds: readonly Round[]): number =>
      median(rounds.map(({ perSecond }) => perSecond));
    const ours = rate(prepared[0]?.rounds ?? []);
    for (const { side, rounds } of prepared) {
      row([
        side.server.name,
        whole(rate(rounds)),
        median(rounds.map(({ processor }) => processor)).toFixed(2),
        times(ours / rate(rounds)),
      ]);
    }
  } finally {
    await mock.stop();
    await bare.stop();
  }
}
