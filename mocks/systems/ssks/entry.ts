import type { RequestContext } from '../../engine/context.js';
import { Refusal, type PlainResponse } from '../../engine/http.js';
import type { Handler } from '../../engine/system.js';
import type { Application } from './applications.js';
import type { Side, SsksBehaviour } from './behaviour.js';
import type { Factor } from './factor.js';
import { isObject, kindOf, MemberReader } from './members.js';
import { details, invalidMembers, memberTexts, notFound, refused } from './refusals.js';
import { storeOf, type Session, type SsksState, type Store } from './state.js';

export type SsksContext = RequestContext<SsksState, SsksBehaviour>;
export type SsksHandler = Handler<SsksState, SsksBehaviour>;

/** A request whose credentials and media type are good and whose body is a JSON object. */
export interface Entry {
  readonly context: SsksContext;
  readonly behaviour: SsksBehaviour;
  readonly application: Application;
  readonly store: Store;
  readonly members: MemberReader;
}

/** A handler of a back-end operation: application id and API key are needed. */
export function backEnd(run: (entry: Entry) => PlainResponse): SsksHandler {
  return (context) => run(enter(context, 'back'));
}

/** A handler of a front-end operation: the application id alone is needed. */
export function frontEnd(run: (entry: Entry) => PlainResponse): SsksHandler {
  return (context) => run(enter(context, 'front'));
}

/** Checks in the order of all operations: credentials, media type, JSON, an object. */
function enter(context: SsksContext, side: Side): Entry {
  const { behaviour, state } = context;
  const application = authorize(context, side);
  const type = context.header('content-type');
  if (type !== undefined && context.request.body.length > 0 && !behaviour.acceptsMediaType(type)) {
    const bare = (type.split(';', 1)[0] ?? '').trim().slice(0, 100);
    throw refused(415, details.mediaType(bare));
  }
  const body = context.parsed();
  if (!isObject(body)) {
    throw invalidMembers({ non_field_errors: [memberTexts.notObject(kindOf(body))] });
  }
  return {
    context,
    behaviour,
    application,
    store: storeOf(state, behaviour.namespaceOf(application)),
    members: new MemberReader(body, behaviour),
  };
}

/** The application of a request; ends it with 403 when the credentials are no good. */
export function authorize(context: SsksContext, side: Side): Application {
  const outcome = context.behaviour.authorize(
    {
      appId: nonEmpty(context.header('x-seald-appid')),
      apiKey: nonEmpty(context.header('x-seald-apikey')),
    },
    side,
    context.state.applications,
    context.operation?.id ?? '',
  );
  if (outcome === 'absent') throw refused(403, details.missingCredentials);
  if (outcome === 'wrong') throw refused(403, details.wrongCredentials);
  return outcome;
}

/**
 * What is wrong with the credentials of a request whose body was too large to read; credentials
 * come first.
 */
export function credentialRefusal(context: SsksContext): PlainResponse | null {
  const schemes = context.operation?.object.security ?? [];
  const side = schemes.some((scheme) => 'apiKey' in scheme) ? 'back' : 'front';
  try {
    authorize(context, side);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.response;
    throw error;
  }
}

/** The session of a front-end call; ends it with 404 when there is none. */
export function sessionOf({ context, behaviour, store }: Entry): Session {
  const id = context.header('x-seald-session') ?? '';
  const session = behaviour.findSession(store, id);
  if (session === undefined) throw notFound('TMRSession');
  return session;
}

/** The hash under which a factor is kept. */
export function factorKeyOf({ context, behaviour }: Entry, factor: Factor): string {
  return context.state.factorKey(factor.type, behaviour.normalizeValue(factor));
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
