import { profileHeader, profileSections } from '../../fixtures/profile-sections.js';
import type { JsonSchema } from '../../specs/model.js';
import { profileSchema } from '../../suites/engine/profile-schema.js';
import { profileSections as schemas } from '../../suites/registry.js';

/** The commented profile that `init` writes, then every key by its schema. */
export function profilePage(): string {
  const { systems, inbox: _, ...shared } = propertiesOf(profileSchema(schemas));
  const sections = Object.entries(propertiesOf(systems ?? {})).map(
    ([slug, schema]) =>
      `### ${slug}\n\n${table(withoutShared(schema, ['inbox', ...Object.keys(shared)]))}`,
  );
  const example = profileHeader + Object.values(profileSections).join('\n');
  return [
    '# The profile of a target',
    '<!-- Made by scripts/docs.ts from the JSON Schema of a profile; run npm run docs. -->',
    'A profile says where a server is, what it allows, and with which accounts to test it. ' +
      '`countersign init` writes this one; `countersign doctor --profile FILE` checks it. ' +
      'An unknown key is an error that names the nearest known one. `${NAME}` is replaced from the ' +
      'environment, and no report shows what came from there.',
    '```sh\nnpx countersign init --out countersign.yaml\nnpx countersign init --schema > profile.schema.json   # for editors\n```',
    `\`\`\`yaml\n${example}\n\`\`\``,
    '## Keys at the top',
    '`inbox` says where codes are read: [inbox](inbox.md). `tls`, `headers` and the limits are told in ' +
      '[the way to a target](transport.md).',
    table({ properties: shared }),
    '## Keys of each system',
    'Besides these each system takes `url`, `inbox`, `trigger`, `clock` and `capabilities` of its own, ' +
      'which override those at the top. A key in bold is required.',
    ...sections,
    '',
  ].join('\n\n');
}

function propertiesOf(schema: unknown): Readonly<Record<string, JsonSchema>> {
  return ((schema as JsonSchema).properties ?? {}) as Readonly<Record<string, JsonSchema>>;
}

function withoutShared(schema: JsonSchema, shared: readonly string[]): JsonSchema {
  const own = Object.entries(propertiesOf(schema)).filter(
    ([name]) => name !== 'url' && !shared.includes(name),
  );
  return { ...schema, properties: Object.fromEntries(own) };
}

function table(schema: JsonSchema): string {
  const rows = rowsOf(schema, '');
  return ['| key | value |', '| --- | --- |', ...rows].join('\n');
}

function rowsOf(schema: JsonSchema, before: string): string[] {
  const required = new Set((schema.required ?? []) as readonly string[]);
  return Object.entries(propertiesOf(schema)).flatMap(([name, part]) => {
    const key = `${before}${name}`;
    const shown = required.has(name) ? `**\`${key}\`**` : `\`${key}\``;
    const inner = part.type === 'array' ? (part.items as JsonSchema | undefined) : part;
    const below = part.type === 'array' ? `${key}[].` : `${key}.`;
    return [
      `| ${shown} | ${valueOf(part).replaceAll('|', '\\|')} |`,
      ...(inner === undefined ? [] : rowsOf(inner, below)),
    ];
  });
}

/** What of a schema is shown. */
type Keywords = JsonSchema & {
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly minItems?: number;
};

/** What a value may be, in a few words. */
function valueOf(schema: Keywords): string {
  const { description, type, format, pattern, items, minItems, additionalProperties } = schema;
  const words = [
    ...(schema.const === undefined ? [] : [`\`${JSON.stringify(schema.const)}\``]),
    ...(Array.isArray(schema.enum)
      ? [schema.enum.map((one) => `\`${String(one)}\``).join(', ')]
      : []),
    ...(type === 'array' && items !== undefined
      ? [
          `list${minItems === undefined ? '' : `, ${String(minItems)} at least`}: ${valueOf(items as JsonSchema)}`,
        ]
      : []),
    ...(type !== 'array' &&
    schema.const === undefined &&
    schema.enum === undefined &&
    type !== undefined
      ? [[type].flat().map(String).join(' or ')]
      : []),
    ...(typeof additionalProperties === 'object'
      ? [`of ${valueOf(additionalProperties as JsonSchema)}s`]
      : []),
    ...(format === undefined ? [] : [`(${format})`]),
    ...(pattern === undefined ? [] : [`\`${pattern}\``]),
    ...(description === undefined ? [] : [`– ${description}`]),
  ];
  const alternatives = (schema.oneOf ?? schema.anyOf) as readonly JsonSchema[] | undefined;
  if (words.length === 0 && alternatives !== undefined) {
    return alternatives.map(valueOf).join(', or ');
  }
  return words.join(' ') || 'any';
}
