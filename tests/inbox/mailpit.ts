import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';

/**
 * A stand-in for Mailpit, whose binary no registry holds: the part of its documented REST API
 * (version 1) that reads and sends mail, in Mailpit's own names, order and paging. It is strict: a
 * request that Mailpit's documents do not know fails the test.
 */
export interface Mailpit {
  readonly url: string;
  /** Paths asked for, with their queries. */
  readonly asked: string[];
  /** Takes a mail in, as `POST /api/v1/send` does. */
  send(mail: SentMail): void;
  close(): Promise<void>;
}

export interface SentMail {
  readonly To: readonly { readonly Email: string; readonly Name?: string }[];
  readonly Subject?: string;
  readonly HTML?: string;
  readonly Text?: string;
}

interface Stored extends SentMail {
  readonly ID: string;
  readonly Created: string;
  Read: boolean;
}

export interface MailpitOptions {
  /** `user:password` of its web interface. */
  readonly credentials?: string;
  /** Where its web interface is, such as `/mail` (`--webroot`). */
  readonly webroot?: string;
}

export async function startMailpit(options: MailpitOptions = {}): Promise<Mailpit> {
  const { credentials, webroot = '' } = options;
  const stored: Stored[] = [];
  const asked: string[] = [];
  const send = (mail: SentMail): void => {
    const ID = randomBytes(16).toString('base64url');
    stored.push({ ...mail, ID, Created: new Date().toISOString(), Read: false });
  };
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (credentials !== undefined && basic(request) !== credentials) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="Login"' });
      response.end('Unauthorised.\n');
      return;
    }
    const url = new URL(request.url ?? '/', 'http://mailpit.test');
    expect(request.method).toBe('GET');
    if (!url.pathname.startsWith(`${webroot}/api/v1/`)) {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('404 page not found\n');
      return;
    }
    const [what, id = ''] = url.pathname.slice(`${webroot}/api/v1/`.length).split('/');
    if (what === 'search') search(stored, url.searchParams, response);
    else if (what === 'message') message(stored, decodeURIComponent(id), response);
    else throw new Error(`Mailpit has no ${url.pathname} that a reader needs`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}${webroot}`,
    asked,
    send,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function basic(request: IncomingMessage): string {
  const value = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  return Buffer.from(value, 'base64').toString('utf8');
}

/** `to:` finds a text anywhere among the recipients, in any letter case; newest first, in pages. */
function search(
  stored: readonly Stored[],
  parameters: URLSearchParams,
  response: ServerResponse,
): void {
  expect([...parameters.keys()].sort()).toEqual(['limit', 'query', 'start']);
  const wanted = /^to:"([^"]+)"$/.exec(parameters.get('query') ?? '')?.[1]?.toLowerCase();
  expect(wanted).toBeDefined();
  const start = Number(parameters.get('start'));
  const limit = Number(parameters.get('limit'));
  const found = stored
    .filter((mail) =>
      JSON.stringify(addresses(mail))
        .toLowerCase()
        .includes(wanted ?? ''),
    )
    .reverse();
  json(response, 200, {
    total: stored.length,
    unread: stored.filter((mail) => !mail.Read).length,
    count: found.slice(start, start + limit).length,
    messages_count: found.length,
    messages_unread: found.filter((mail) => !mail.Read).length,
    start,
    tags: [],
    messages: found.slice(start, start + limit).map((mail) => ({
      ID: mail.ID,
      MessageID: `${mail.ID}@mailpit`,
      Read: mail.Read,
      From: { Name: '', Address: 'service@sender.test' },
      To: addresses(mail),
      Cc: null,
      Bcc: [],
      ReplyTo: [],
      Subject: mail.Subject ?? '',
      Created: mail.Created,
      Tags: [],
      Size: 100,
      Attachments: 0,
      Snippet: (mail.Text ?? mail.HTML ?? '').slice(0, 250),
    })),
  });
}

function message(stored: readonly Stored[], id: string, response: ServerResponse): void {
  const mail = stored.find(({ ID }) => ID === id);
  if (mail === undefined) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('404 page not found');
    return;
  }
  mail.Read = true;
  json(response, 200, {
    ID: id,
    MessageID: `${id}@mailpit`,
    From: { Name: '', Address: 'service@sender.test' },
    To: addresses(mail),
    Cc: [],
    Bcc: [],
    ReplyTo: [],
    ReturnPath: 'service@sender.test',
    Subject: mail.Subject ?? '',
    ListUnsubscribe: { Header: '', Links: [], Errors: '', HeaderPost: '' },
    Date: mail.Created,
    Tags: [],
    Text: mail.Text ?? '',
    HTML: mail.HTML ?? '',
    Size: 100,
    Inline: [],
    Attachments: [],
  });
}

function addresses(mail: SentMail): { Name: string; Address: string }[] {
  return mail.To.map(({ Email, Name = '' }) => ({ Name, Address: Email }));
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}
