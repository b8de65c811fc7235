/**
 * The mock sends nothing that its documents do not describe. The whole suite of a system is the
 * load; what is judged is each answer that the mock gave, whatever the check wanted.
 */
import { describe, expect, test } from 'vitest';
import type { PlainResponse } from '../../mocks/engine/http.js';
import type { ErasedAlteration } from '../../mocks/engine/system.js';
import { systems } from '../../mocks/registry.js';
import { openArena } from '../../proof/arena.js';
import type { Dialect } from '../../specs/model.js';
import type { Operation } from '../../specs/operations.js';
import { documentJudge, responseOf, type DocumentJudge } from '../../suites/engine/document.js';
import { createRunner, newRunId } from '../../suites/engine/runner.js';
import type { Suite } from '../../suites/engine/suite.js';
import { createTarget } from '../../suites/engine/target.js';
import { suites } from '../../suites/registry.js';

const decoder = new TextDecoder();

interface Seen {
  /** Departures from the document, each once. */
  readonly departures: ReadonlySet<string>;
  /** Exceptions inside the mock. */
  readonly bugs: readonly unknown[];
  /** Answers by operation. */
  readonly answers: ReadonlyMap<string, number>;
}

function bare(type: string | undefined): string | null {
  return type?.split(';')[0]?.trim().toLowerCase() ?? null;
}

function headerOf(response: PlainResponse, wanted: string): string | undefined {
  for (const [name, value] of Object.entries(response.headers)) {
    if (name.toLowerCase() === wanted) return String(value);
  }
  return undefined;
}

/**
 * What is wrong with an answer. The observed dialect has bodies that real servers got wrong; of it
 * the document describes the statuses only.
 */
function departuresOf(
  judge: DocumentJudge,
  suite: Suite,
  operation: Operation,
  response: PlainResponse,
  dialect: Dialect,
): string[] {
  const { body, status } = response;
  const described = responseOf(suite.definition.openapi, operation, String(status))?.object;
  if (described === undefined) return [`status ${String(status)} is not described`];
  if (dialect === 'observed') return [];
  // The transport leaves the body of an answer to HEAD out.
  const bytes = operation.method === 'HEAD' ? null : body;
  const text = bytes === null ? '' : typeof bytes === 'string' ? bytes : decoder.decode(bytes);
  const type = headerOf(response, 'content-type');
  const found = [...judge.violations(operation.id, { status, contentType: type ?? null, text })];
  if (described['x-countersign-dialect'] === 'observed') {
    found.push(`status ${String(status)} belongs to the observed dialect`);
  }
  const media = Object.keys(described.content ?? {}).map((name) => name.toLowerCase());
  const sent = bare(type);
  if (text !== '' && sent !== null && !media.includes(sent) && !media.includes('*/*')) {
    found.push(
      `the ${String(status)} is sent as ${sent}, described as ${media.join(', ') || 'empty'}`,
    );
  }
  return found;
}

async function runSuite(slug: string, suite: Suite, dialect: Dialect): Promise<Seen> {
  const system = systems.find((candidate) => candidate.slug === slug);
  if (system === undefined) throw new Error(`no system ${slug}`);
  const judge = documentJudge(suite.definition.openapi);
  const departures = new Set<string>();
  const bugs: unknown[] = [];
  const answers = new Map<string, number>();
  const listen: ErasedAlteration = {
    system: slug,
    respond(response, context) {
      const { operation } = context;
      if (operation === undefined) return response;
      answers.set(operation.id, (answers.get(operation.id) ?? 0) + 1);
      for (const text of departuresOf(judge, suite, operation, response, dialect)) {
        departures.add(`${operation.id}: ${text}`);
      }
      return response;
    },
  };
  const arena = await openArena({
    systems: [system],
    dialect,
    alterations: [listen],
    onBug: (error) => bugs.push(error),
  });
  const target = createTarget(arena.profile, [slug]);
  const runner = createRunner({
    target,
    suites: new Map([[slug, suite]]),
    runId: newRunId(),
    positions: new Map(suite.checks.map((check, index) => [check.id, index])),
  });
  try {
    await runner.runAll(suite.checks);
  } finally {
    await arena.close();
    await target.dispatcher.close();
  }
  return { departures, bugs, answers };
}

describe.each([...suites.keys()])('%s', (slug) => {
  test.each<Dialect>(['documented', 'observed'])('dialect %s', async (dialect) => {
    const suite = suites.get(slug);
    if (suite === undefined) throw new Error(`no suite ${slug}`);
    const { departures, bugs, answers } = await runSuite(slug, suite, dialect);
    expect([...departures]).toEqual([]);
    expect(bugs).toEqual([]);
    // The load reached every operation: one that nothing asked would have nothing to depart.
    const asked = new Set(answers.keys());
    const all = suite.judge.operations.filter(
      ({ object }) => object.responses['101'] === undefined,
    );
    expect(all.map(({ id }) => id).filter((id) => !asked.has(id))).toEqual([]);
  });
});
