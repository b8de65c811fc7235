/** The dashboard's page and the documents that it shows, read from the package when first asked for. */
import { readFile } from 'node:fs/promises';
import type { Pages } from '../control/front.js';
import { json, text, type PlainRequest, type PlainResponse } from '../engine/http.js';
import type { Dispatch } from '../engine/dispatch.js';
import type { Worlds } from '../engine/worlds.js';

const prefix = '/_countersign';

/** Nothing from outside, nothing inline, and no page around it. */
const pageHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
};

interface PageFile {
  readonly name: string;
  readonly type: string;
}

/** The files of the page by their path below the control plane. */
const files: Readonly<Record<string, PageFile>> = {
  '/': { name: 'index.html', type: 'text/html; charset=utf-8' },
  '/dashboard/page.js': { name: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/dashboard/styles.css': { name: 'styles.css', type: 'text/css; charset=utf-8' },
  '/dashboard/icon.svg': { name: 'icon.svg', type: 'image/svg+xml' },
};

/** Beside this file in the package; in a checkout that runs from its sources, in the last build. */
const folders = ['../dashboard/', '../../dist/mocks/dashboard/'];

/** Serves browsers; a client that asks for the index as JSON is left to the control plane. */
export function createPages(worlds: Worlds): Pages {
  const loaded = new Map<string, Promise<PlainResponse>>();
  const once = (path: string, load: () => Promise<PlainResponse>): Promise<PlainResponse> => {
    let answer = loaded.get(path);
    if (answer === undefined) {
      answer = load();
      loaded.set(path, answer);
      // What is not there now may be there after a build.
      answer.then(
        ({ status }) => {
          if (status !== 200) loaded.delete(path);
        },
        () => loaded.delete(path),
      );
    }
    return answer;
  };
  return {
    find(method, path, headers) {
      if (method !== 'GET' && method !== 'HEAD') return null;
      const name = path.slice(prefix.length);
      const isIndex = name === '' || name === '/';
      if (isIndex && headers.accept?.includes('text/html') !== true) return null;
      if (name === '') return always(withSlash);
      const file = Object.hasOwn(files, name) ? files[name] : undefined;
      if (file !== undefined) return always(() => once(name, () => readPageFile(file)));
      const system = /^\/documents\/([a-z][a-z0-9-]*)$/.exec(name)?.[1];
      if (system === undefined || worlds.main.served(system) === undefined) return null;
      return always(() => once(name, () => readDocuments(worlds, system)));
    },
  };
}

function always(run: Dispatch['run']): Dispatch {
  return { bodyLimit: 0, run, tooLarge: () => text(413, 'this request takes no body') };
}

/** The page's own addresses are relative, so that it works behind a proxy that adds a prefix. */
function withSlash({ query }: PlainRequest): PlainResponse {
  const location = `_countersign/${query === '' ? '' : `?${query}`}`;
  return text(308, 'the dashboard has a slash at its end', { Location: location });
}

async function readPageFile({ name, type }: PageFile): Promise<PlainResponse> {
  for (const folder of folders) {
    const body = await readIfThere(new URL(folder + name, import.meta.url));
    if (body !== null) {
      return { status: 200, headers: { 'Content-Type': type, ...pageHeaders }, body };
    }
  }
  return text(503, 'the dashboard is not built in this checkout; run npm run build');
}

/** The documents with their prose where the package has them, else those that the mock runs by. */
async function readDocuments(worlds: Worlds, system: string): Promise<PlainResponse> {
  const folder = `../../specs/${system}/`;
  const definition = worlds.main.served(system)?.definition;
  // Loaded with the first look: a start must not wait for it.
  const { parse } = await import('yaml');
  const read = async (name: string): Promise<unknown> => {
    const yaml = await readIfThere(new URL(folder + name, import.meta.url));
    return yaml === null ? null : (parse(yaml.toString('utf8')) as unknown);
  };
  const [openapi, asyncapi, requirements] = await Promise.all(
    ['openapi.yaml', 'asyncapi.yaml', 'requirements.yaml'].map(read),
  );
  const documents = {
    openapi: openapi ?? definition?.openapi,
    asyncapi: asyncapi ?? definition?.asyncapi ?? null,
    requirements: requirements ?? [],
  };
  return json(200, documents, pageHeaders);
}

async function readIfThere(url: URL): Promise<Buffer | null> {
  try {
    return await readFile(url);
  } catch {
    return null;
  }
}
