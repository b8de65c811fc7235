import { connect, type Socket } from 'node:net';

/** Collects what a server writes on a raw connection. */
export interface RawConnection {
  readonly socket: Socket;
  /** All bytes so far, as Latin-1. */
  text(): string;
  write(data: string | Uint8Array): void;
  /** Resolves when the text so far fits. Rejects after 5 s. */
  until(fits: (text: string) => boolean): Promise<string>;
  /** Resolves with the whole text when the other side has ended the connection. */
  ended(): Promise<string>;
}

/** Opens a connection to the host and port of a URL, with no HTTP of its own. */
export function rawConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  const text = (): string => Buffer.concat(chunks).toString('latin1');
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => socket.destroy());
  const closed = new Promise<void>((resolve) =>
    socket.once('close', () => {
      resolve();
    }),
  );
  const connection: RawConnection = {
    socket,
    text,
    write: (data) => socket.write(data),
    until: (fits) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(new Error(`never came; so far: ${JSON.stringify(text())}`));
        }, 5_000);
        const look = (): void => {
          if (!fits(text())) return;
          clearTimeout(timer);
          socket.off('data', look);
          resolve(text());
        };
        socket.on('data', look);
        look();
      }),
    ended: async () => {
      await closed;
      return text();
    },
  };
  return new Promise((resolve) =>
    socket.once('connect', () => {
      resolve(connection);
    }),
  );
}

/** Sends one text and reads until the other side ends. */
export async function exchangeRaw(url: string, text: string): Promise<string> {
  const connection = await rawConnection(url);
  connection.write(text);
  return connection.ended();
}
