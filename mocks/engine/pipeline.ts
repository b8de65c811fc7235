import type { OpenApiDocument } from '../../specs/model.js';
import { defaultBodyLimit, type Operation } from '../../specs/operations.js';
import type { RouteMatch } from '../../specs/router.js';
import { RequestContext } from './context.js';
import { corsHeaders, isPreflight, preflight } from './cors.js';
import type { Outcome, PollDispatch, RoutedDispatch } from './dispatch.js';
import { empty, Refusal, text, withHeaders } from './http.js';
import type { PlainRequest, PlainResponse } from './http.js';
import type { Journal } from './journal.js';
import type { Served } from './served.js';

/** Told to a client in place of a stack trace. */
export const bugMessage = 'the mock met a bug of its own; please report it with this request';

/** Finds the operation and makes the request ready to run. */
export function dispatchTo(
  served: Served,
  journal: Journal,
  method: string,
  path: string,
): RoutedDispatch {
  const { definition, behaviour } = served;
  const routed =
    definition.rewritePath === undefined ? path : definition.rewritePath(path, behaviour);
  // HEAD is answered as GET; the transport leaves the body out.
  let match = served.route(method, routed);
  if (method === 'HEAD' && match.kind === 'method-not-allowed') {
    const get = served.route('GET', routed);
    if (get.kind === 'operation') match = get;
  }
  return new SystemDispatch(served, journal, match);
}

/** One for each request, so it holds as little as it can and makes the rest when it is asked for. */
class SystemDispatch implements RoutedDispatch {
  readonly #served: Served;
  readonly #journal: Journal;
  readonly #match: RouteMatch;

  constructor(served: Served, journal: Journal, match: RouteMatch) {
    this.#served = served;
    this.#journal = journal;
    this.#match = match;
  }

  get system(): string {
    return this.#served.definition.slug;
  }

  get document(): OpenApiDocument {
    return this.#served.definition.openapi;
  }

  get operation(): Operation | undefined {
    return this.#match.kind === 'operation' ? this.#match.operation : undefined;
  }

  get bodyLimit(): number {
    return this.operation?.bodyLimit ?? defaultBodyLimit;
  }

