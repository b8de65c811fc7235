/** Makes the script and the style sheet of the mock's dashboard, one file each. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('../mocks/dashboard/', import.meta.url));

/** @param folder where `page.js` and `styles.css` are written */
export async function bundleDashboard(folder: string): Promise<void> {
  await build({
    entryPoints: { page: join(source, 'page.tsx'), styles: join(source, 'styles', 'main.css') },
    outdir: folder,
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
