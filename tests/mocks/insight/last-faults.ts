import { explain } from '../../../mocks/engine/explain.js';
import type { ClientFault } from '../../../mocks/engine/insight.js';
import type { MockCore } from '../../../mocks/engine/mock.js';

/** What the client did wrong in the newest exchange. */
export async function lastFaults(core: MockCore): Promise<readonly ClientFault[]> {
  const entry = core.world.journal.get(core.world.journal.range().last);
  if (entry === undefined) throw new Error('nothing was asked yet');
  return explain(core, entry);
}

/** The same as lines of text: place, name and message. */
export async function lastFaultTexts(core: MockCore): Promise<readonly string[]> {
  const faults = await lastFaults(core);
  return faults.map(({ where, name, message }) => `${where} ${name ?? '-'}: ${message}`);
}