  get longPoll(): PollDispatch | undefined {
    return pollDispatch(this.#served, this.#match);
  }

  run(request: PlainRequest): Outcome | Promise<Outcome> {
    return serveRequest(this.#served, this.#journal, this.#match, request);
  }

  answerWith(request: PlainRequest, response: PlainResponse): Outcome | Promise<Outcome> {
    return finish(this.#served, this.#journal, this.#contextOf(request), response);
  }

  tooLarge(request: PlainRequest): PlainResponse {
    const served = this.#served;
    const context = this.#contextOf(request);
    const limit = this.bodyLimit;
    const message = `the body is larger than ${String(limit)} bytes`;
    const response = served.definition.refuse({ kind: 'body-too-large', limit, message }, context);
    const closing = withHeaders(response, { Connection: 'close' });
    return finishNow(served, this.#journal, context, closing);
  }

  #contextOf(request: PlainRequest): RequestContext<unknown, object> {
    return contextOf(this.#served, this.#match, request);
  }
}

function pollDispatch(served: Served, match: RouteMatch): PollDispatch | undefined {
  const { longPolls } = served.definition;
  if (longPolls === undefined || match.kind !== 'operation') return undefined;
  const poll = longPolls[match.operation.id];
  return poll === undefined
    ? undefined
    : {
        handle: (request) => answered(served, match, contextOf(served, match, request)),
        follow: (request, response) => poll.follow(request, response, served.behaviour),
        moved: (event, place) => poll.moved(event, place),
      };
}

const noParams: Readonly<Record<string, string>> = {};

function contextOf(
  served: Served,
  match: RouteMatch,
  request: PlainRequest,
): RequestContext<unknown, object> {
  const found = match.kind === 'operation' ? match : undefined;
  return new RequestContext(
    request,
    found?.operation,
    found?.params ?? noParams,
    served.asSystem,
    served.state,
    served.world,
  );
}

function serveRequest(
  served: Served,
  journal: Journal,
  match: RouteMatch,
  request: PlainRequest,
): Outcome | Promise<Outcome> {
  const context = contextOf(served, match, request);
  try {
    const outcome = process(served, journal, match, context);
    if (!(outcome instanceof Promise)) return outcome;
    return outcome.catch((error: unknown) => lastResort(served, journal, context, error));
  } catch (error) {
    return lastResort(served, journal, context, error);
  }
}

function process(
  served: Served,
  journal: Journal,
  match: RouteMatch,
  context: RequestContext<unknown, object>,
): Outcome | Promise<Outcome> {
  const outcome = answered(served, match, context);
  return outcome instanceof Promise
    ? outcome.then((settled) => finish(served, journal, context, settled))
    : finish(served, journal, context, outcome);
}

/** The handler's answer; what it throws is one too. */
function answered(
  served: Served,
  match: RouteMatch,
  context: RequestContext<unknown, object>,
): Outcome | Promise<Outcome> {
  try {
    const outcome = answer(served, match, context);
    if (!(outcome instanceof Promise)) return outcome;
    return outcome.catch((error: unknown) => failure(served, context, error));
  } catch (error) {
    return failure(served, context, error);
  }
}

function answer(
  served: Served,
  match: RouteMatch,
  context: RequestContext<unknown, object>,
): Outcome | Promise<Outcome> {
  const { definition } = served;
  const early = definition.before?.(context);
  if (early !== undefined) return early;
  if (match.kind === 'operation') {
    const handler = served.handlers[match.operation.id];
    if (handler === undefined) throw new Error(`no handler for ${match.operation.id}`);
    return handler(context);
  }
  if (match.kind !== 'not-found' && definition.ownCors !== true && isPreflight(context.request)) {
    return preflight(context.request);
  }
  if (match.kind === 'malformed') {
    const message = `path parameter ${match.name} is not valid percent-encoded UTF-8`;
    return definition.refuse({ kind: 'parameter', name: match.name, message }, context);
  }
  return definition.refuse(match, context);
}

/** Turns what was thrown into an answer. A bug becomes a 500 without a trace of our code. */
function failure(
  served: Served,
  context: RequestContext<unknown, object>,
  error: unknown,
): PlainResponse {
  if (error instanceof Refusal) return error.response;
  served.world.reportBug(error);
  return served.definition.refuse({ kind: 'internal', message: bugMessage }, context);
}

/** Where even the system's own words failed, or what it adds to every answer. */
function lastResort(
  served: Served,
  journal: Journal,
  context: RequestContext<unknown, object>,
  error: unknown,
): PlainResponse {
  served.world.reportBug(error);
  return finishNow(served, journal, context, text(500, bugMessage));
}

function finish(
  served: Served,
  journal: Journal,
  context: RequestContext<unknown, object>,
  outcome: Outcome,
): Outcome | Promise<Outcome> {
  if ('kind' in outcome) {
    record(served, journal, context, empty(101));
    return outcome;
  }
  const response = served.definition.after?.(context, outcome) ?? outcome;
  if (served.respond === undefined) return finishNow(served, journal, context, response);
  const altered = served.respond(response, context);
  return altered instanceof Promise
    ? altered.then((settled) => finishNow(served, journal, context, settled))
    : finishNow(served, journal, context, altered);
}

let datedSecond = -1;
let dated: PlainResponse['headers'] = {};

/** The Date of an instant, made once a second. */
function dateHeader(now: number): PlainResponse['headers'] {
  const second = Math.floor(now / 1000);
  if (second !== datedSecond) {
    datedSecond = second;
    dated = { Date: new Date(now).toUTCString() };
  }
  return dated;
}

function finishNow(
  served: Served,
  journal: Journal,
  context: RequestContext<unknown, object>,
  answered: PlainResponse,
): PlainResponse {
  let response = answered;
  if (served.definition.ownCors !== true && context.header('origin') !== undefined) {
    response = withHeaders(response, corsHeaders(response));
  }
  const { clock } = served.world;
  // A transport dates its answers by the machine's clock; what the mock tells goes by its own.
  if (clock.ahead() !== 0) {
    response = withHeaders(response, dateHeader(clock.now()));
  }
  record(served, journal, context, response);
  return response;
}

function record(
  served: Served,
  journal: Journal,
  context: RequestContext<unknown, object>,
  response: PlainResponse,
): void {
  journal.record(
    served.world.clock.now(),
    served.definition.slug,
    context.operation?.id ?? null,
    context.request,
    response,
  );
}
