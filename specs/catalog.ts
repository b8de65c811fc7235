import { asyncapi as misakeyAsync, openapi as misakeyOpen } from './misakey/documents.gen.js';
import { requirements as misakey } from './misakey/requirements.gen.js';
import { openapi as keyserviceOpen } from './keyservice/documents.gen.js';
import { requirements as keyservice } from './keyservice/requirements.gen.js';
import { asyncapi as quatrixAsync, openapi as quatrixOpen } from './quatrix/documents.gen.js';
import { requirements as quatrix } from './quatrix/requirements.gen.js';
import { openapi as ssksOpen } from './ssks/documents.gen.js';
import { requirements as ssks } from './ssks/requirements.gen.js';
import {
  asyncapi as textsecureAsync,
  openapi as textsecureOpen,
} from './textsecure/documents.gen.js';
import { requirements as textsecure } from './textsecure/requirements.gen.js';
import { generatedRequirements } from './generated.js';
import type {
  AsyncApiDocument,
  OpenApiDocument,
  Requirement,
  RequirementRecord,
  SourceDocument,
} from './model.js';
import type { RequirementInfo } from './results.js';
import { sources } from './sources.gen.js';

/** The documents and the catalogue of one system. */
export interface SystemSpecs {
  readonly source: SourceDocument;
  readonly openapi: OpenApiDocument;
  readonly asyncapi: AsyncApiDocument | null;
  /** The written catalogue, then what is generated from the OpenAPI document. */
  readonly requirements: readonly Requirement[];
}

const documents: Readonly<
  Record<string, readonly [OpenApiDocument, AsyncApiDocument | null, readonly RequirementRecord[]]>
> = {
  misakey: [misakeyOpen, misakeyAsync, misakey],
  textsecure: [textsecureOpen, textsecureAsync, textsecure],
  ssks: [ssksOpen, null, ssks],
  keyservice: [keyserviceOpen, null, keyservice],
  quatrix: [quatrixOpen, quatrixAsync, quatrix],
};

/** All systems by slug, in the order of `sources.yaml`. */
export const catalog: ReadonlyMap<string, SystemSpecs> = new Map(
  sources.map((source) => {
    const entry = documents[source.system];
    if (entry === undefined)
      throw new Error(`sources.yaml names ${source.system}, which has no documents`);
    const [openapi, asyncapi, records] = entry;
    const written = records.map((record) => fromRecord(source.system, record));
    return [
      source.system,
      {
        source,
        openapi,
        asyncapi,
        requirements: [...written, ...generatedRequirements(source, openapi)],
      },
    ];
  }),
);

/** One requirement by id; undefined when no catalogue has it. */
export function findRequirement(id: string): Requirement | undefined {
  return catalog.get(id.split('.')[0] ?? '')?.requirements.find((entry) => entry.id === id);
}

/** Every requirement of some systems. */
export function requirementsOf(systems: readonly string[]): readonly Requirement[] {
  return systems.flatMap((slug) => catalog.get(slug)?.requirements ?? []);
}

/** What the reports show of a requirement, its source by the title of the document. */
export function infoOf(requirement: Requirement): RequirementInfo {
  const { id, system, area, level, basis, statement, expect, tolerate } = requirement;
  return {
    id,
    system,
    area,
    level,
    basis,
    statement,
    expect,
    tolerate,
    source: sourceInWords(requirement.source),
  };
}

/** `file:lines` becomes the title of the document and its lines; other texts stay. */
export function sourceInWords(source: string): string {
  for (const document of sources) {
    if (!source.includes(document.file)) continue;
    return source.replaceAll(`${document.file}:`, `${document.title}, lines `);
  }
  return source;
}

function fromRecord(system: string, record: RequirementRecord): Requirement {
  return {
    id: record.id,
    system,
    area: record.id.split('.')[1] ?? '',
    level: record.level,
    basis: record.basis,
    source: record.source,
    operations: typeof record.operation === 'string' ? [record.operation] : record.operation,
    statement: record.statement,
    expect: record.expect,
    tolerate: record.tolerate ?? '',
    needs: record.needs ?? [],
  };
}
