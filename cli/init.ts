import { existsSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { profileHeader, profileSections } from '../fixtures/profile-sections.js';
import { profileSchema } from '../suites/engine/profile-schema.js';
import { profileSections as schemas } from '../suites/registry.js';
import { manualPage } from './manual.js';
import { parseSystems } from './options.js';
import { UsageError } from './usage-error.js';

interface InitFlags {
  readonly out: string;
  readonly system?: string[];
  readonly force?: boolean;
  readonly schema?: boolean;
}

/** `countersign init`. */
export function initCommand(): Command {
  return new Command('init')
    .description('Write a commented profile of a target')
    .option('--out <file>', 'where to write it', 'countersign.yaml')
    .option('--system <a,b>', 'only the sections of these systems', parseSystems)
    .option('--force', 'replace a file that is there')
    .option('--schema', 'print the JSON Schema of a profile instead, for editors')
    .action((flags: InitFlags) => {
      if (flags.schema === true) console.log(JSON.stringify(profileSchema(schemas), null, 2));
      else writeProfile(flags);
    });
}

function writeProfile(flags: InitFlags): void {
  if (existsSync(flags.out) && flags.force !== true) {
    throw new UsageError(`${flags.out} exists already; use --force to replace it, or --out`);
  }
  const slugs = flags.system ?? Object.keys(profileSections);
  const text = profileHeader + slugs.map((slug) => profileSections[slug] ?? '').join('\n');
  try {
    writeFileSync(flags.out, text);
  } catch {
    throw new UsageError(`${flags.out} cannot be written`);
  }
  console.log(
    `${flags.out} written. Next: fill in what is in \${…}, then countersign doctor --profile ${flags.out}`,
  );
  console.log(`Every key: ${manualPage('profile')}`);
  console.log(`Where codes are read: ${manualPage('inbox')}`);
}
