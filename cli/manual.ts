import { fileURLToPath } from 'node:url';
import { packageRoot } from './package-root.js';

/** The path of a page of the documentation, which comes with the package. */
export function manualPage(name: string): string {
  return fileURLToPath(new URL(`docs/${name}.md`, packageRoot));
}
