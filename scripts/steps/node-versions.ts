import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './process.js';
import { skip, type Step } from './step.js';
import { runVitest } from './vitest.js';

/**
 * The unit tests on another version of Node, whose binary comes as a package.
 * @param version an exact version, so that a run can be repeated
 */
export function otherNodeStep(version: string): Step {
  const name = `unit-node-${version.split('.')[0] ?? version}`;
  return {
    name,
    async run() {
      if (process.platform !== 'linux') return skip('Node binaries are fetched on Linux only');
      const package_ = `node-linux-${process.arch}`;
      const folder = join(root, '.cache', 'node', version);
      const node = join(folder, 'node_modules', package_, 'bin', 'node');
      if (!existsSync(node)) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
        const { code } = await run(
          'npm',
          [
            'install',
            '--prefix',
            folder,
            '--no-save',
            '--ignore-scripts',
            `${package_}@${version}`,
          ],
          { timeoutMs: 300_000 },
        );
        if (code !== 0 || !existsSync(node))
          return skip(`${package_}@${version} cannot be had here`);
      }
      // The version is asked of the binary itself: a name proves nothing.
      const { output } = await run(node, ['--version']);
      if (output.trim() !== `v${version}`) return skip(`the binary says ${output.trim()}`);
      const outcome = await runVitest({ name, node, config: 'vitest.config.ts' });
      return { ...outcome, note: `${outcome.note} on ${output.trim()}` };
    },
  };
}
