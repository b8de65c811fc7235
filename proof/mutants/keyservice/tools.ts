import { Refusal, type PlainResponse } from '../../../mocks/engine/http.js';
import type { Alteration } from '../../../mocks/engine/system.js';
import { answerValue } from '../../../mocks/systems/keyservice/answers.js';
import type { Behaviour, Context } from '../../../mocks/systems/keyservice/behaviour.js';
import type { KeyRecord, State } from '../../../mocks/systems/keyservice/state.js';

export type { Behaviour, Context, KeyRecord, State };
export type Respond = NonNullable<Alteration<State, Behaviour>['respond']>;
export type Handlers = NonNullable<Alteration<State, Behaviour>['handlers']>;

/** The parameters of a request that has them in the query or in a form body. */
export function valuesOf(context: Context): URLSearchParams {
  const values = new URLSearchParams(context.request.query);
  if (context.header('content-type')?.startsWith('application/x-www-form-urlencoded') === true) {
    const body = new URLSearchParams(new TextDecoder().decode(context.request.body));
    for (const [name, value] of body) values.append(name, value);
  }
  return values;
}

/** The key that a request names. */
export function keyOf(context: Context): KeyRecord | undefined {
  return context.state.keys.get(valuesOf(context).get('token') ?? '');
}

/**
 * Stands around a handler.
 * @param change gets the parameters and a way to run the handler, whose refusals are answers too
 */
export function around(
  operation: string,
  change: (context: Context, values: URLSearchParams, run: () => PlainResponse) => PlainResponse,
): Handlers {
  return {
    [operation]: (next) => (context) =>
      change(context, valuesOf(context), () => {
        try {
          const answer = next(context);
          if ('status' in answer) return answer;
          throw new Error('the handlers of this system answer at once');
        } catch (error) {
          if (error instanceof Refusal) return error.response;
          throw error;
        }
      }),
  };
}

/** Another status for the successes of an operation whose parameters fit. */
export function statusWhere(
  operation: string,
  status: number,
  fits: (values: URLSearchParams, context: Context) => boolean,
): Handlers {
  return around(operation, (context, values, run) => {
    const wrong = fits(values, context);
    const answer = run();
    return answer.status === 200 && wrong ? { ...answer, status } : answer;
  });
}

/** Answers a refused request as if it had been done. */
export function pretend(
  operation: string,
  value: string | boolean,
  fits: (values: URLSearchParams, context: Context) => boolean,
): Handlers {
  return around(operation, (context, values, run) => {
    const wrong = fits(values, context);
    const answer = run();
    return answer.status >= 400 && wrong ? answerValue(context, 200, value) : answer;
  });
}

/** Changes the JSON of an operation's successes. */
export function editJson(operation: string, change: (value: unknown) => unknown): Respond {
  return (response, context) => {
    if (context.operation?.id !== operation || response.status !== 200) return response;
    const isJson = String(response.headers['Content-Type']).startsWith('application/json');
    if (!isJson || typeof response.body !== 'string') return response;
    return { ...response, body: JSON.stringify(change(JSON.parse(response.body))) };
  };
}

/** Remembers what passphrase each key made online has, and its private key in clear. */
export interface Book {
  readonly passphrases: Map<string, string>;
  readonly privateKeys: Map<string, string>;
}

/** A behaviour that writes into a book as keys are made; the book is by encrypted private key. */
export function withBook(
  base: Behaviour,
  change: (book: Book) => Partial<Behaviour>,
): Partial<Behaviour> {
  const book: Book = { passphrases: new Map(), privateKeys: new Map() };
  return {
    protectPrivateKey(state, passphrase, privateKey) {
      const kept = base.protectPrivateKey(state, passphrase, privateKey);
      book.passphrases.set(kept, passphrase);
      book.privateKeys.set(kept, privateKey);
      return kept;
    },
    ...change(book),
  };
}
