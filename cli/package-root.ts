import { existsSync } from 'node:fs';

/** The folder with package.json as a URL that ends in a slash: one above `cli/`, or `dist/`. */
export const packageRoot: URL = find(new URL('.', import.meta.url));

function find(folder: URL): URL {
  if (existsSync(new URL('package.json', folder))) return folder;
  const parent = new URL('..', folder);
  if (parent.href === folder.href) throw new Error('package.json is missing');
  return find(parent);
}
