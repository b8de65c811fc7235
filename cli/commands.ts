import type { Command } from 'commander';

/** Each command's module is loaded only when it is called: the mock must be up in no time. */
export const commandLoaders: Readonly<Record<string, () => Promise<Command>>> = {
  mock: async () => (await import('./mock.js')).mockCommand(),
  test: async () => (await import('./test.js')).testCommand(),
  init: async () => (await import('./init.js')).initCommand(),
  doctor: async () => (await import('./doctor.js')).doctorCommand(),
  prove: async () => (await import('./prove.js')).proveCommand(),
  replay: async () => (await import('./replay.js')).replayCommand(),
  report: async () => (await import('./report.js')).reportCommand(),
  list: async () => (await import('./list.js')).listCommand(),
  explain: async () => (await import('./explain.js')).explainCommand(),
};
