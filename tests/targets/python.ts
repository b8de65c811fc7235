/** Servers in Python, with its standard library alone, each in a process of its own. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Python 3.10 or newer, under the name that systems give it; false where it is missing. */
export const hasPython =
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0;

/**
 * Runs a server, which prints its URLs in one line when it listens.
 *
 * @throws Error with what it said, when it ends before that.
 */
export async function startPython(
  script: string,
  args: readonly string[],
): Promise<{ urls: readonly string[]; close: () => void }> {
  const child = spawn('python3', ['-B', script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('error', reject);
    child.once('close', () => {
      reject(new Error(`${script} ended: ${errors}`));
    });
  });
  return {
    urls: line.split(' '),
    close: () => {
      child.kill();
    },
  };
}
