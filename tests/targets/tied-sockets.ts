import type { Socket } from 'node:net';

/** Ties two sockets: when one fails or closes, so does the other. Those that are open are in `open`. */
export function tie(one: Socket, other: Socket, open: Set<Socket>): void {
  for (const [socket, opposite] of [
    [one, other],
    [other, one],
  ] as const) {
    open.add(socket);
    socket.on('error', () => opposite.destroy());
    socket.on('close', () => {
      open.delete(socket);
      opposite.destroy();
    });
  }
}
