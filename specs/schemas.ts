import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';

/** One violation of a schema. */
export interface Fault {
  /** JSON pointer of the member that is wrong, or that is missing; empty for the whole. */
  readonly pointer: string;
  /** Name of that member without its path; empty for the whole. */
  readonly member: string;
  /** The schema keyword that was violated, such as `required` or `type`. */
  readonly keyword: string;
  /** A sentence that names the member and the rule. */
  readonly message: string;
}

/** Checks a value; null means that it is right. */
export type Validator = (value: unknown) => readonly Fault[] | null;

/** Compiles schemas inside a document by JSON pointer, each once and only when first used. */
export interface SchemaSet {
  at(pointer: string): Validator;
}

/** Formats that the documents use, beyond what a pattern says. */
const formats: Readonly<Record<string, RegExp | true>> = {
  int32: true,
  int64: true,
  uint32: true,
  uint64: true,
  float: true,
  double: true,
  byte: true,
  binary: true,
  password: true,
  email: true,
  hostname: true,
  uri: /^[a-z][a-z0-9+.-]*:\S+$/i,
  'uri-reference': true,
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
};

/**
 * @param document an OpenAPI or AsyncAPI document; its internal references are followed
 */
export function schemaSet(document: object): SchemaSet {
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    addUsedSchema: false,
    verbose: true,
    formats,
  });
  ajv.addSchema(document, 'document');
  const compiled = new Map<string, Validator>();
  return {
    at(pointer) {
      let validator = compiled.get(pointer);
      if (validator === undefined) {
        const validate = ajv.getSchema(`document#${pointer}`);
        if (validate === undefined) throw new Error(`the document has no schema at ${pointer}`);
        validator = toValidator(validate);
        compiled.set(pointer, validator);
      }
      return validator;
    },
  };
}

/** Escapes one step of a JSON pointer as it stands in a URI fragment. */
export function pointerStep(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function toValidator(validate: ValidateFunction): Validator {
  return (value) => (validate(value) ? null : (validate.errors ?? []).map(toFault));
}

function toFault(error: ErrorObject): Fault {
  const missing =
    error.keyword === 'required'
      ? (error.params as { missingProperty: string }).missingProperty
      : null;
  const pointer = missing === null ? error.instancePath : `${error.instancePath}/${missing}`;
  const member = pointer.slice(pointer.lastIndexOf('/') + 1);
  const subject = pointer === '' ? 'the body' : `member ${pointer.slice(1).replaceAll('/', '.')}`;
  const message =
    missing === null ? `${subject} ${error.message ?? 'is wrong'}` : `${subject} is required`;
  return { pointer, member, keyword: error.keyword, message };
}
