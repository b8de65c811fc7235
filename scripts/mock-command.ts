import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Loaded with the command line itself, or only by who asks for it. */
const leftOut = ['commander', 'yaml', '@redis/client'];

/** A module that reads files beside itself still finds them where it would lie by itself. */
const ownPlace: Plugin = {
  name: 'own-place',
  setup(step) {
    step.onLoad({ filter: /[\\/]mocks[\\/]transports[\\/]node-pages\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll(
        'import.meta.url',
        "new URL('../mocks/transports/node-pages.js', import.meta.url)",
      ),
      loader: 'ts',
    }));
  },
};

/**
 * Puts `countersign mock` into one file: two thirds of the time of its start went into finding,
 * reading and linking some three hundred modules.
 * @param dist folder of the compiled product
 */
export async function bundleMockCommand(dist: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'cli', 'mock.ts')],
    outfile: join(dist, 'cli', 'mock.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: leftOut,
    plugins: [ownPlace],
    // Names stay: errors are told apart by them.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'eof',
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
    },
    logLevel: 'warning',
  });
}
