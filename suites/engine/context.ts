import type { Capability } from '../../specs/model.js';
import type { ExchangeRecord } from '../../specs/results.js';
import type { DocumentJudge } from './document.js';
import type { Exchange, RequestSpec } from './exchange.js';
import { createExpect, type Expect } from './expect.js';
import { createHttpClient } from './http.js';
import { CheckFailure, Inconclusive, NoAnswer, Skipped } from './outcome.js';
import {
  advanceClock,
  createInboxClient,
  sendTrigger,
  type InboxClient,
  type TriggerSpec,
} from './out-of-band.js';
import { rawUpgrade, type UpgradeAnswer } from './raw-upgrade.js';
import type { TakeNote } from './record.js';
import type { Masker } from './secrets.js';
import type { SystemTarget, Target } from './target.js';
import { openSocket, type SuiteSocket, type UpgradeRefusal } from './websocket.js';

/** What a check has in its hands. */
export interface TestContext {
  readonly target: SystemTarget;
  readonly expect: Expect;
  readonly inbox: InboxClient;
  readonly random: SuiteRandom;
  /** True where the target declares the capability. */
  has(capability: Capability): boolean;
  /** Sends a request; no answer makes the check inconclusive. */
  send(spec: RequestSpec): Promise<Exchange>;
  /** Opens a WebSocket at a path of the target. A refusal is a value. */
  openSocket(
    path: string,
    options: {
      headers: Readonly<Record<string, string>>;
      protocols?: readonly string[];
      offerDeflate?: boolean;
      operation?: string;
    },
  ): Promise<{ socket: SuiteSocket } | { refused: UpgradeRefusal }>;
  /**
   * Sends an upgrade request with exactly these headers and reads the answer, right or wrong; a
   * 101 is dropped at once.
   */
  rawUpgrade(
    path: string,
    options: { headers: Readonly<Record<string, string>>; operation?: string },
  ): Promise<UpgradeAnswer>;
  trigger(spec: TriggerSpec): Promise<string>;
  /** Moves the target's clock; only in checks that run alone. */
  advanceClock(duration: string): Promise<void>;
  /**
   * A step that must hold before the check can judge anything: set-up, or the positive control of
   * a negative statement. Its failure makes the check inconclusive, never a fail.
   */
  given<T>(what: string, step: () => Promise<T>): Promise<T>;
  /** Ends the check: something it needs is missing. */
  skip(reason: string): never;
  /** Ends the check: an optional value is missing, named by its key in the system's section. */
  lacks(key: string): never;
  /** Notes a tolerated outcome; the check goes on and ends as a deviation. */
  deviate(note: string): void;
  /** A number that no other check of this run uses, small enough for 7 decimal digits. */
  unique(): number;
  /** Registers a value that no report may show. Returns it. */
  secret(value: string): string;
  /** Milliseconds to wait for what is due; short where the server is in the same process. */
  readonly patienceMs: number;
  /** Aborted when the check's time is over. */
  readonly signal: AbortSignal;
}

/** Seeded randomness for test data: the same run id and check give the same values. */
export interface SuiteRandom {
  bytes(length: number): Uint8Array;
  integer(limit: number): number;
  text(length: number, alphabet?: string): string;
  uuid(): string;
}

export interface ContextParts {
  readonly target: Target;
  readonly system: SystemTarget;
  readonly judge: DocumentJudge;
  readonly masker: Masker;
  readonly runId: string;
  readonly random: SuiteRandom;
  readonly unique: () => number;
  readonly signal: AbortSignal;
  /** Prefix of exchange ids. */
  readonly checkId: string;
  /** Bytes of a body that a record shows. */
  readonly shownBytes?: number | undefined;
}

/** A context with what it gathered on the way. */
export interface LiveContext extends TestContext {
  /** Made on demand; see TakeNote. */
  exchanges(): ExchangeRecord[];
  /** Whether any exchange was answered; null while there was none. */
  readonly answered: boolean | null;
  readonly deviations: string[];
  /** Milliseconds that exchanges spent waiting for their turn under the profile's cap. */
  readonly waitedMs: number;
  /** Ends what is still open. */
  dispose(): Promise<void>;
}

