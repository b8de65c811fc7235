import { text, type PlainRequest, type PlainResponse, type Upgrade } from '../engine/http.js';
import type { MockCore } from '../engine/mock.js';
import type { Dispatch } from '../engine/pipeline.js';
import { WorldError, type Worlds } from '../engine/worlds.js';
import { controlPlane } from './plane.js';

/** Finds what answers a request, whichever transport it came by. */
export type Front = (method: string, path: string, headers: PlainRequest['headers']) => Dispatch;

/** What stands between a transport and the worlds: the choice of the world and the control plane. */
export function createFront(worlds: Worlds): Front {
  const control = controlPlane(worlds);
  return (method, path, headers) => {
    let core: MockCore;
    try {
      core = worlds.of(headers);
    } catch (error) {
      if (error instanceof WorldError) return refusing(error);
      throw error;
    }
    const dispatch = control(core, method, path) ?? core.dispatch(method, path);
    return core === worlds.main ? dispatch : holding(worlds, core, dispatch);
  };
}

function refusing(error: WorldError): Dispatch {
  const answer = (): PlainResponse => text(error.status, error.message);
  return { bodyLimit: 0, run: answer, tooLarge: answer };
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
