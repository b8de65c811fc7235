/**
 * What a page loads when it takes one system: the modules of `countersign/msw` that are reached
 * without a dynamic import, and the chunks of that system, minified and compressed. MSW itself is
 * the page's own dependency and stays outside.
 */
import { build, type Metafile } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';

const limit = 120_000;
const project = fileURLToPath(new URL('../..', import.meta.url));
let metafile: Metafile;
let sizes: ReadonlyMap<string, number>;

beforeAll(async () => {
  const built = await build({
    absWorkingDir: project,
    entryPoints: ['mocks/msw.ts'],
    outdir: 'out',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    minify: true,
    metafile: true,
    write: false,
    external: ['msw'],
    logLevel: 'silent',
  });
  metafile = built.metafile;
  sizes = new Map(
    built.outputFiles.map((file) => [
      file.path.slice(project.length),
      gzipSync(file.contents, { level: 9 }).length,
    ]),
  );
});

/** The output files that are loaded together with one, itself included. */
function loadedWith(path: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const { path: next, kind, external } of metafile.outputs[path]?.imports ?? []) {
    if (kind === 'import-statement' && external !== true) loadedWith(next, found);
  }
  return found;
}

function outputOf(entry: string): string {
  for (const [path, output] of Object.entries(metafile.outputs)) {
    if (output.entryPoint === entry) return path;
  }
  throw new Error(`there is no chunk for ${entry}`);
}

const slugs = ['misakey', 'textsecure', 'ssks', 'keyservice', 'quatrix'] as const;

describe('the bundle for a browser', () => {
  it('holds no built-in module of Node and nothing that is not there', () => {
    const outside = Object.values(metafile.outputs).flatMap((output) =>
      output.imports.filter((entry) => entry.external === true).map((entry) => entry.path),
    );
    expect([...new Set(outside)]).toEqual(['msw']);
    const inputs = Object.keys(metafile.inputs).filter((path) => path.includes('<'));
    expect(inputs).toEqual([]);
  });

  it.each(slugs)(`of %s takes at most ${String(limit)} bytes, compressed`, (slug) => {
    const files = new Set([
      ...loadedWith(outputOf('mocks/msw.ts')),
      ...loadedWith(outputOf(`mocks/systems/${slug}/system.ts`)),
    ]);
    const size = [...files].reduce((sum, path) => sum + (sizes.get(path) ?? Number.NaN), 0);
    if (process.env.COUNTERSIGN_SIZES !== undefined) console.log(slug, size);
    expect(size).toBeGreaterThan(10_000);
    expect(size).toBeLessThanOrEqual(limit);
  });

  it('of one system holds nothing of another', () => {
    const mine = loadedWith(outputOf('mocks/systems/ssks/system.ts'));
    for (const path of mine) {
      const inputs = Object.keys(metafile.outputs[path]?.inputs ?? {});
      expect(inputs.filter((input) => /systems\/(?!ssks)/.test(input))).toEqual([]);
    }
  });
});
