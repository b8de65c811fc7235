/** What a person sees while a run goes on. */
import type { CheckResult } from '../specs/results.js';
import { painter, type Paint } from './terminal.js';
import { cutLine, terminalLine } from './untrusted.js';

/** Where progress goes; `process.stdout` fits. */
export interface ProgressTarget {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Follows a run check by check. */
export interface Progress {
  checkFinished(result: CheckResult): void;
  /** A line that must not be lost, such as an error of the harness. */
  note(line: string): void;
  /** Takes the line of progress away. */
  end(): void;
}

/**
 * On a terminal one line is written over and over; elsewhere there is one line for every tenth of the
 * run. A failure is printed at once, in one line. All text from the target is freed of control
 * characters.
 */
export function createProgress(
  total: number,
  target: ProgressTarget,
  options: { readonly color: boolean },
): Progress {
  const paint = painter(options.color);
  const live = target.isTTY === true;
  const tally = { done: 0, passed: 0, deviated: 0, failed: 0, other: 0 };
  let tenths = 0;
  let shown = false;

  const clear = (): void => {
    if (shown) target.write('\r\x1b[2K');
    shown = false;
  };
  const print = (line: string): void => {
    clear();
    target.write(`${line}\n`);
  };
  return {
    checkFinished(result) {
      tally.done += 1;
      if (result.status === 'passed') tally.passed += 1;
      else if (result.status === 'deviated') tally.deviated += 1;
      else if (result.status === 'failed') tally.failed += 1;
      else tally.other += 1;
      if (result.status === 'failed') print(failureLine(result, paint));
      const counts = `${String(tally.done)}/${String(Math.max(total, tally.done))}`;
      const words =
        `${String(tally.passed)} pass, ${String(tally.deviated)} deviation, ` +
        `${String(tally.failed)} fail${tally.other > 0 ? `, ${String(tally.other)} undecided` : ''}`;
      if (live) {
        clear();
        const line = `${counts}  ${words}  ${terminalLine(result.system)}`;
        target.write(cutLine(line, Math.max(20, (target.columns ?? 80) - 1)));
        shown = true;
        return;
      }
      const reached = total > 0 ? Math.floor((tally.done / total) * 10) : 10;
      if (reached > tenths) {
        tenths = reached;
        print(`${String(Math.min(100, reached * 10)).padStart(3)} %  ${counts}  ${words}`);
      }
    },
    note(line) {
      print(terminalLine(line));
    },
    end: clear,
  };
}

function failureLine(result: CheckResult, paint: Paint): string {
  const ids = result.requirements.map(terminalLine).join(', ');
  const message = cutLine(terminalLine(result.message ?? 'no message was given'), 200);
  return `${paint('red', '✗ fail')} ${ids}: ${message}`;
}
