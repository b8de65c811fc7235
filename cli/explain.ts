import { Command } from 'commander';
import { mutants } from '../proof/registry.js';
import { findRequirement, infoOf } from '../specs/catalog.js';
import type { Requirement } from '../specs/model.js';
import { testsOf } from './list.js';
import { parseRequirements } from './requirement-ids.js';

/** `countersign explain`. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('Show one requirement with its source, its tests and its mutants')
    .argument('<id>', 'id of the requirement', (text) => parseRequirements(text)[0])
    .action((id: string) => {
      const requirement = findRequirement(id);
      if (requirement !== undefined) console.log(explain(requirement));
    });
}

function explain(requirement: Requirement): string {
  const info = infoOf(requirement);
  const lines = [
    requirement.id,
    '',
    requirement.statement,
    '',
    `level       ${requirement.level} (${requirement.basis})`,
    `source      ${info.source}`,
    `operations  ${requirement.operations.join(', ')}`,
    `expected    ${requirement.expect}`,
  ];
  if (requirement.tolerate !== '') lines.push(`tolerated   ${requirement.tolerate}`);
  if (requirement.needs.length > 0) lines.push(`needs       ${requirement.needs.join(', ')}`);
  for (const test of testsOf(requirement)) {
    lines.push(`test        ${test.title}`, `            ${test.file} (${test.id})`);
  }
  for (const mutant of mutants.values()) {
    if (!mutant.breaks.includes(requirement.id)) continue;
    lines.push(`mutant      ${mutant.bug}`, `            ${mutant.file} (${mutant.id})`);
  }
  lines.push('', `run it      countersign test --requirement ${requirement.id}`);
  return lines.join('\n');
}
