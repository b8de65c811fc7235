import type { Random } from './random.js';

/** How late an answer comes: always as much, or drawn anew for each request, in ms. */
export type Delay =
  | { readonly kind: 'fixed'; readonly milliseconds: number }
  | { readonly kind: 'uniform'; readonly from: number; readonly to: number }
  /** Log-normal, as latencies of real services mostly are. */
  | { readonly kind: 'log-normal'; readonly median: number; readonly p99: number };

/** What a rule does to a request that it meets. */
export interface Effect {
  /** The answer is late; what the request does is done before. */
  readonly delay?: Delay;
  /** The documented answer of this status in place of the system's; nothing else happens. */
  readonly status?: number;
  /** The example of the document, by name. */
  readonly example?: string;
  /** The connection breaks: before anything was done, or after, so that the answer is lost. */
  readonly drop?: 'request' | 'answer';
  /** The connection breaks after so many bytes of the body. */
  readonly truncate?: number;
  /** No answer ever comes, and nothing is done. */
  readonly hang?: true;
  /** A WebSocket breaks without a close frame after so many messages of the server. */
  readonly resetAfter?: number;
  /** The messages of a WebSocket, or the events of a long poll, change places in pairs. */
  readonly reorder?: true;
}

export interface FaultRule extends Effect {
  readonly name: string;
  /** Only this system; every one when absent. */
  readonly system?: string;
  /** Only this operation, by operationId. */
  readonly operation?: string;
  /** How many requests are let pass before. */
  readonly skip?: number;
  /** How many requests it meets; then it rests. Without end when absent. */
  readonly count?: number;
  /** With which probability it meets a request that fits; repeatable with the world's seed. */
  readonly chance?: number;
}

/** A rule with what it has done so far. */
export interface ActiveFault {
  readonly rule: FaultRule;
  /** Requests that fitted. */
  readonly seen: number;
  /** Requests that were met. */
  readonly applied: number;
}

/** The disturbances of a world; a reset ends them. */
export interface Faults {
  /** False while there is no rule: then nothing else need be asked. */
  readonly any: boolean;
  /** Adds a rule in place of one of the same name. */
  add(rule: FaultRule): void;
  list(): readonly ActiveFault[];
  /** @returns false when there is no rule of this name */
  remove(name: string): boolean;
  clear(): void;
  /** What meets a request: the effects of all rules that fit; where two differ the earlier one counts. */
  meet(system: string | undefined, operation: string | undefined): Effect | null;
  /** Draws how late one answer is, in ms. */
  lateness(delay: Delay): number;
}

/** @param random makes chance and latencies; a fresh one per reset makes them repeatable */
export function createFaults(random: () => Random): Faults {
  let draws = random();
  const rules = new Map<string, { rule: FaultRule; seen: number; applied: number }>();
  const unit = (): number => draws.integer(2 ** 48) / 2 ** 48;
  const meets = (entry: { rule: FaultRule; seen: number; applied: number }): boolean => {
    const { skip = 0, count = Infinity, chance } = entry.rule;
    entry.seen += 1;
    if (entry.seen <= skip || entry.applied >= count) return false;
    if (chance !== undefined && unit() >= chance) return false;
    entry.applied += 1;
    return true;
  };
  return {
    get any() {
      return rules.size > 0;
    },
    add(rule) {
      rules.delete(rule.name);
      rules.set(rule.name, { rule, seen: 0, applied: 0 });
    },
    list: () => Array.from(rules.values(), (entry) => ({ ...entry })),
    remove: (name) => rules.delete(name),
    clear() {
      rules.clear();
      draws = random();
    },
    meet(system, operation) {
      const met: Effect[] = [];
      for (const entry of rules.values()) {
        const { rule } = entry;
        if (rule.system !== undefined && rule.system !== system) continue;
        if (rule.operation !== undefined && rule.operation !== operation) continue;
        if (meets(entry)) met.push(rule);
      }
      return met.length === 0 ? null : met.reduceRight((all, one) => ({ ...all, ...one }));
    },
    lateness(delay) {
      switch (delay.kind) {
        case 'fixed':
          return delay.milliseconds;
        case 'uniform':
          return delay.from + unit() * (delay.to - delay.from);
        case 'log-normal':
          return delay.median * (delay.p99 / delay.median) ** (normal(unit) / normalP99);
      }
    },
  };
}

/** The 99th percentile of the standard normal distribution. */
const normalP99 = 2.3263478740408408;

/** A number of the standard normal distribution (Box and Muller, 1958). */
function normal(unit: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
}
