import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import type { Json } from './finding.js';

/** Judges values by the schemas of one document. */
export interface SchemaJudge {
  /** What is wrong with the schema itself; null when it can be used. */
  fault(pointer: string): string | null;
  /** What is wrong with a value; null when it fits the schema at the pointer. */
  judge(pointer: string, value: unknown): string | null;
}

/** Keywords that mean something to a reader of OpenAPI or AsyncAPI and nothing to ajv. */
const annotations = ['example', 'xml', 'externalDocs', 'discriminator', 'x-parser-schema-id'];

// Under NodeNext the default export of this CommonJS package is its namespace.
const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;

/**
 * Strict where a typing error would hide (unknown keywords and formats), with every format of
 * ajv-formats in its full form.
 */
export function schemaJudge(document: Json): SchemaJudge {
  const ajv = new Ajv2020({
    strictSchema: true,
    strictNumbers: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    validateSchema: false,
    addUsedSchema: false,
    allErrors: true,
    verbose: true,
  });
  addFormats(ajv, { mode: 'full' });
  ajv.addFormat('uint32', {
    type: 'number',
    validate: (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32,
  });
  ajv.addFormat('uint64', {
    type: 'number',
    validate: (value) => Number.isInteger(value) && value >= 0,
  });
  // The document around the schemas is no schema: its own members are no keywords.
  ajv.addVocabulary([
    ...new Set([...annotations, ...Object.keys(document), ...extensionsOf(document)]),
  ]);
  ajv.addSchema(document, 'document');
  const at = (pointer: string): ReturnType<typeof ajv.getSchema> =>
    ajv.getSchema(`document#${pointer.split('/').map(encodeURIComponent).join('/')}`);
  return {
    fault(pointer) {
      try {
        return at(pointer) === undefined ? 'there is no schema here' : null;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    judge(pointer, value) {
      const validate = at(pointer);
      if (validate === undefined) return 'there is no schema here';
      if (validate(value) === true) return null;
      return ajv.errorsText(validate.errors, { dataVar: 'value' });
    },
  };
}

/** Every `x-…` name used as a key anywhere. */
function extensionsOf(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const entry of value) extensionsOf(entry, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, entry] of Object.entries(value)) {
      if (/^x-[a-z-]+$/.test(name)) found.add(name);
      extensionsOf(entry, found);
    }
  }
  return found;
}
