/** Every piece of TypeScript of the documentation compiles against this build, strictly. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { documentation, root } from './pages.js';

// Inside the project, so that packages and the package's own name resolve as for its tests.
const folder = join(root, '.cache/docs-typescript');
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipLibCheck: true,
};

describe.each(documentation.map((page) => ({ path: page.path, page })))('$path', ({ page }) => {
  const blocks = page.blocks.filter(({ language, notRun }) => language === 'ts' && notRun === null);

  it(`compiles (${String(blocks.length)} blocks)`, () => {
    const base = join(folder, page.path.replaceAll('/', '-'));
    const files = blocks.map(({ file, text, line }) => {
      const path = join(base, file ?? `line-${String(line)}.ts`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${text}\nexport {};\n`);
      return path;
    });
    const program = ts.createProgram(files, options);
    const found = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      const text = ts.flattenDiagnosticMessageText(messageText, ' ');
      return `${file?.fileName.slice(base.length + 1) ?? ''}: ${text}`;
    });
    expect(found).toEqual([]);
  });
});
