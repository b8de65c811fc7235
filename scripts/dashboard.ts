/** Makes the one file of which the mock's dashboard consists, apart from its page and its styles. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const entry = fileURLToPath(new URL('../mocks/dashboard/page.tsx', import.meta.url));

/** @param folder where `page.js` is written */
export async function bundleDashboard(folder: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: join(folder, 'page.js'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'error',
  });
}
