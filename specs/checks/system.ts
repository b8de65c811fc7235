import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkAsyncApi } from './asyncapi.js';
import { isJson, type Finding, type Json, type Report } from './finding.js';
import { checkOpenApi } from './openapi.js';
import { checkRequirements } from './requirements.js';

export interface SystemCheckOptions {
  /** Folder that holds `<system>/openapi.yaml` and its siblings. */
  readonly folder: string;
  readonly system: string;
  /** Number of lines of each source document, by file name. */
  readonly lines: ReadonlyMap<string, number>;
}

/** Checks all documents of one system. */
export async function checkSystem(options: SystemCheckOptions): Promise<readonly Finding[]> {
  const { folder, system, lines } = options;
  const findings: Finding[] = [];
  const reporter =
    (name: string): Report =>
    (at, message) => {
      findings.push({ file: `specs/${system}/${name}`, at, message });
    };
  const load = (name: string): { readonly text: string; readonly document: unknown } | null => {
    const path = join(folder, system, name);
    if (!existsSync(path)) return null;
    const text = readFileSync(path, 'utf8');
    try {
      return { text, document: parse(text) as unknown };
    } catch (error) {
      reporter(name)('', error instanceof Error ? error.message : String(error));
      return null;
    }
  };
  const operations = new Set<string>();
  const openapi = load('openapi.yaml');
  if (openapi === null) reporter('openapi.yaml')('', 'cannot be read');
  else {
    const document = asMap(openapi.document, reporter('openapi.yaml'));
    const ids = await checkOpenApi(document, reporter('openapi.yaml'));
    for (const id of ids) operations.add(id);
  }
  const asyncapi = load('asyncapi.yaml');
  if (asyncapi !== null) {
    const report = reporter('asyncapi.yaml');
    const document = asMap(asyncapi.document, report);
    for (const name of await checkAsyncApi(asyncapi.text, document, report)) {
      if (operations.has(name)) report(`/operations/${name}`, 'the OpenAPI document has this name');
      operations.add(name);
    }
  }
  const requirements = load('requirements.yaml');
  if (requirements === null) reporter('requirements.yaml')('', 'cannot be read');
  else {
    const scope = { system, operations, lines };
    checkRequirements(requirements.document, scope, reporter('requirements.yaml'));
  }
  return findings;
}

function asMap(document: unknown, report: Report): Json {
  if (isJson(document)) return document;
  report('', 'a document is a map of members');
  return {};
}
