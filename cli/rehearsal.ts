/**
 * What a run will skip because the inbox does not serve every channel, or because the profile leaves
 * out an optional value. What a check reads shows when it runs: so the checks run against a mock whose
 * inbox and profile have the same gaps.
 */
import { isDeepStrictEqual } from 'node:util';
import { selectSystems } from '../mocks/registry.js';
import { openArena } from '../proof/arena.js';
import { infoOf, requirementsOf } from '../specs/catalog.js';
import { foldEvents } from '../specs/verdict.js';
import { byHand, channels, endpointOf, type Inbox } from '../suites/engine/inbox/endpoint.js';
import { createRunner, newRunId } from '../suites/engine/runner.js';
import { createTarget, type SystemTarget } from '../suites/engine/target.js';
import { suites } from '../suites/registry.js';
import { version } from './version.js';

/** Milliseconds for a check, and for a message, which a mock has at once. */
const checkTimeMs = 5_000;
const patienceMs = 500;

/**
 * Rehearses what the capabilities of a system allow.
 * @returns why each of those is skipped that a run will skip; empty where nothing is missing
 */
export async function rehearse(system: SystemTarget): Promise<ReadonlyMap<string, string>> {
  const persons = byHand(system.inbox);
  const served = channels.filter((channel) => endpointOf(system.inbox, channel) !== null);
  const all = requirementsOf([system.slug]);
  // Also those that name no inbox among their needs: an account of their own may take a code.
  const requirements = all.filter(({ needs }) =>
    needs.every((capability) => system.capabilities.has(capability)),
  );
  const suite = suites.get(system.slug);
  const isWhole = served.length === channels.length && persons.length === 0;
  const isRead = all.some(({ needs }) => needs.includes('inbox') || needs.includes('push-inbox'));
  if (suite === undefined) return new Map();
  const [mock] = selectSystems([system.slug]);
  const full = mock?.profile ?? {};
  const section = withGapsOf(system.section, full);
  const lacks = !isDeepStrictEqual(section, full);
  if (!lacks && (isWhole || !isRead)) return new Map();
  const arena = await openArena({ systems: selectSystems([system.slug]) });
  const http = `${arena.url}/_countersign/inbox`;
  const person = { name: 'a person', byHand: true };
  const inbox: Inbox = Object.fromEntries(
    served.map((channel) => [
      channel,
      persons.includes(channel) ? { http, bridge: person } : { http },
    ]),
  );
  const target = createTarget(
    {
      ...arena.profile,
      inbox: isWhole ? { http } : inbox,
      capabilities: [...system.capabilities],
      systems: { [system.slug]: section },
    },
    [system.slug],
    patienceMs,
  );
  try {
    const runId = newRunId();
    const wanted = new Set(requirements.map(({ id }) => id));
    const checks = suite.checks.filter((check) => check.requirements.some((id) => wanted.has(id)));
    const results = await createRunner({
      target,
      suites,
      runId,
      positions: new Map(checks.map(({ id }, index) => [id, index])),
      timeoutMs: checkTimeMs,
    }).runAll(checks, { parallel: 8 });
    const run = foldEvents([
      {
        type: 'run-started',
        ...{ tool: { name: 'countersign', version }, runId, target: target.url, startedAt: '' },
        ...{ strict: false, level: 'must', waivers: [], requirements: requirements.map(infoOf) },
      },
      ...results.map((result) => ({ type: 'check-finished' as const, ...result })),
    ]);
    return new Map(
      run.requirements
        .filter(({ verdict }) => verdict === 'skip')
        .map(({ id, reason }) => [id, reason ?? 'needs another inbox']),
    );
  } finally {
    await target.dispatcher.destroy();
    await arena.close();
  }
}

/** The section of a mock without the optional groups, and members of them, that a target's lacks. */
function withGapsOf(
  own: Readonly<Record<string, unknown>>,
  full: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(full).flatMap(([key, value]) => {
      if (!isGroup(value)) return [[key, value]];
      const mine = own[key];
      if (!isGroup(mine)) return [];
      const kept = Object.entries(value).filter(([member]) => mine[member] !== undefined);
      return [[key, Object.fromEntries(kept)]];
    }),
  );
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
