import {
  Refusal,
  type PlainResponse,
  type PlainSocket,
  type SocketListener,
} from '../../../mocks/engine/http.js';
import type { Alteration, Handler } from '../../../mocks/engine/system.js';
import type {
  Behaviour,
  Context,
  SocketMessage,
} from '../../../mocks/systems/misakey/behaviour.js';
import { parseCookies } from '../../../mocks/systems/misakey/cookies.js';
import { documented } from '../../../mocks/systems/misakey/documented.js';
import type { MisakeyState } from '../../../mocks/systems/misakey/state.js';

export type State = MisakeyState;
export type Respond = NonNullable<Alteration<State, Behaviour>['respond']>;
type Handlers = NonNullable<Alteration<State, Behaviour>['handlers']>;
export type Json = Record<string, unknown>;

/** Changes the JSON of an operation's successes, or of the statuses that fit. */
export function editAnswer(
  operationId: string,
  change: (body: Json) => unknown,
  fits: (status: number) => boolean = (status) => status < 300,
): Respond {
  return (response, context) => {
    if (context.operation?.id !== operationId || !fits(response.status)) return response;
    if (typeof response.body !== 'string') return response;
    return { ...response, body: JSON.stringify(change(JSON.parse(response.body) as Json)) };
  };
}

/** Replaces the answers of an operation that fit. */
export function replaceAnswer(
  operationId: string,
  fits: (response: PlainResponse, context: Context) => boolean,
  make: (response: PlainResponse) => PlainResponse,
): Respond {
  return (response, context) =>
    context.operation?.id === operationId && fits(response, context) ? make(response) : response;
}

/** An object without one of its members. */
export function drop(object: Json, name: string): Json {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

/** Looks at the last_event of a contact's answer. */
export function editLastEvent(change: (event: Json) => Json): Respond {
  return editAnswer('contactUser', (body) => ({
    ...body,
    last_event: change(body.last_event as Json),
  }));
}

/** Changes what is pushed, or loses it (null). */
export function editPush(
  base: Behaviour,
  change: (message: SocketMessage, identityId: string, state: State) => SocketMessage | null,
): Partial<Behaviour> {
  return {
    publish(state, behaviour, identityId, message, world) {
      const changed = change(message, identityId, state);
      if (changed !== null) base.publish(state, behaviour, identityId, changed, world);
    },
  };
}

/** Changes the object of messages of one type (`event.new/create`, `notification/…`, `file.saved`). */
export function editObject(base: Behaviour, type: string, change: (object: Json) => Json) {
  return editPush(base, (message) =>
    kindOf(message) === type || message.type === type
      ? { ...message, object: change({ ...message.object }) }
      : message,
  );
}

/** Loses messages of one type. */
export function lose(base: Behaviour, type: string): Partial<Behaviour> {
  return editPush(base, (message) => (kindOf(message) === type ? null : message));
}

/** `event.new/create` and the like; the bare type for messages without an inner one. */
export function kindOf(message: SocketMessage): string {
  const { type } = message.object;
  return typeof type === 'string' ? `${message.type}/${type}` : message.type;
}

/** Passes what a socket's connection writes through a function made for it. */
export function withWire(make: () => (chunk: Uint8Array) => Uint8Array): Handlers {
  return {
    openRealtimeSocket: (next) => (context) => {
      const outcome = next(context);
      if (outcome instanceof Promise || !('kind' in outcome)) return outcome;
      return { ...outcome, wire: make() };
    },
  };
}

/** Stands between an opened socket and the system. */
export function withSocket(
  wrap: (
    attach: (socket: PlainSocket) => SocketListener,
    socket: PlainSocket,
    context: Context,
  ) => SocketListener,
): Handlers {
  return {
    openRealtimeSocket: (next) => (context) => {
      const outcome = next(context);
      if (outcome instanceof Promise || !('kind' in outcome)) return outcome;
      return {
        ...outcome,
        attach: (socket) => wrap((inner) => outcome.attach(inner), socket, context),
      };
    },
  };
}

/** Looks at a request before an operation, or answers it. */
export function before(
  operationId: string,
  look: (context: Context) => PlainResponse | undefined,
): Handlers {
  return {
    [operationId]:
      (next: Handler<State, Behaviour>): Handler<State, Behaviour> =>
      (context) =>
        look(context) ?? next(context),
  };
}

/** Looks at a refusal of an operation after it was decided. */
export function onRefusal(
  operationId: string,
  look: (context: Context, refusal: PlainResponse) => void,
): Handlers {
  return {
    [operationId]:
      (next: Handler<State, Behaviour>): Handler<State, Behaviour> =>
      (context) => {
        try {
          return next(context);
        } catch (error) {
          if (error instanceof Refusal) look(context, error.response);
          throw error;
        }
      },
  };
}

/** The CSRF cookie of a request: as good as the session that it belongs to. */
export function sessionOf(context: Context): string {
  return parseCookies(context.header('cookie')).get('_csrf') ?? '';
}

/** The cookie `accesstoken`; undefined when absent. */
export function tokenCookie(context: Context): string | undefined {
  return parseCookies(context.header('cookie')).get('accesstoken');
}

/** The token text of the identity in the path. */
export function tokenOfPath(context: Context): string {
  for (const token of context.state.tokens.values()) {
    if (token.identityId === context.params.id && token.acr === 2 && token.kind === 'access') {
      return token.value;
    }
  }
  return '';
}

/**
 * Reads credentials in another way for one operation.
 * @param read undefined leaves the decision to the right reading
 */
export function readAlso(
  base: Behaviour,
  operationId: string,
  read: (context: Context, cookies: ReadonlyMap<string, string>) => string | undefined,
): Partial<Behaviour> {
  return {
    readCredentials(context) {
      const cookies = parseCookies(context.header('cookie'));
      const token = context.operation?.id === operationId ? read(context, cookies) : undefined;
      return token ?? base.readCredentials(context);
    },
  };
}

/** Changes a request's JSON text before it is read. */
export function editBody(change: (body: Json) => unknown): Pick<Behaviour, 'parseBody'> {
  return {
    parseBody(text) {
      const value = documented.parseBody(text);
      return typeof value === 'object' && value !== null ? change(value as Json) : value;
    },
  };
}
