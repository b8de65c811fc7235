import { HttpHandler, HttpResponse, type RequestHandler, type WebSocketHandler } from 'msw';
import type { Front } from '../control/front.js';
import { piecesOf, type ChooseForm } from '../engine/chaos.js';
import { text } from '../engine/http.js';
import type { HeaderValue, PlainRequest, PlainResponse } from '../engine/http.js';
import type { MockCore } from '../engine/mock.js';
import { bugMessage } from '../engine/pipeline.js';

/** What a transport of MSW needs of the mock behind it. */
export interface MswBackend {
  readonly front: Front;
  /** Told of bugs; knows which paths a system claims. */
  readonly core: MockCore;
  /** Chooses another form for an answer, where there is chaos. */
  readonly formOf?: ChooseForm | undefined;
  /** Rejects when the mock is closed, so that what is held ends with it. */
  readonly closed: Promise<never>;
}

export type MswHandler = RequestHandler | WebSocketHandler;

const noBody = new Uint8Array(0);

/** True in a page, a worker and jsdom: there MSW keeps the cookies that a script cannot see. */
const inBrowser = typeof document !== 'undefined';

/**
 * The one handler of an origin: every request below it goes to the mock's own router. A handler
 * per operation would have MSW try them in turn.
 */
export class OriginHandler extends HttpHandler {
  readonly #origin: string;
  readonly #backend: MswBackend;

  constructor(origin: string, backend: MswBackend) {
    super(/.+/, `${origin}/*`, ({ request, cookies }) => answer(backend, origin, request, cookies));
    this.#origin = origin;
    this.#backend = backend;
  }

  /**
   * Outside of a browser a request is answered without what only a page needs: the cookie jar, a
   * copy of the request for the log in its console, and the pattern of the path.
   */
  override async run(args: Parameters<HttpHandler['run']>[0]): ReturnType<HttpHandler['run']> {
    if (inBrowser) return super.run(args);
    const { request, requestId } = args;
    if (!isBelow(request.url, this.#origin)) return null;
    const response = await answer(this.#backend, this.#origin, request, {});
    const parsedResult = { match: { matches: true, params: {} }, cookies: {} };
    const result = { handler: this, parsedResult, request, requestId };
    return response === undefined ? result : { ...result, response };
  }
}

function isBelow(url: string, origin: string): boolean {
  return url.startsWith(origin) && url.charCodeAt(origin.length) === slash;
}

const slash = '/'.charCodeAt(0);

/** @returns nothing for a path of the page's own origin that is none of the mock's */
async function answer(
  backend: MswBackend,
  origin: string,
  request: Request,
  cookies: Readonly<Record<string, string>>,
): Promise<Response | undefined> {
  const { path, query } = targetOf(request.url, origin);
  const { method } = request;
  if (pageOrigin() === origin && !isOurs(backend.core, path)) return undefined;
  const body = request.body === null ? noBody : new Uint8Array(await request.arrayBuffer());
  const headers = headersOf(request, origin, cookies);
  if (body.length > 0) headers['content-length'] = String(body.length);
  const plain: PlainRequest = {
    method,
    path,
    query,
    headers,
    body,
    secure: origin.startsWith('https:'),
    upgrade: false,
    peer: {
      onAbort(callback) {
        request.signal.addEventListener('abort', callback, { once: true });
      },
    },
  };
  try {
    const dispatch = backend.front(method, path, headers);
    const outcome =
      body.length > dispatch.bodyLimit ? dispatch.tooLarge(plain) : dispatch.run(plain);
    const settled =
      outcome instanceof Promise ? await Promise.race([outcome, backend.closed]) : outcome;
    if ('kind' in settled) throw new Error('an upgrade without an upgrade request');
    const form = settled.cut === undefined ? (backend.formOf?.(path, settled) ?? null) : null;
    if (form === null) return responseOf(settled, method);
    await Promise.race([late(form.delay), backend.closed]);
    return responseOf(form.response, method, form.inPieces);
  } catch (error) {
    if (error instanceof ClosedError) return HttpResponse.error();
    backend.core.reportBug(error);
    return responseOf(text(500, bugMessage), method);
  }
}

/** The mock was closed while a request of it was held. */
export class ClosedError extends Error {
  constructor() {
    super('the mock was closed');
  }
}

function isOurs(core: MockCore, path: string): boolean {
  return core.claims(path) || path.startsWith('/_countersign');
}

/** The origin of the page that runs this, where there is one. */
export function pageOrigin(): string | undefined {
  return typeof location === 'undefined' ? undefined : location.origin;
}

/** Path and query of a URL below an origin, as they would stand in a request line. */
export function targetOf(url: string, origin: string): { path: string; query: string } {
  const hash = url.indexOf('#', origin.length);
  const target = url.slice(origin.length, hash === -1 ? undefined : hash);
  const mark = target.indexOf('?');
  return mark === -1
    ? { path: target, query: '' }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** The headers that a server would see; those that a page cannot read are put in again. */
function headersOf(
  request: Request,
  origin: string,
  cookies: Readonly<Record<string, string>>,
): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  request.headers.forEach((value, name) => {
    headers[name] = value;
  });
  headers.host = origin.slice(origin.indexOf('//') + 2);
  if (!inBrowser) return headers;
  headers.cookie ??= cookieHeader(cookies);
  if (request.referrer.startsWith('http')) headers.referer ??= request.referrer;
  const page = pageOrigin();
  if (page !== origin) headers.origin ??= page;
  return headers;
}

/** A Cookie header, or nothing where there are none. */
export function cookieHeader(cookies: Readonly<Record<string, string>>): string | undefined {
  const pairs = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? undefined : pairs.join('; ');
}

function late(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

function responseOf(response: PlainResponse, method: string, inPieces = false): Response {
  const { status, body, cut } = response;
  if (cut !== undefined && cut < 0) return HttpResponse.error();
  const bytes = typeof body === 'string' ? encoder.encode(body) : body;
  const bodiless = status === 204 || status === 205 || status === 304;
  const length = bodiless || inPieces ? undefined : String(bytes?.length ?? 0);
  const headers = headersFrom(response.headers, length);
  if (cut !== undefined) return new Response(brokenBody(bytes, cut), { status, headers });
  const whole = bodiless || method === 'HEAD' ? null : (bytes as Uint8Array<ArrayBuffer> | null);
  const sent = whole === null ? null : inPieces ? bodyInPieces(whole) : bodyOf(whole);
  // Only the class of MSW puts cookies into its jar; outside of a browser there is none.
  return inBrowser
    ? new HttpResponse(sent, { status, headers })
    : new Response(sent, { status, headers });
}

/** A body whose reader gets one piece after the other. */
function bodyInPieces(bytes: Uint8Array): ReadableStream<Uint8Array> {
  const pieces = piecesOf(bytes)[Symbol.iterator]();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(value.slice());
    },
  });
}

function bodyOf(bytes: Uint8Array<ArrayBuffer>): BodyInit {
  return inBrowser ? bytes : new ByteStream(new ByteSource(bytes));
}

/**
 * Bytes as the stream of a body. Outside of a browser MSW copies each answer for its events, and a
 * copy made by `tee` costs more than the rest of the answer: this stream knows all it will ever
 * hold, so its copy is another one of the same bytes.
 */
class ByteStream extends ReadableStream<Uint8Array> {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super(source, onDemand);
    this.#source = source;
  }

