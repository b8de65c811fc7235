import type { ErasedSystem } from './engine/system.js';
import { checkNames, type SystemName } from './library.js';

/** Each system in a module that a bundler can leave out, or keep in a chunk of its own. */
const loaders: Readonly<Record<SystemName, () => Promise<ErasedSystem>>> = {
  misakey: async () => (await import('./systems/misakey/system.js')).misakey,
  textsecure: async () => (await import('./systems/textsecure/system.js')).textsecure,
  ssks: async () => (await import('./systems/ssks/system.js')).ssks,
  keyservice: async () => (await import('./systems/keyservice/system.js')).keyservice,
  quatrix: async () => (await import('./systems/quatrix/system.js')).quatrix,
};

/** Loads the systems of some names; without any, all. Throws when a name is unknown. */
export function loadSystems(
  names: readonly SystemName[] | undefined,
): Promise<readonly ErasedSystem[]> {
  const known = Object.keys(loaders) as SystemName[];
  checkNames(names, known);
  const wanted = names === undefined ? known : known.filter((name) => names.includes(name));
  return Promise.all(wanted.map((name) => loaders[name]()));
}
