import type { OpenApiDocument } from '../../specs/model.js';
import type { Operation } from '../../specs/operations.js';
import type { PlainRequest, PlainResponse, Upgrade } from './http.js';

/** What a request comes to. */
export type Outcome = PlainResponse | Upgrade;

/** What answers a request, found before the body is read; all that a transport needs of it. */
export interface Dispatch {
  /** Bytes of the body beyond which `tooLarge` answers. */
  readonly bodyLimit: number;
  run(request: PlainRequest): Outcome | Promise<Outcome>;
  /** The answer when the body went over the limit. */
  tooLarge(request: PlainRequest): PlainResponse;
}

/** A dispatch of the core, for who changes what comes of it. */
export interface RoutedDispatch extends Dispatch {
  /** Whose path it is, with what its document says; absent for a path that no system has. */
  readonly system?: string;
  readonly document?: OpenApiDocument;
  readonly operation?: Operation | undefined;
  /** Gives this answer in place of the handler's, with all that the system adds to its answers. */
  answerWith?(request: PlainRequest, response: PlainResponse): Outcome | Promise<Outcome>;
  readonly longPoll?: PollDispatch | undefined;
}

/** An operation that holds requests until an event is there, for who gives events another order. */
export interface PollDispatch {
  /** What the handler answers: nothing is added to it, and nothing of it is recorded. */
  handle(request: PlainRequest): Outcome | Promise<Outcome>;
  /** See `LongPoll`. */
  follow(
    request: PlainRequest,
    response: PlainResponse,
  ): { readonly event: string; readonly next: PlainRequest } | null;
  moved(event: PlainResponse, place: PlainResponse): PlainResponse;
}
