import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import type { PlainSocket, SocketListener, Upgrade } from '../engine/http.js';

/** The open WebSockets of a server. */
export interface Sockets {
  accept(message: IncomingMessage, socket: Duplex, head: Buffer, upgrade: Upgrade): void;
  closeAll(): void;
}

/**
 * Puts a text message on an open WebSocket.
 * @param socket the connection below it
 */
export type SendMessage = (ws: WebSocket, text: string, socket: Duplex) => void;

/** A broadcast sends one text many times in a row: it is framed once, and each time written whole. */
const sendWhole: SendMessage = (ws, text, socket) => {
  if (ws.readyState === WebSocket.OPEN) socket.write(frameOf(text));
};

let lastText = '';
let lastFrame = Buffer.from([0x81, 0]);

/** A final text frame, unmasked as a server's frames are (RFC 6455, 5.2). */
function frameOf(text: string): Buffer {
  if (text === lastText) return lastFrame;
  const payload = Buffer.from(text, 'utf8');
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x81;
  if (length < 126) head[1] = length;
  else if (length < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  lastFrame = Buffer.concat([head, payload]);
  lastText = text;
  return lastFrame;
}

export function createSockets(send: SendMessage = sendWhole): Sockets {
  const servers = new Map<number, WebSocketServer>();
  const serverFor = (maxPayload: number): WebSocketServer => {
    let server = servers.get(maxPayload);
    if (server === undefined) {
      server = new WebSocketServer({
        noServer: true,
        perMessageDeflate: false,
        maxPayload,
        handleProtocols: () => false,
      });
      servers.set(maxPayload, server);
    }
    return server;
  };
  return {
    accept(message, socket, head, upgrade) {
      const plain = new NodeSocket(socket, send, upgrade.wire !== undefined);
      const listener = upgrade.attach(plain);
      const gone = (): void => {
        if (!plain.isOpen) listener.closed?.(1006);
      };
      socket.once('close', gone);
      if (upgrade.wire !== undefined) rewire(socket, upgrade.wire);
      serverFor(upgrade.maxPayload).handleUpgrade(message, socket, head, (ws) => {
        listen(ws, listener);
        plain.open(ws);
      });
    },
    closeAll() {
      for (const server of servers.values()) {
        for (const client of server.clients) client.terminate();
        server.close();
      }
    },
  };
}

/** The handler attaches before the 101 is written: what it does meanwhile waits here. */
class NodeSocket implements PlainSocket {
  readonly #connection: Duplex;
  readonly #send: SendMessage;
  readonly #isAltered: boolean;
  #ws: WebSocket | undefined;
  #waiting: ((ws: WebSocket) => void)[] = [];

  /** @param isAltered whether the wire is told header and payload apart, as the library writes them */
  constructor(connection: Duplex, send: SendMessage, isAltered: boolean) {
    this.#connection = connection;
    this.#send = send;
    this.#isAltered = isAltered;
  }

  get isOpen(): boolean {
    return this.#ws !== undefined;
  }

  open(ws: WebSocket): void {
    this.#ws = ws;
    for (const action of this.#waiting) action(ws);
    this.#waiting = [];
  }

  #whenOpen(action: (ws: WebSocket) => void): void {
    if (this.#ws === undefined) this.#waiting.push(action);
    else action(this.#ws);
  }

  send(text: string): void {
    const ws = this.#ws;
    if (ws === undefined) {
      this.#waiting.push(() => {
        this.send(text);
      });
    } else if (this.#isAltered) ws.send(text);
    else this.#send(ws, text, this.#connection);
  }

  close(code: number, reason: string): void {
    this.#whenOpen((ws) => {
      ws.close(code, reason);
    });
  }

  ping(): void {
    this.#whenOpen((ws) => {
      ws.ping();
    });
  }

  terminate(): void {
    this.#whenOpen((ws) => {
      ws.terminate();
    });
  }
}

/** Puts a function between the socket library and the connection. */
function rewire(socket: Duplex, wire: (chunk: Uint8Array) => Uint8Array): void {
  const write = socket.write.bind(socket) as (chunk: Uint8Array, ...rest: unknown[]) => boolean;
  socket.write = (chunk: unknown, ...rest: unknown[]): boolean =>
    write(
      wire(typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : (chunk as Uint8Array)),
      ...rest,
    );
}

function listen(ws: WebSocket, listener: SocketListener): void {
  ws.on('message', (data: RawData, binary: boolean) => {
    listener.message?.(toBytes(data), binary);
  });
  ws.on('pong', () => listener.pong?.());
  ws.on('close', (code: number) => listener.closed?.(code));
  ws.on('error', () => {
    // The close event follows with the code.
  });
}

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