  override tee(): [ReadableStream<Uint8Array>, ReadableStream<Uint8Array>] {
    const { bytes, taken } = this.#source;
    return this.locked || taken ? super.tee() : [this, streamOnDemand(bytes)];
  }
}

/** A stream that comes to be when somebody looks at it: few of those copies are ever read. */
function streamOnDemand(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let made: ByteStream | undefined;
  const stream = (): ByteStream => (made ??= new ByteStream(new ByteSource(bytes)));
  return new Proxy(noStream, {
    get(_, name) {
      const value: unknown = Reflect.get(stream(), name);
      return typeof value === 'function' ? (value.bind(made) as unknown) : value;
    },
    set: (_, name, value) => Reflect.set(stream(), name, value),
  });
}

const noStream = Object.create(ReadableStream.prototype) as ReadableStream<Uint8Array>;

/** Gives its bytes at once, when somebody reads. */
class ByteSource implements UnderlyingDefaultSource<Uint8Array> {
  taken = false;

  constructor(readonly bytes: Uint8Array) {}

  pull(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.taken = true;
    controller.enqueue(this.bytes);
    controller.close();
  }
}

/** Nothing is taken before somebody reads. */
const onDemand = { highWaterMark: 0 };

/** The first bytes of a body, and then an error, as of a connection that breaks. */
function brokenBody(bytes: Uint8Array | null, cut: number): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) {
        controller.error(new TypeError('the connection was broken'));
        return;
      }
      sent = true;
      controller.enqueue((bytes ?? noBody).slice(0, cut));
    },
  });
}

/** Names with one value go as a record, which is made into headers once. */
function headersFrom(
  values: Readonly<Record<string, HeaderValue>>,
  length: string | undefined,
): HeadersInit {
  const single: Record<string, string> = {};
  const repeated: [string, string][] = [];
  for (const name in values) {
    const value = values[name];
    if (typeof value === 'string') single[name] = value;
    else for (const one of value ?? []) repeated.push([name, one]);
  }
  if (length !== undefined) single['content-length'] = length;
  return repeated.length === 0 ? single : [...Object.entries(single), ...repeated];
}

const encoder = new TextEncoder();
