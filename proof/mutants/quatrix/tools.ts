import type { RequestContext } from '../../../mocks/engine/context.js';
import type { PlainResponse } from '../../../mocks/engine/http.js';
import type { Alteration, Handler } from '../../../mocks/engine/system.js';
import type {
  Behaviour,
  CallAttempt,
  LoginAttempt,
} from '../../../mocks/systems/quatrix/behaviour.js';
import { callSubject, loginSubject } from '../../../mocks/systems/quatrix/subject.js';
import type { State } from '../../../mocks/systems/quatrix/state.js';
import { deriveKey, sign } from '../../../suites/quatrix/crypto.js';

export type Context = RequestContext<State, Behaviour>;
export type BehaviourChange = NonNullable<Alteration<State, Behaviour>['behaviour']>;
export type Respond = NonNullable<Alteration<State, Behaviour>['respond']>;
export type Wrap = (next: Handler<State, Behaviour>) => Handler<State, Behaviour>;

/** Accepts further signatures at login, beside the right one. */
export function alsoAtLogin(others: (attempt: LoginAttempt) => Iterable<string>): BehaviourChange {
  return (base) => ({
    *loginSignatures(attempt) {
      yield* base.loginSignatures(attempt);
      yield* others(attempt);
    },
  });
}

/** Accepts a login that was signed with another key. */
export function alsoLoginKey(
  keyOf: (password: string, attempt: LoginAttempt) => string | Buffer,
): BehaviourChange {
  return alsoAtLogin((attempt) => [
    sign(keyOf(attempt.user.password, attempt), rightLogin(attempt)),
  ]);
}

/** Accepts a login whose subject was written in another way. */
export function alsoLoginSubject(
  ...changes: ((subject: string, attempt: LoginAttempt) => string)[]
): BehaviourChange {
  return alsoAtLogin((attempt) =>
    changes.map((change) =>
      sign(deriveKey(attempt.user.password), change(rightLogin(attempt), attempt)),
    ),
  );
}

/** Accepts further signatures of calls, beside the right ones. */
export function alsoInCalls(others: (attempt: CallAttempt) => Iterable<string>): BehaviourChange {
  return (base) => ({
    *callSignatures(attempt) {
      yield* base.callSignatures(attempt);
      yield* others(attempt);
    },
  });
}

/** Accepts a call whose subject was written in another way. */
export function alsoCallSubject(
  ...changes: ((subject: string, attempt: CallAttempt) => string)[]
): BehaviourChange {
  return alsoInCalls((attempt) =>
    changes.map((change) => sign(keyOfCall(attempt), change(callSubject(attempt), attempt))),
  );
}

/** The subject that a login should have. */
export function rightLogin({ method, login, timestamp }: LoginAttempt): string {
  return loginSubject({ method, path: '/session/login', login, timestamp });
}

export function keyOfCall({ session }: CallAttempt): string {
  return deriveKey(session.user.password);
}

/** Changes the answers of an operation that have this status. */
export function onAnswer(
  operation: string,
  status: number,
  change: (response: PlainResponse, context: Context) => PlainResponse,
): Respond {
  return (response, context) =>
    context.operation?.id === operation && response.status === status
      ? change(response, context)
      : response;
}

/** Changes the JSON body of an operation's success. */
export function onBody(
  operation: string,
  change: (body: Record<string, unknown>, context: Context) => unknown,
): Respond {
  return onAnswer(operation, 200, (response, context) => ({
    ...response,
    body: JSON.stringify(change(bodyOf(response), context)),
  }));
}

/** The JSON object in a body. */
export function bodyOf({ body }: PlainResponse): Record<string, unknown> {
  return typeof body === 'string' ? (JSON.parse(body) as Record<string, unknown>) : {};
}

/** Takes headers away. */
export function without(response: PlainResponse, ...names: readonly string[]): PlainResponse {
  const gone = names.map((name) => name.toLowerCase());
  const kept = Object.entries(response.headers).filter(
    ([name]) => !gone.includes(name.toLowerCase()),
  );
  return { ...response, headers: Object.fromEntries(kept) };
}

/** True for the user whom most checks act as. */
export function isFirst(login: string): boolean {
  return login === 'user@example.com';
}
