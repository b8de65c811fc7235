/**
 * `tsx bench/msw.ts`: the mock through MSW in Node beside an empty handler; options as in
 * `msw-rounds.ts`. What is measured is compiled as the package is, not as it is loaded here.
 */
import { spawnSync } from 'node:child_process';
import { compiled } from './servers.js';

const rounds = [compiled('msw-rounds'), ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, rounds, { stdio: 'inherit' }).status ?? 1;
