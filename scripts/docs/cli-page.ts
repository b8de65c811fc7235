import type { Command } from 'commander';
import { commandLoaders } from '../../cli/commands.js';

/** The help of every command, as the command prints it. */
export async function cliPage(): Promise<string> {
  const parts = await Promise.all(
    Object.entries(commandLoaders).map(async ([name, load]) => {
      const help = helpOf(await load(), name);
      return `## countersign ${name}\n\n\`\`\`\n${help}\n\`\`\`\n`;
    }),
  );
  return (
    '# The command line\n\n' +
    '<!-- Made by scripts/docs.ts from the help of each command; run npm run docs. -->\n\n' +
    'Every command has `--help`, which prints what stands here. An unknown flag, a bad value or an ' +
    'unreadable file gives one line on stderr and exit code 2.\n\n' +
    parts.join('\n')
  );
}

function helpOf(command: Command, name: string): string {
  let text = '';
  command
    .configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 90 })
    .outputHelp();
  return (
    text
      .trim()
      .replace(`Usage: ${name} `, `Usage: countersign ${name} `)
      // That default is the number of cores of the machine that asks.
      .replace(/(parallel processes) \(default: \d+\)/, '$1 (default: by cores)')
  );
}
