import { describe, expect, it } from 'vitest';
import { systems } from '../../mocks/registry.js';
import { judgeImpostor } from '../../proof/impostors/judge.js';
import { impostors } from '../../proof/impostors/servers.js';
import { catalog, infoOf } from '../../specs/catalog.js';
import { foldEvents } from '../../specs/verdict.js';
import { suites } from '../../suites/registry.js';

describe.each(impostors)('a server that $habit', (impostor) => {
  it.each(systems.map((system) => ({ slug: system.slug, system })))(
    'earns no pass in $slug, and is called what it is',
    async ({ slug, system }) => {
      const suite = suites.get(slug);
      const specs = catalog.get(slug);
      if (suite === undefined || specs === undefined) throw new Error(`no suite ${slug}`);
      const results = await judgeImpostor(impostor, system, suite);
      expect(results).toHaveLength(suite.checks.length);
      const earned = results.filter(({ status }) => status === 'passed' || status === 'deviated');
      expect(earned.map(({ check, title }) => `${check}: ${title}`)).toEqual([]);
      const folded = foldEvents([
        {
          type: 'run-started',
          tool: { name: 'countersign', version: '0' },
          runId: 'impostor',
          target: 'http://impostor.test',
          startedAt: new Date(0).toISOString(),
          strict: false,
          level: 'must',
          requirements: specs.requirements.map(infoOf),
          waivers: [],
        },
        ...results.map((result) => ({ type: 'check-finished' as const, ...result })),
        { type: 'run-finished', durationMs: 1, unreachable: null },
      ]);
      expect(folded.verdict).not.toMatch(/^conformant/);
      expect(folded.summary).toMatch(
        /^The target (answered .* requests with \d+: it looks like|accepted \d+ requests and)/,
      );
    },
    60_000,
  );
});
