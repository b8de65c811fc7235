#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { ProfileError } from '../suites/engine/profile.js';
import { doctorCommand } from './doctor.js';
import { explainCommand } from './explain.js';
import { initCommand } from './init.js';
import { listCommand } from './list.js';
import { mockCommand } from './mock.js';
import { proveCommand } from './prove.js';
import { reportCommand } from './report.js';
import { testCommand, UnreachableError } from './test.js';
import { UsageError } from './usage-error.js';
import { version } from './version.js';

const program = new Command('countersign')
  .description('Conformance tests and a mock server for five APIs where secrets are at stake')
  .version(version)
  .showHelpAfterError('(add --help for the options)')
  .exitOverride();
const commands = [
  mockCommand(),
  testCommand(),
  initCommand(),
  doctorCommand(),
  proveCommand(),
  reportCommand(),
  listCommand(),
  explainCommand(),
];
for (const command of commands) {
  command.exitOverride();
  program.addCommand(command);
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Puts an error into one line and gives the exit code of the contracts. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError || error instanceof ProfileError) {
    console.error(`countersign: ${error.message}`);
    return 2;
  }
  if (error instanceof UnreachableError) {
    console.error(`countersign: ${error.message}`);
    return 3;
  }
  const message = error instanceof Error ? error.message : String(error);
  console.error(`countersign: this is a bug of countersign, please report it: ${message}`);
  if (process.env.COUNTERSIGN_DEBUG !== undefined) console.error(error);
  return 3;
}
