/** Playwright Test as the runner of checks: its results become the event stream and the reports. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestError,
  TestResult,
} from '@playwright/test/reporter';
import type { CheckResult, RunEvent } from '../specs/results.js';
import { foldEvents } from '../specs/verdict.js';
import { annotations } from './annotations.js';
import { checkResultOf } from './check-result.js';
import { createEventWriter, readEvents, type EventWriter } from './events.js';
import { createProgress, type Progress, type ProgressTarget } from './progress.js';
import { renderAll } from './render.js';
import { terminal } from './terminal.js';
import { visibleLine } from './untrusted.js';

/** The content of the JSON file that the environment variable `COUNTERSIGN_RUN` names. */
export interface RunParameters {
  readonly started: Extract<RunEvent, { type: 'run-started' }>;
  /** The folder of all reports; made when missing. */
  readonly out: string;
  /** Colours in what is printed. */
  readonly color: boolean;
  /** True where a person is asked on this terminal: progress would write over the questions. */
  readonly quiet?: boolean;
  /** How `replay` is to be told the event stream; absent where it finds it by itself. */
  readonly events?: string | undefined;
}

/** What a run that did not end by itself lacks is told by the missing run-finished event. */
const cutShort: ReadonlySet<FullResult['status']> = new Set(['interrupted', 'timedout']);

/**
 * Writes `events.ndjson` as the run goes on and, at its end, all reports beside it; prints progress, then
 * the tables and the verdict, and on GitHub the annotations. Each test carries its outcome in an
 * attachment named `countersign`; see `checkResultOf` for one without.
 */
export default class CountersignReporter implements Reporter {
  readonly #parameters: RunParameters;
  readonly #eventsFile: string;
  readonly #events: EventWriter;
  readonly #errors: string[] = [];
  #progress: Progress;
  #finished = 0;
  #begun = Date.now();

  constructor() {
    this.#parameters = readParameters(process.env['COUNTERSIGN_RUN']);
    this.#eventsFile = join(this.#parameters.out, 'events.ndjson');
    this.#events = createEventWriter(this.#eventsFile);
    this.#events.write(this.#parameters.started);
    this.#progress = createProgress(0, this.#screen(), this.#parameters);
    // The command that started this run is gone, killed perhaps: what is known so far is reported.
    process.once('disconnect', () => {
      process.kill(process.pid, 'SIGINT');
    });
  }

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#begun = Date.now();
    this.#progress = createProgress(suite.allTests().length, this.#screen(), this.#parameters);
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    if (willRunAgain(test, result)) return;
    const check: CheckResult = checkResultOf(test, result);
    this.#finished += 1;
    this.#events.write({ type: 'check-finished', ...check });
    this.#progress.checkFinished(check);
  }

  onError(error: TestError): void {
    const message = visibleLine(error.message ?? error.value ?? 'an error without a message');
    this.#errors.push(message);
    this.#progress.note(`The harness erred: ${message}`);
  }

  async onEnd(result: FullResult): Promise<void> {
    this.#progress.end();
    if (!cutShort.has(result.status)) {
      const [first] = this.#errors;
      this.#events.write({
        type: 'run-finished',
        durationMs: Date.now() - this.#begun,
        unreachable:
          this.#finished === 0 && first !== undefined ? `The run could not begin: ${first}` : null,
      });
    }
    this.#events.close();
    const results = foldEvents(readEvents(this.#eventsFile));
    const { out, color, events } = this.#parameters;
    await renderAll(results, out, null, events);
    process.stdout.write(
      `\n${terminal(results, { color, events })}Report: ${join(out, 'index.html')}\n`,
    );
    if (process.env['GITHUB_ACTIONS'] === 'true') process.stdout.write(annotations(results));
  }

  #screen(): ProgressTarget {
    return this.#parameters.quiet === true ? { write: () => undefined } : process.stdout;
  }

  printsToStdio(): boolean {
    return true;
  }
}

/** A failed try that Playwright repeats decides nothing yet. */
function willRunAgain(test: TestCase, result: TestResult): boolean {
  const ended = result.status === test.expectedStatus || result.status === 'skipped';
  return !ended && result.status !== 'interrupted' && result.retry < test.retries;
}

function readParameters(file: string | undefined): RunParameters {
  if (file === undefined || file === '') {
    throw new Error('COUNTERSIGN_RUN must name the JSON file with the parameters of the run');
  }
  return JSON.parse(readFileSync(file, 'utf8')) as RunParameters;
}
