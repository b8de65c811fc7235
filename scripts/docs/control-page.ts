import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly ({ readonly name: string } | { readonly $ref: string })[];
  readonly requestBody?: { readonly content: { readonly 'application/json': Media } };
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Media {
  readonly example?: unknown;
  readonly schema: { readonly required?: readonly string[] };
}

interface Document {
  readonly info: { readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const source = new URL('../../mocks/control/openapi.yaml', import.meta.url);

/** Every operation of the control plane in short, from its document. */
export function controlPage(): string {
  const { info, tags, paths } = parse(readFileSync(source, 'utf8')) as Document;
  const all = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = tags.map(({ name, description }) => {
    const rows = all
      .filter(({ operation }) => operation.tags.includes(name))
      .map(
        ({ path, method, operation }) =>
          `| \`${method.toUpperCase()} ${path}${queryOf(operation)}\` | ${operation.summary} ${operation.description ?? ''}${bodyOf(operation)} |`,
      );
    return `## ${description.replace(/\.$/, '')}\n\n| request | what it does |\n| --- | --- |\n${rows.join('\n')}`;
  });
  return [
    '# The control plane',
    '<!-- Made by scripts/docs.ts from mocks/control/openapi.yaml; run npm run docs. -->',
    info.description.trim(),
    'The whole of it, with the schema of every answer, is an OpenAPI 3.1 document: ' +
      '`mocks/control/openapi.yaml`, in the package `dist/mocks/control/openapi.yaml`. A test compares ' +
      'it with the routes and with what a running mock answers.',
    ...sections,
    '',
  ].join('\n\n');
}

function queryOf({ parameters = [] }: Operation): string {
  const names = parameters.map((parameter) =>
    '$ref' in parameter ? (parameter.$ref.split('/').at(-1) ?? '').toLowerCase() : parameter.name,
  );
  return names.length === 0 ? '' : `?${names.map((name) => `${name}=`).join('&')}`;
}

function bodyOf({ requestBody }: Operation): string {
  const media = requestBody?.content['application/json'];
  if (media?.example !== undefined) return ` \`${JSON.stringify(media.example)}\``;
  const members = media?.schema.required ?? [];
  return members.length === 0
    ? ''
    : ` Members: ${members.map((name) => `\`${name}\``).join(', ')}.`;
}
