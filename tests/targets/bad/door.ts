/** A door in front of a server: connections go through while it is open, and break when it is shut. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tie } from '../tied-sockets.js';

export interface Door {
  readonly url: string;
  /** Resolves when so many pieces have gone in. */
  passed(pieces: number): Promise<void>;
  /** Breaks what goes through, and refuses what comes, until it is opened again. */
  shut(): Promise<void>;
  /** Opens on the same port. */
  open(): Promise<void>;
  close(): void;
}

export async function startDoor(to: string): Promise<Door> {
  const { hostname, port: inside } = new URL(to);
  const sockets = new Set<Socket>();
  let pieces = 0;
  let wake: () => void = () => undefined;
  const server = createServer((outer) => {
    const inner = connect(Number(inside), hostname);
    outer.on('data', () => {
      pieces += 1;
      wake();
    });
    tie(inner, outer, sockets);
    inner.pipe(outer).pipe(inner);
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${String(port)}`,
    async passed(wanted) {
      while (pieces < wanted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    shut() {
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        breakAll();
      });
    },
    open: () => listen(port),
    close() {
      breakAll();
      server.close();
    },
  };
}
