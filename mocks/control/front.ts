import { text, type PlainRequest, type PlainResponse, type Upgrade } from '../engine/http.js';
import type { MockCore } from '../engine/mock.js';
import type { Dispatch } from '../engine/pipeline.js';
import { WorldError, type Worlds } from '../engine/worlds.js';
import { disturbed } from './disturb.js';
import { controlPlane } from './plane.js';

/** Finds what answers a request, whichever transport it came by. */
export type Front = (method: string, path: string, headers: PlainRequest['headers']) => Dispatch;

/** Makes what happened in a world last; an answer waits for it. */
export type Persist = (core: MockCore) => Promise<void>;

/**
 * What stands between a transport and the worlds: the choice of the world and the control plane.
 * @param persist called after each request that may have changed its world
 */
export function createFront(worlds: Worlds, persist?: Persist): Front {
  const control = controlPlane(worlds);
  return (method, path, headers) => {
    let core: MockCore;
    try {
      core = worlds.of(headers);
    } catch (error) {
      if (error instanceof WorldError) return refusing(error);
      throw error;
    }
    const asked = control(core, method, path);
    let dispatch = asked ?? disturbed(core, core.dispatch(method, path), headers);
    if (persist !== undefined && (asked === null || method !== 'GET')) {
      dispatch = lasting(persist, core, dispatch);
    }
    return core === worlds.main ? dispatch : holding(worlds, core, dispatch);
  };
}

function refusing(error: WorldError): Dispatch {
  const answer = (): PlainResponse => text(error.status, error.message);
  return { bodyLimit: 0, run: answer, tooLarge: answer };
}

/** Answers only when what the request changed is safe, so that nothing acknowledged is lost. */
function lasting(persist: Persist, core: MockCore, dispatch: Dispatch): Dispatch {
  const saved = async (
    outcome: PlainResponse | Upgrade | Promise<PlainResponse | Upgrade>,
  ): Promise<PlainResponse | Upgrade> => {
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
  return { ...dispatch, run: (request) => saved(dispatch.run(request)) };
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
  return {
    ...dispatch,
    run(request) {
      const outcome = dispatch.run(request);
      if (outcome instanceof Promise) {
        const release = worlds.hold(core);
        return outcome
          .finally(release)
          .then((settled) => ('kind' in settled ? holdSocket(worlds, core, settled) : settled));
      }
      return 'kind' in outcome ? holdSocket(worlds, core, outcome) : outcome;
    },
  };
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
