/**
 * The floor of a broadcast: a bare `ws` server that sends the body of each POST to every open
 * socket. `bare-sockets <port>`
 */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const server = createServer((request, reply) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const text = Buffer.concat(chunks).toString('utf8');
    for (const client of sockets.clients) client.send(text);
    reply.writeHead(200, { 'Content-Length': 2, 'Content-Type': 'application/json' });
    reply.end('{}');
  });
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1');