export function createContext(parts: ContextParts): LiveContext {
  const { target, system, masker, signal } = parts;
  const notes: (() => ExchangeRecord)[] = [];
  let anyAnswer: boolean | null = null;
  const deviations: string[] = [];
  const sockets = new Set<SuiteSocket>();
  let nextExchange = 0;
  let waitedMs = 0;
  const nextId = (): string => `${parts.checkId}@${String((nextExchange += 1))}`;
  const record: TakeNote = (entry, answered) => {
    notes.push(entry);
    anyAnswer = anyAnswer === true || answered;
  };
  const deviate = (note: string): void => {
    deviations.push(note);
  };
  const waited = (milliseconds: number): void => {
    waitedMs += milliseconds;
  };
  /** The connection of an upgrade waits at the gate as any other, and keeps its place until its end. */
  const enter = async (): Promise<() => void> => {
    if (target.gate === null) return () => undefined;
    const pass = await target.gate.enter(signal);
    waited(pass.waitedMs);
    return pass.leave;
  };
  const connectTo = (url: string): object => {
    const agent = target.upgradeAgent(url);
    return { ...target.tls, ...(agent === undefined ? {} : { agent }) };
  };
  const http = createHttpClient({
    baseUrl: system.url,
    dispatcher: target.direct,
    gate: target.gate,
    waited,
    judge: parts.judge,
    masker,
    userAgent: `countersign/${parts.runId}`,
    headers: target.headers,
    record,
    shownBytes: parts.shownBytes,
    nextId,
    signal,
  });
  const io = { dispatcher: target.dispatcher, signal, patienceMs: target.patienceMs };
  return {
    exchanges: () => notes.map((make) => make()),
    get answered() {
      return anyAnswer;
    },
    get waitedMs() {
      return waitedMs;
    },
    deviations,
    target: system,
    expect: createExpect(deviate, (text) => masker.mask(text)),
    inbox: createInboxClient(system.inbox, system.slug, io),
    random: parts.random,
    signal,
    patienceMs: target.patienceMs,
    has: (capability) => system.capabilities.has(capability),
    send: (spec) => http.send(spec),
    async openSocket(path, options) {
      const url = system.url.replace(/^http/i, 'ws') + path;
      const leave = await enter();
      const outcome = await openSocket({
        url,
        ended: leave,
        headers: {
          'User-Agent': `countersign/${parts.runId}`,
          ...target.headers,
          ...options.headers,
        },
        ...(options.protocols === undefined ? {} : { protocols: options.protocols }),
        ...(options.offerDeflate === undefined ? {} : { offerDeflate: options.offerDeflate }),
        operation: options.operation ?? parts.judge.operationOf('GET', path.replace(/\?.*$/, '')),
        masker,
        record,
        shownBytes: parts.shownBytes,
        nextId,
        signal,
        connect: connectTo(url),
        patienceMs: target.patienceMs,
      });
      if ('socket' in outcome) sockets.add(outcome.socket);
      return outcome;
    },
    async rawUpgrade(path, options) {
      const url = system.url + path;
      const leave = await enter();
      return rawUpgrade({
        url,
        headers: {
          'User-Agent': `countersign/${parts.runId}`,
          ...target.headers,
          ...options.headers,
        },
        operation: options.operation ?? parts.judge.operationOf('GET', path.replace(/\?.*$/, '')),
        masker,
        record,
        nextId,
        signal,
        connect: connectTo(url),
      }).finally(leave);
    },
    trigger: (spec) => sendTrigger(system.trigger, system.slug, spec, io),
    advanceClock: (duration) => advanceClock(system.clock, duration, io),
    async given(what, step) {
      try {
        return await step();
      } catch (error) {
        const message = (cause: Error): string =>
          `not judged, because ${what} did not work: ${cause.message}`;
        // Silence stays silence, so that the runner notices a target that is gone.
        if (error instanceof NoAnswer) throw new NoAnswer(message(error));
        if (error instanceof CheckFailure) throw new Inconclusive(message(error));
        throw error;
      }
    },
    skip(reason) {
      throw new Skipped(reason);
    },
    lacks(key) {
      throw new Skipped(`needs systems.${system.slug}.${key}, which the profile leaves out`);
    },
    deviate,
    unique: parts.unique,
    secret(value) {
      masker.add(value);
      return value;
    },
    async dispose() {
      for (const socket of sockets) {
        socket.terminate();
        await socket.closed(200).catch(() => undefined);
      }
    },
  };
}
