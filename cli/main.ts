#!/usr/bin/env node
import { Command, CommanderError, type OutputConfiguration } from 'commander';
import { commandLoaders as loaders } from './commands.js';
import { version } from './version.js';

/** A usage error is one line that says where to look. */
const oneLine: OutputConfiguration = {
  outputError: (text, write) => {
    const line = text
      .trim()
      .replace(/^error: /, '')
      .replaceAll(/\s*\n\s*/g, ' ');
    write(`countersign: ${line} (add --help for the options)\n`);
  },
};

const program = new Command('countersign')
  .description('Conformance tests and a mock server for five APIs where secrets are at stake')
  .version(version)
  .configureOutput(oneLine)
  .exitOverride();
const called = process.argv[2] ?? '';
for (const name of Object.hasOwn(loaders, called) ? [called] : Object.keys(loaders)) {
  const command = await loaders[name]?.();
  if (command === undefined) continue;
  command.configureOutput(oneLine).exitOverride();
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
  if (isNamed(error, 'UsageError') || isNamed(error, 'ProfileError')) {
    console.error(`countersign: ${error.message}`);
    return 2;
  }
  if (isNamed(error, 'UnreachableError')) {
    console.error(`countersign: ${error.message}`);
    return 3;
  }
  const message = error instanceof Error ? error.message : String(error);
  console.error(`countersign: this is a bug of countersign, please report it: ${message}`);
  if (process.env.COUNTERSIGN_DEBUG !== undefined) console.error(error);
  return 3;
}

/** By name: the mock's command is a bundle with classes of its own, and loads no suite. */
function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.constructor.name === name;
}
