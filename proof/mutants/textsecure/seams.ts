import type { Behaviour, Context } from '../../../mocks/systems/textsecure/behaviour.js';
import { saveAccount, type Account, type State } from '../../../mocks/systems/textsecure/state.js';
import type { PlainResponse } from '../../../mocks/engine/http.js';
import type { Handler } from '../../../mocks/engine/system.js';
import type { MutantSpec } from '../../model.js';

export type Spec = MutantSpec<State, Behaviour>;
export type TextsecureHandler = Handler<State, Behaviour>;

/** Changes the answers of some operations; `when` limits it to some statuses. */
export function answers(
  operations: readonly string[],
  change: (response: PlainResponse, context: Context) => PlainResponse,
): Pick<Spec, 'respond'> {
  return {
    respond: (response, context) =>
      operations.includes(context.operation?.id ?? '') ? change(response, context) : response,
  };
}

/** One status in place of another, on some operations. */
export function status(
  operations: readonly string[],
  from: number,
  to: number,
): Pick<Spec, 'respond'> {
  return answers(operations, (response) =>
    response.status === from ? { ...response, status: to } : response,
  );
}

/** Changes the JSON value of a success. */
export function jsonAnswer(
  operations: readonly string[],
  change: (value: Record<string, unknown>) => unknown,
): Pick<Spec, 'respond'> {
  return answers(operations, (response) => {
    if (response.status !== 200 || typeof response.body !== 'string') return response;
    const value = JSON.parse(response.body) as Record<string, unknown>;
    return { ...response, body: JSON.stringify(change(value)) };
  });
}

/** Wraps one handler. */
export function around(
  operation: string,
  wrap: (next: (context: Context) => PlainResponse, context: Context) => PlainResponse,
): Pick<Spec, 'handlers'> {
  return {
    handlers: {
      [operation]: (next) => (context) =>
        wrap(next as (context: Context) => PlainResponse, context),
    },
  };
}

const ghost: Account = {
  number: '+00000000000',
  token: 'ghost',
  passwordDigest: new Uint8Array(0),
  signalingKey: null,
  supportsSms: false,
  push: [],
};

/** An operation that also serves requests without an Authorization header. */
export function open(operation: string): Pick<Spec, 'behaviour'> {
  return {
    behaviour: (base) => ({
      authenticate: (context) =>
        context.operation?.id === operation && context.header('authorization') === undefined
          ? ghost
          : base.authenticate(context),
    }),
  };
}

/** An operation that takes any password for an account. */
export function trusting(operation: string): Pick<Spec, 'behaviour'> {
  return {
    behaviour: (base) => ({
      authenticate(context) {
        const given = base.credentials(context.header('authorization'), context);
        const account = given === null ? undefined : context.state.accounts.get(given.number);
        return context.operation?.id === operation && account !== undefined
          ? account
          : base.authenticate(context);
      },
    }),
  };
}

/** Whether the body of a request is JSON. */
export function isJson(context: Context): boolean {
  try {
    JSON.parse(new TextDecoder().decode(context.request.body));
    return true;
  } catch {
    return false;
  }
}

/** Makes the account that a confirmation asks for, whatever its code. */
export function confirmAnyway(context: Context): void {
  const { behaviour, state } = context;
  const wanted = behaviour.wantedCredentials(context.header('authorization'));
  if (wanted === null) return;
  saveAccount(state, {
    ...ghost,
    number: wanted.number,
    token: behaviour.tokenOf(wanted.number),
    passwordDigest: behaviour.passwordDigest(state.salt, wanted.password),
  });
}

/** Runs something although a request is refused with one of these statuses. */
export function although(
  operation: string,
  statuses: readonly number[],
  act: (context: Context) => void,
): Pick<Spec, 'respond'> {
  return answers([operation], (response, context) => {
    if (statuses.includes(response.status)) act(context);
    return response;
  });
}

/** Whatever opens a push itself, in place of taking it as set-up. */
export const opens = {
  'textsecure.delivery.apn-push-carries-payload': 'opens the push',
  'textsecure.delivery.padding-at-every-length': 'opens the pushes',
  'textsecure.federation.relayed-delivery': 'opens the push',
};
