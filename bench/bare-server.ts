/**
 * The floor: node:http alone, which reads credentials, parses JSON and validates it by ajv against
 * the same schemas as the mock, and then answers a constant. It keeps no state.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openapi as quatrix } from '../specs/quatrix/documents.gen.js';
import { openapi } from '../specs/textsecure/documents.gen.js';
import { schemaSet } from '../specs/schemas.js';

const schemas = schemaSet(openapi);
const upload = schemas.at('/components/schemas/PreKeyUpload');
const messages = schemas.at('/components/schemas/MessageList');
const phoneNumber = schemas.at('/components/schemas/PhoneNumber');

const timestamp = schemaSet(quatrix).at('/components/schemas/Timestamp');
/** The profile that stands as example in the document. */
const profile = JSON.stringify(
  (quatrix.components?.examples?.Profile as { readonly value?: unknown } | undefined)?.value,
);

const key = JSON.stringify({
  keyId: 1,
  publicKey: 'BT00h1+bjv2q1IxZFXGXN5Fmo8KjY1Y2AFBIAUinsUon',
  identityKey: 'BeQGGoBvU9l9Fu16tSdfrOx0OI3QcOOiGJynieJjCCZ6',
});
const receipt = JSON.stringify({ success: [], failure: [] });

function hasCredentials(request: IncomingMessage): boolean {
  const header = request.headers.authorization;
  if (header?.startsWith('Basic ') !== true) return false;
  const colon = Buffer.from(header.slice(6), 'base64').toString('utf8').indexOf(':');
  return colon > 0;
}

function answer(reply: ServerResponse, status: number, body: string): void {
  const length = Buffer.byteLength(body);
  reply.writeHead(
    status,
    body === ''
      ? { 'Content-Length': 0 }
      : { 'Content-Type': 'application/json', 'Content-Length': length },
  );
  reply.end(body);
}

function withBody(
  request: IncomingMessage,
  reply: ServerResponse,
  validate: typeof upload,
  body: string,
): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    let value: unknown;
    try {
      value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    } catch {
      answer(reply, 415, '');
      return;
    }
    if (validate(value) === null) answer(reply, 200, body);
    else answer(reply, 415, '');
  });
}

/** The three values of a signed call, looked at and not checked. */
function answerProfile({ headers }: IncomingMessage, reply: ServerResponse): void {
  const complete =
    typeof headers['x-auth-token'] === 'string' &&
    headers.authorization?.length === 40 &&
    timestamp(headers['x-auth-timestamp']) === null;
  if (complete) answer(reply, 200, profile);
  else answer(reply, 401, '');
}

const server = createServer((request, reply) => {
  if (request.method === 'GET' && request.url === '/profile/get') {
    answerProfile(request, reply);
    return;
  }
  if (!hasCredentials(request)) {
    answer(reply, 401, '');
    return;
  }
  const { method, url = '' } = request;
  if (method === 'GET' && url.startsWith('/v1/keys/')) {
    const number = decodeURIComponent(url.slice('/v1/keys/'.length));
    if (phoneNumber(number) === null) answer(reply, 200, key);
    else answer(reply, 404, '');
  } else if (method === 'PUT' && url === '/v1/keys/') withBody(request, reply, upload, '');
  else if (method === 'POST' && url === '/v1/messages/')
    withBody(request, reply, messages, receipt);
  else answer(reply, 404, '');
});

server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => {
  console.log(`bare server listening on ${String((server.address() as AddressInfo).port)}`);
});
