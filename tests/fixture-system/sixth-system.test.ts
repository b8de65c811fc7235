import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createMockCore } from '../../mocks/engine/mock.js';
import { serveNode } from '../../mocks/transports/node.js';
import { openArena, type ArenaOptions } from '../../proof/arena.js';
import { judgeImpostor } from '../../proof/impostors/judge.js';
import { impostors } from '../../proof/impostors/servers.js';
import { judgeMutant, judgeVariant, type Bench } from '../../proof/judge.js';
import { genericVariants } from '../../proof/variants/generic.js';
import type { CheckResult } from '../../specs/results.js';
import { parseProfile, type Profile } from '../../suites/engine/profile.js';
import { createRunner } from '../../suites/engine/runner.js';
import { assembleSuite } from '../../suites/engine/suite.js';
import { createTarget } from '../../suites/engine/target.js';
import { greeter } from './mocks/system.js';
import { greeterMutants } from './proof/mutants.js';
import { requirements } from './specs/requirements.js';
import { greeterSuite } from './suites/greeter/suite.js';

const suite = assembleSuite(greeterSuite, requirements);
const bench: Bench = { system: greeter, suite, requirements };

async function runAgainst(profile: Profile): Promise<readonly CheckResult[]> {
  const target = createTarget(profile, ['greeter'], 1_000);
  const runner = createRunner({
    target,
    suites: new Map([['greeter', suite]]),
    runId: 'greeter',
    positions: new Map(suite.checks.map((check, index) => [check.id, index])),
    timeoutMs: 6_000,
  });
  const results = await runner.runAll(suite.checks);
  await target.dispatcher.destroy();
  return results;
}

async function runInArena(options: Partial<ArenaOptions> = {}): Promise<readonly CheckResult[]> {
  const arena = await openArena({ systems: [greeter], ...options });
  try {
    return await runAgainst(arena.profile);
  } finally {
    await arena.close();
  }
}

function statuses(results: readonly CheckResult[]): Record<string, string> {
  return Object.fromEntries(results.map((result) => [result.check, result.status]));
}

describe('a sixth system', () => {
  it('is served and tested by the engines as they are: every check passes', async () => {
    const results = await runInArena();
    for (const result of results)
      expect([result.check, result.status]).toEqual([result.check, 'passed']);
    expect(results).toHaveLength(suite.checks.length);
  });

  it('has a check for every requirement, those generated from its document included', () => {
    const covered = new Set(suite.checks.flatMap((check) => check.requirements));
    expect(requirements.filter(({ id }) => !covered.has(id)).map(({ id }) => id)).toEqual([]);
    expect(requirements.filter(({ area }) => area === 'generated').map(({ id }) => id)).toEqual([
      'greeter.generated.greet-answers-as-described',
      'greeter.generated.greet-credentials-refused',
      'greeter.generated.greet-body-syntax-refused',
      'greeter.generated.greet-body-schema-refused',
      'greeter.generated.greet-content-type-refused',
      'greeter.generated.read-greeting-answers-as-described',
      'greeter.generated.read-greeting-credentials-refused',
      'greeter.generated.await-greeting-answers-as-described',
      'greeter.generated.await-greeting-credentials-refused',
    ]);
  });

  it('shows its other dialect, which is as good', async () => {
    const results = await runInArena({ dialect: 'observed' });
    expect(new Set(Object.values(statuses(results)))).toEqual(new Set(['passed']));
  });

  it('is named in reports by files below the project, never by a path of this machine', () => {
    for (const check of suite.checks)
      expect(check.file).toMatch(/^suites\/(greeter|engine)\/\w+\.ts$/);
  });

  it('is tested through a profile of its own, mistakes told with its own keys', () => {
    const options = {
      sections: { greeter: greeterSuite.profileSchema },
      environment: { TOKEN: 'greeter-token-1' },
      requirements: new Set(requirements.map(({ id }) => id)),
      today: '2026-01-01',
    };
    const text = 'target: http://127.0.0.1:1\nsystems:\n  greeter: { token: "${TOKEN}" }\n';
    expect(parseProfile(text, 'p.yaml', options).systems).toEqual({
      greeter: { token: 'greeter-token-1' },
    });
    expect(() => parseProfile(text.replace('token', 'tokn'), 'p.yaml', options)).toThrow(
      'p.yaml:3: unknown key tokn in systems.greeter; did you mean token?',
    );
  });

  it('skips what its profile lacks, and says what', async () => {
    const arena = await openArena({ systems: [greeter] });
    const { inbox: _inbox, ...rest } = arena.profile;
    const bare: Profile = { ...rest, capabilities: ['inbox'] };
    const results = await runAgainst(bare);
    const found = new Map(results.map((result) => [result.check, result]));
    expect(found.get('greeter.poll.ends-empty')?.message).toContain('capability clock');
    expect(found.get('greeter.greetings.mailed')?.message).toContain('inbox');
    const noToken = await runAgainst({ ...arena.profile, systems: { greeter: {} } });
    expect(new Set(noToken.map(({ status, message }) => `${status}: ${message ?? ''}`))).toEqual(
      new Set(['skipped: needs a token in the profile']),
    );
    await arena.close();
  });
});

