/** The command that runs a check again, as every report shows it. */
import { visibleLine } from './untrusted.js';

/**
 * How `replay` is to be told the event stream of the run: absent where it finds it by itself, null
 * where there is none, and then no command for it is shown.
 */
export type ReplayEvents = string | null | undefined;

/** @returns null where the run left no event stream to read */
export function replayCommand(check: string, events: ReplayEvents): string | null {
  if (events === null) return null;
  const where = events === undefined ? '' : ` --events ${forShell(events)}`;
  return visibleLine(`countersign replay ${check}${where}`);
}

function forShell(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
