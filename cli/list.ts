import Table from 'cli-table3';
import { Command } from 'commander';
import { catalog, infoOf, requirementsOf } from '../specs/catalog.js';
import type { Requirement } from '../specs/model.js';
import { suites } from '../suites/registry.js';
import { parseSystems } from './options.js';

interface ListFlags {
  readonly system?: string[];
  readonly json?: boolean;
}

/** `countersign list`. */
export function listCommand(): Command {
  return new Command('list')
    .description('Show the catalogue: every requirement by system and area')
    .option('--system <a,b>', 'only these systems', parseSystems)
    .option('--json', 'as JSON, with source, tests and capabilities')
    .action((flags: ListFlags) => {
      const requirements = requirementsOf(flags.system ?? [...catalog.keys()]);
      console.log(flags.json === true ? asJson(requirements) : asTables(requirements));
    });
}

function asJson(requirements: readonly Requirement[]): string {
  const listed = requirements.map((requirement) => ({
    ...infoOf(requirement),
    operations: requirement.operations,
    needs: requirement.needs,
    tests: testsOf(requirement).map((check) => ({
      check: check.id,
      title: check.title,
      file: check.file,
    })),
  }));
  return JSON.stringify(listed, null, 2);
}

function asTables(requirements: readonly Requirement[]): string {
  const parts: string[] = [];
  for (const [slug, specs] of catalog) {
    const own = requirements.filter((requirement) => requirement.system === slug);
    if (own.length === 0) continue;
    parts.push(`\n${specs.source.name} (${slug}): ${String(own.length)} requirements`);
    for (const area of new Set(own.map((requirement) => requirement.area))) {
      const table = new Table({
        head: [area, 'level', 'holds'],
        style: { head: [], border: [], compact: true },
        colWidths: [58, 8, 92],
        wordWrap: true,
      });
      for (const requirement of own.filter((entry) => entry.area === area)) {
        table.push([requirement.id, requirement.level, requirement.statement]);
      }
      parts.push(table.toString());
    }
  }
  return parts.join('\n');
}

/** The checks that decide a requirement. */
export function testsOf(
  requirement: Requirement,
): readonly { id: string; title: string; file: string }[] {
  const checks = suites.get(requirement.system)?.checks ?? [];
  return checks.filter((check) => check.requirements.includes(requirement.id));
}