describe('the proof of a sixth system', () => {
  it.each(greeterMutants.map((mutant) => [mutant.id, mutant] as const))(
    'kills the mutant %s, and by no check that it did not declare',
    async (_id, mutant) => {
      const verdict = await judgeMutant(mutant, bench, { sample: null });
      expect(verdict).toMatchObject({ killed: true, missed: [], unexpected: [] });
    },
  );

  it('says why a mutant that changes nothing survives', async () => {
    const [mutant] = greeterMutants;
    if (mutant === undefined) throw new Error('no mutant');
    const idle = { ...mutant, id: 'greeter/idle', alteration: { system: 'greeter' } };
    const verdict = await judgeMutant(idle, bench, { sample: 0 });
    expect(verdict).toMatchObject({ killed: false, killedBy: [] });
    expect(verdict.message).toBe('greeter.greetings.by-name: passed');
  });

  it('lets every general variant of a legal server pass', async () => {
    for (const variant of genericVariants('greeter')) {
      const verdict = await judgeVariant(variant, bench);
      expect([variant.id, verdict.failed, verdict.messages]).toEqual([variant.id, [], []]);
    }
  }, 60_000);
});

describe('an impostor', () => {
  it.each(impostors.map((impostor) => [impostor.name, impostor] as const))(
    'that is %s earns no pass',
    async (_name, impostor) => {
      const results = await judgeImpostor(impostor, greeter, suite);
      expect(results.filter(({ status }) => status === 'passed').map(({ check }) => check)).toEqual(
        [],
      );
    },
    60_000,
  );
});

describe('the engines', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));

  function sourcesOf(folder: string): string[] {
    return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name));
  }

  it('name neither this system nor any other', () => {
    const engines = [
      ...sourcesOf('mocks/engine'),
      ...sourcesOf('mocks/control'),
      ...sourcesOf('mocks/transports'),
      ...sourcesOf('suites/engine'),
    ];
    expect(engines.length).toBeGreaterThan(30);
    for (const file of engines) {
      const code = readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, '');
      expect([file, /greeter|misakey|textsecure|ssks|keyservice|quatrix/i.exec(code)]).toEqual([
        file,
        null,
      ]);
    }
  });

  it('serve it beside another system, each its own paths', async () => {
    const core = createMockCore({ systems: [greeter] });
    const server = await serveNode(core, { host: '127.0.0.1', port: 0 });
    const answer = await fetch(`${server.url}/greeter/greetings`, {
      method: 'POST',
      headers: { Authorization: 'Bearer greeter-token-1', 'Content-Type': 'application/json' },
      body: '{"name":"Zoe"}',
    });
    expect([answer.status, await answer.json()]).toEqual([201, { id: 1, text: 'Good day, Zoe' }]);
    await server.close();
  });
});
