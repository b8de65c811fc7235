import { RequestContext } from '../../../mocks/engine/context.js';
import { json, Refusal, type PlainResponse, type Upgrade } from '../../../mocks/engine/http.js';
import type { Alteration } from '../../../mocks/engine/system.js';
import type { SsksBehaviour } from '../../../mocks/systems/ssks/behaviour.js';
import { documented } from '../../../mocks/systems/ssks/documented.js';
import type { SsksContext, SsksHandler } from '../../../mocks/systems/ssks/entry.js';
import {
  storeOf,
  type SsksState,
  type Store,
  type TmrUser,
} from '../../../mocks/systems/ssks/state.js';
import type { MutantSpec } from '../../model.js';

export type Spec = MutantSpec<SsksState, SsksBehaviour>;
export type Json = Readonly<Record<string, unknown>>;
export type Respond = NonNullable<Alteration<SsksState, SsksBehaviour>['respond']>;
type Wrap = (next: SsksHandler) => SsksHandler;

/** The body of a request as an object; empty when it is none. */
export function bodyOf(context: SsksContext): Json {
  return parsed(context) ?? {};
}

function parsed(context: SsksContext): Json | null {
  try {
    const value = JSON.parse(new TextDecoder().decode(context.request.body)) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Json)
      : null;
  } catch {
    return null;
  }
}

/** The factor of a body, in the shape of most operations. */
export function factorOf(body: Json): { readonly type?: unknown; readonly value?: unknown } {
  const factor = body.auth_factor;
  return typeof factor === 'object' && factor !== null ? factor : {};
}

/** The same request with another body. */
export function withBody(context: SsksContext, body: Json): SsksContext {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return copy(context, { ...context.request, body: bytes }, context.behaviour);
}

/** The same request under other decisions. */
export function withDecisions(
  context: SsksContext,
  decisions: Partial<SsksBehaviour>,
): SsksContext {
  return copy(context, context.request, { ...context.behaviour, ...decisions });
}

function copy(
  { operation, params, system, state, world }: SsksContext,
  request: SsksContext['request'],
  behaviour: SsksBehaviour,
): SsksContext {
  return new RequestContext(request, operation, params, { ...system, behaviour }, state, world);
}

/** Reads a body in another way before the handler sees it. */
export function rereading(change: (body: Json, context: SsksContext) => Json): Wrap {
  return (next) => (context) => {
    const body = parsed(context);
    if (body === null) return next(context);
    const changed = change(body, context);
    return next(changed === body ? context : withBody(context, changed));
  };
}

/** Decides otherwise where a request fits. */
export function deciding(
  decide: (body: Json, context: SsksContext) => Partial<SsksBehaviour> | null,
): Wrap {
  return (next) => (context) => {
    const decisions = decide(bodyOf(context), context);
    return next(decisions === null ? context : withDecisions(context, decisions));
  };
}

/** Does something after a handler has answered or refused. */
export function afterwards(effect: (context: SsksContext, response: PlainResponse) => void): Wrap {
  return (next) => (context) => {
    let refusal: Refusal | null = null;
    let response: PlainResponse | Upgrade | Promise<PlainResponse | Upgrade>;
    try {
      response = next(context);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal = error;
      response = error.response;
    }
    if (!(response instanceof Promise) && !('kind' in response)) effect(context, response);
    if (refusal !== null) throw refusal;
    return response;
  };
}

/** Answers in the handler's place where a request fits. */
export function answering(
  answer: (body: Json, context: SsksContext) => PlainResponse | null,
): Wrap {
  return (next) => (context) => answer(bodyOf(context), context) ?? next(context);
}

/** Changes the JSON of an operation's success. */
export function editing(operation: string, change: (body: Json) => unknown): Respond {
  return (response, context) => {
    if (context.operation?.id !== operation || response.status !== 200) return response;
    return { ...response, body: JSON.stringify(change(jsonOf(response))) };
  };
}

/** Changes refusals that fit. */
export function changing(
  fits: (response: PlainResponse, context: SsksContext) => boolean,
  change: (response: PlainResponse) => PlainResponse,
): Respond {
  return (response, context) => (fits(response, context) ? change(response) : response);
}

/** The JSON object of a response; empty when it has none. */
export function jsonOf(response: PlainResponse): Json {
  return typeof response.body === 'string' && response.body.startsWith('{')
    ? (JSON.parse(response.body) as Json)
    : {};
}

export const ok = (value: unknown): PlainResponse => json(200, value);

/** The store of the application that a request names. */
export function storeFor(context: SsksContext): Store {
  return storeOf(context.state, (context.header('x-seald-appid') ?? '').toLowerCase());
}

/** The hash of a factor as the mock keeps it. */
export function keyOf(context: SsksContext, type: unknown, value: unknown): string {
  const factor = { type: type === 'SMS' ? 'SMS' : 'EM', value: String(value) } as const;
  return context.state.factorKey(factor.type, documented.normalizeValue(factor));
}

/** All users of a store. */
export function allUsers(store: Store): readonly TmrUser[] {
  return [...store.users.values()].flatMap((byFactor) => [...byFactor.values()]);
}

/** An e-mail that nobody asked for. */
export function strayMail(context: SsksContext, recipient: unknown): void {
  context.world.deliver(
    documented.compose({
      factor: { type: 'EM', value: String(recipient) },
      challenge: context.world.random.text(8, 'abcdefgh'),
      template: undefined,
      subject: undefined,
    }),
  );
}
