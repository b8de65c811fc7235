import type {
  Capability,
  FaultKind,
  OpenApiDocument,
  Requirement,
  ResponseObject,
  SourceDocument,
} from './model.js';
import { operationsOf, type Operation } from './operations.js';

/** What is generated for an operation, from what its document says. */
export type GeneratedKind = 'answers-as-described' | FaultKind;

/** One generated statement, with the statuses that the document gives for it. */
export interface Generated {
  readonly kind: GeneratedKind;
  readonly operation: Operation;
  /** The statuses that the document names for this fault; empty for `answers-as-described`. */
  readonly statuses: readonly number[];
  /** Other refusals that the document lists for the operation. */
  readonly tolerated: readonly number[];
}

/** Faults that can be made from any valid request by a rule. */
const makeable: readonly FaultKind[] = [
  'credentials',
  'body-syntax',
  'body-schema',
  'content-type',
];

const statements: Readonly<Record<string, string>> = {
  'answers-as-described':
    'A valid request is answered with a status and a body that the OpenAPI document describes.',
  credentials: 'A request without its credentials is refused.',
  'body-syntax': 'A body that is cut-off JSON is refused.',
  'body-schema': 'A body that lacks a required member, or has one of a wrong type, is refused.',
  'content-type': 'A JSON body that is declared as text/plain is refused.',
};

/** Reads from a document what can be generated for its operations. */
export function generatedOf(document: OpenApiDocument): readonly Generated[] {
  return (
    operationsOf(document)
      .filter(
        (operation) => document.paths[operation.path]?.['x-countersign-example-location'] !== true,
      )
      // An operation that only upgrades has no ordinary request that could succeed.
      .filter((operation) => operation.object.responses['101'] === undefined)
      .flatMap((operation) => forOperation(document, operation))
      .filter(({ operation, kind }) => !notAsserted(operation).includes(kind))
  );
}

/** What a document takes out of the generated statements: real servers are known to differ. */
function notAsserted(operation: Operation): readonly GeneratedKind[] {
  const kinds = (operation.object as { 'x-countersign-not-asserted'?: readonly GeneratedKind[] })[
    'x-countersign-not-asserted'
  ];
  return kinds ?? [];
}

/** The id of the requirement that stands for a generated statement. */
export function generatedId(
  system: string,
  generated: Pick<Generated, 'kind' | 'operation'>,
): string {
  const name = generated.operation.id.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
  const suffix =
    generated.kind === 'answers-as-described' ? generated.kind : `${generated.kind}-refused`;
  return `${system}.generated.${name}-${suffix}`;
}

/** The generated part of a catalogue: level `may`, since the source documents do not say it. */
export function generatedRequirements(
  source: SourceDocument,
  document: OpenApiDocument,
): readonly Requirement[] {
  return generatedOf(document).map((generated) => ({
    id: generatedId(source.system, generated),
    system: source.system,
    area: 'generated',
    level: 'may',
    basis: 'inferred',
    source: `the OpenAPI document of ${source.name}, operation ${generated.operation.id}`,
    operations: [generated.operation.id],
    statement: statements[generated.kind] ?? generated.kind,
    expect:
      generated.kind === 'answers-as-described'
        ? 'A described status of success, and a body that fits its schema.'
        : `Status ${generated.statuses.join(' or ')}, after which a valid request still succeeds.`,
    tolerate: generated.tolerated.join(', '),
    needs: needsOf(generated.operation),
  }));
}

function needsOf(operation: Operation): readonly Capability[] {
  const needs = (operation.object as { 'x-countersign-needs'?: readonly Capability[] })[
    'x-countersign-needs'
  ];
  return needs ?? [];
}

function forOperation(document: OpenApiDocument, operation: Operation): readonly Generated[] {
  const refusals = new Map<FaultKind, number[]>();
  const listed: number[] = [];
  for (const [status, entry] of Object.entries(operation.object.responses)) {
    const response = followReference(document, entry);
    const code = Number(status);
    if (!(code >= 400 && code < 600)) continue;
    listed.push(code);
    const waived = (response as { 'x-countersign-not-asserted'?: readonly FaultKind[] })[
      'x-countersign-not-asserted'
    ];
    for (const kind of response['x-countersign-when'] ?? []) {
      if (waived?.includes(kind) === true) continue;
      refusals.set(kind, [...(refusals.get(kind) ?? []), code]);
    }
  }
  const secured = (operation.object.security ?? document.security ?? []).some(
    (scheme) => Object.keys(scheme).length > 0,
  );
  const all: Generated[] = [
    { kind: 'answers-as-described', operation, statuses: [], tolerated: [] },
  ];
  for (const kind of makeable) {
    const statuses = refusals.get(kind);
    if (statuses === undefined) continue;
    if (kind === 'credentials' ? !secured : operation.bodyValidator === null) continue;
    const tolerated = listed.filter((status) => status < 500 && !statuses.includes(status));
    all.push({ kind, operation, statuses, tolerated });
  }
  return all;
}

function followReference(document: OpenApiDocument, entry: ResponseObject): ResponseObject {
  const reference = (entry as { $ref?: string }).$ref;
  if (reference === undefined) return entry;
  let value: unknown = document;
  for (const step of reference.replace(/^#\//, '').split('/')) {
    value = (value as Record<string, unknown> | undefined)?.[step];
  }
  return value as ResponseObject;
}
