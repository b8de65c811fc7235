import type { Dispatch, Outcome, RoutedDispatch } from '../engine/dispatch.js';
import { text, type PlainRequest, type PlainResponse, type Upgrade } from '../engine/http.js';
import type { MockCore } from '../engine/mock.js';
import { WorldError, type Worlds } from '../engine/worlds.js';
import { disturbed, ranBy } from './disturb.js';
import type { Guard } from './guard.js';
import { controlPlane, isControlPath } from './plane.js';

/** Finds what answers a request, whichever transport it came by. */
export type Front = (method: string, path: string, headers: PlainRequest['headers']) => Dispatch;

/** Makes what happened in a world last; an answer waits for it. */
export type Persist = (core: MockCore) => Promise<void>;

/** Files of the dashboard, where the transport has them. */
export interface Pages {
  /** @returns null for a request that asks for none of them */
  find(method: string, path: string, headers: PlainRequest['headers']): Dispatch | null;
}

/** What a transport adds to the worlds that it serves. */
export interface FrontOptions {
  /** Called after each request that may have changed its world. */
  readonly persist?: Persist | undefined;
  /** Who may use the control plane; everybody where absent, as in a page's own mock. */
  readonly guard?: Guard | undefined;
  readonly pages?: Pages | undefined;
}

/** What stands between a transport and the worlds: the choice of the world and the control plane. */
export function createFront(worlds: Worlds, options: FrontOptions = {}): Front {
  const { persist, guard, pages } = options;
  const control = controlPlane(worlds);
  return (method, path, headers) => {
    const isControl = isControlPath(path);
    if (isControl) {
      const refusal = guard?.origin(headers) ?? null;
      // Below it there are paths of systems too, such as those of attachments.
      if (refusal !== null && !worlds.main.claims(path)) return always(refusal);
      const page = pages?.find(method, path, headers) ?? null;
      if (page !== null) return page;
    }
    let core: MockCore;
    try {
      core = worlds.of(headers);
    } catch (error) {
      if (error instanceof WorldError) return always(text(error.status, error.message));
      throw error;
    }
    const asked = isControl ? control(core, method, path) : null;
    let dispatch =
      asked === null
        ? watched(core, core.dispatch(method, path), headers)
        : guard === undefined
          ? asked
          : guarded(guard, asked, headers);
    if (persist !== undefined && (asked === null || method !== 'GET')) {
      dispatch = lasting(persist, core, dispatch);
    }
    return core === worlds.main ? dispatch : holding(worlds, core, dispatch);
  };
}

function always(answer: PlainResponse): Dispatch {
  const give = (): PlainResponse => answer;
  return { bodyLimit: 0, run: give, tooLarge: give };
}

/** Bytes of a body that is read before the token is known, which may stand in the query. */
const unknownBody = 65_536;

function guarded(guard: Guard, dispatch: Dispatch, headers: PlainRequest['headers']): Dispatch {
  const bodyLimit = guard.knows(headers)
    ? dispatch.bodyLimit
    : Math.min(dispatch.bodyLimit, unknownBody);
  return {
    bodyLimit,
    run: (request) => guard.token(request) ?? dispatch.run(request),
    tooLarge: (request) => guard.token(request) ?? dispatch.tooLarge(request),
  };
}

function watched(
  core: MockCore,
  routed: RoutedDispatch,
  headers: PlainRequest['headers'],
): Dispatch {
  return new Watched(core, routed, disturbed(core, routed, headers));
}

/** Lists what is held or open, for those who look. */
class Watched implements Dispatch {
  readonly #core: MockCore;
  readonly #routed: RoutedDispatch;
  readonly #ran: Dispatch;

  /** @param ran what is run, which may do something to what was routed */
  constructor(core: MockCore, routed: RoutedDispatch, ran: Dispatch) {
    this.#core = core;
    this.#routed = routed;
    this.#ran = ran;
  }

  get bodyLimit(): number {
    return this.#ran.bodyLimit;
  }

  run(request: PlainRequest): Outcome | Promise<Outcome> {
    const outcome = this.#ran.run(request);
    if (!(outcome instanceof Promise) && !('kind' in outcome)) return outcome;
    const { system, operation } = this.#routed;
    const { open } = this.#core.world;
    const opened = { system, operation: operation?.id, request };
    return outcome instanceof Promise ? open.hold(opened, outcome) : open.watch(opened, outcome);
  }

  tooLarge(request: PlainRequest): PlainResponse {
    return this.#ran.tooLarge(request);
  }
}

/** Answers only when what the request changed is safe, so that nothing acknowledged is lost. */
function lasting(persist: Persist, core: MockCore, dispatch: Dispatch): Dispatch {
  const saved = async (outcome: Outcome | Promise<Outcome>): Promise<Outcome> => {
    const settled = await outcome;
    if ('kind' in settled) return { ...settled, attach: lastingSocket(persist, core, settled) };
    try {
      await persist(core);
      return settled;
    } catch (error) {
      core.reportBug(error);
      return text(500, 'the mock could not save its state; see its output');
    }
  };
  return ranBy(dispatch, (request) => saved(dispatch.run(request)));
}

/** A message over a socket has no answer that could wait; its change is saved soon after. */
function lastingSocket(persist: Persist, core: MockCore, upgrade: Upgrade): Upgrade['attach'] {
  return (socket) => {
    const listener = upgrade.attach(socket);
    return {
      ...listener,
      message(data, binary) {
        listener.message?.(data, binary);
        persist(core).catch((error: unknown) => {
          core.reportBug(error);
        });
      },
    };
  };
}

/** A world must not be displaced while a long poll of it is held or a socket of it is open. */
function holding(worlds: Worlds, core: MockCore, dispatch: Dispatch): Dispatch {
  return ranBy(dispatch, (request) => {
    const outcome = dispatch.run(request);
    if (outcome instanceof Promise) {
      const release = worlds.hold(core);
      return outcome
        .finally(release)
        .then((settled) => ('kind' in settled ? holdSocket(worlds, core, settled) : settled));
    }
    return 'kind' in outcome ? holdSocket(worlds, core, outcome) : outcome;
  });
}

function holdSocket(worlds: Worlds, core: MockCore, upgrade: Upgrade): Upgrade {
  return {
    ...upgrade,
    attach(socket) {
      const release = worlds.hold(core);
      const listener = upgrade.attach(socket);
      return {
        ...listener,
        closed(code) {
          release();
          listener.closed?.(code);
        },
      };
    },
  };
}
