import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PlainRequest } from '../engine/http.js';
import type { MockCore } from '../engine/mock.js';
import { createForwarder, forwardedHeader } from './node-forward.js';
import type { Homes } from './node-homes.js';

/** Serves a request here where its world is at home, or passes it on to where it is. */
export interface Pass {
  request(message: IncomingMessage, reply: ServerResponse, here: () => void): void;
  upgrade(message: IncomingMessage, socket: Duplex, head: Buffer, here: () => void): void;
  close(): void;
}

const unavailable = 'the mock that holds this world cannot be reached; try again in a moment';

export function createPass(homes: Homes, core: MockCore): Pass {
  const forwarder = createForwarder();

  /** Finds the home: at once as a rule, else when the store has answered. */
  const find = (
    message: IncomingMessage,
    found: (home: string | null) => void,
    failed: () => void,
  ): void => {
    const refused = (error: unknown): void => {
      core.reportBug(error);
      failed();
    };
    try {
      const home = homes.of(message.headers as PlainRequest['headers']);
      if (home instanceof Promise) home.then(found, refused);
      else found(home);
    } catch (error) {
      refused(error);
    }
  };

  return {
    request(message, reply, here) {
      const failed = (): void => {
        homes.forget(message.headers as PlainRequest['headers']);
        if (reply.headersSent || reply.destroyed) return;
        reply.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': '1' });
        reply.end(unavailable);
      };
      const forward = (home: string, again: boolean): void => {
        forwarder.http(home, message, reply, (untouched) => {
          homes.forget(message.headers as PlainRequest['headers']);
          // A home that has ended may have passed its worlds on already.
          if (untouched && again)
            find(
              message,
              (next) => {
                go(next, false);
              },
              failed,
            );
          else failed();
        });
      };
      const go = (home: string | null, again: boolean): void => {
        if (home === null) here();
        // Its home has changed while it was on its way.
        else if (message.headers[forwardedHeader] !== undefined) failed();
        else forward(home, again);
      };
      find(
        message,
        (home) => {
          go(home, true);
        },
        failed,
      );
    },
    upgrade(message, socket, head, here) {
      const failed = (): void => {
        homes.forget(message.headers as PlainRequest['headers']);
        socket.end(
          'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
        );
      };
      const found = (home: string | null): void => {
        if (home === null) here();
        else if (message.headers[forwardedHeader] !== undefined) failed();
        else forwarder.upgrade(home, message, socket, head);
      };
      find(message, found, failed);
    },
    close() {
      forwarder.close();
    },
  };
}
