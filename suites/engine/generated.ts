import { generatedId, generatedOf, type Generated } from '../../specs/generated.js';
import type { JsonSchema, OpenApiDocument, SecurityScheme } from '../../specs/model.js';
import type { AreaCheck, ErasedSuite } from './check.js';
import type { TestContext } from './context.js';
import type { Exchange, RequestSpec } from './exchange.js';

/**
 * Checks that follow from the OpenAPI document alone: for each operation a valid request, and
 * that request with one fault. What is expected comes from the document's own statuses.
 *
 * Each ends with the valid request as positive control: when that fails, nothing was shown.
 */
export function generatedChecks(suite: ErasedSuite): readonly AreaCheck<unknown>[] {
  return generatedOf(suite.openapi).flatMap((generated) => {
    const sample = suite.samples[generated.operation.id];
    if (sample === undefined) return [];
    const make = (t: TestContext, driver: unknown): Promise<RequestSpec> =>
      t.given(`making a valid ${generated.operation.id} request`, () => sample(t, driver));
    return [
      {
        requirement: generatedId(suite.slug, generated),
        title: titleOf(generated),
        file: 'suites/engine/generated.ts',
        run: async (t, driver) => {
          const valid = await make(t, driver);
          if (generated.kind === 'answers-as-described') await answersAsDescribed(t, valid);
          else await refused(t, suite.openapi, generated, valid);
        },
      },
    ];
  });
}

function titleOf(generated: Generated): string {
  const subject = `${generated.operation.method} ${generated.operation.path}`;
  switch (generated.kind) {
    case 'answers-as-described':
      return `${subject} answers what its document describes`;
    case 'credentials':
      return `${subject} is refused without credentials`;
    case 'body-syntax':
      return `${subject} is refused with a cut-off JSON body`;
    case 'body-schema':
      return `${subject} is refused when a member is missing or of a wrong type`;
    default:
      return `${subject} is refused with a body declared as text/plain`;
  }
}

async function answersAsDescribed(t: TestContext, valid: RequestSpec): Promise<void> {
  // A server that answers any path alike has not shown that it knows this one.
  await t.given('telling a path that does not exist from one that does', async () => {
    const nowhere = await t.send({
      // CORS filters answer a preflight on every path, and that is right.
      method: valid.method === 'OPTIONS' ? 'GET' : valid.method,
      path: `/countersign-${t.random.text(16)}`,
    });
    t.expect.ok(!isSuccess(nowhere), `${nowhere.label} answered ${String(nowhere.status)}`);
  });
  const exchange = await t.send(valid);
  t.expect.ok(isSuccess(exchange), `${exchange.label} refused a valid request`, {
    expected: 'a documented status of success',
    actual: `status ${String(exchange.status)}`,
  });
  const [violation] = exchange.violations;
  if (violation === undefined) return;
  t.expect.fail(`${exchange.label} departs from its document: ${violation}`, {
    expected: 'an answer as the OpenAPI document describes it',
    actual: exchange.violations.join('; '),
  });
}

async function refused(
  t: TestContext,
  document: OpenApiDocument,
  generated: Generated,
  valid: RequestSpec,
): Promise<void> {
  const faulty = faultsOf(document, generated, valid);
  if (faulty.length === 0) t.skip('the document describes no member that could be wrong');
  const verdicts: Exchange[] = [];
  for (const { spec } of faulty) verdicts.push(await t.send(spec));
  // Judged only after the positive control: a server that refuses everything has shown nothing.
  const control = await t.given('the same request without the fault', async () => {
    const exchange = await t.send(valid);
    t.expect.ok(isSuccess(exchange), `${exchange.label} answered ${String(exchange.status)}`);
    return exchange;
  });
  t.expect.ok(isSuccess(control), 'the positive control did not hold');
  verdicts.forEach((exchange, index) => {
    t.expect.status(exchange, generated.statuses, {
      tolerate: generated.tolerated,
      what: faulty[index]?.what ?? generated.kind,
    });
  });
}

function isSuccess(exchange: Exchange): boolean {
  return (exchange.status >= 200 && exchange.status < 300) || exchange.status === 304;
}

interface Faulty {
  readonly what: string;
  readonly spec: RequestSpec;
}

function faultsOf(
  document: OpenApiDocument,
  generated: Generated,
  valid: RequestSpec,
): readonly Faulty[] {
  switch (generated.kind) {
    case 'credentials':
      return [{ what: 'no credentials', spec: withoutCredentials(document, generated, valid) }];
    case 'body-syntax': {
      const text = JSON.stringify(valid.json ?? {});
      const cut = text.length > 2 ? text.slice(0, -1) : '{';
      return [{ what: 'cut-off JSON', spec: withBody(valid, cut, 'application/json') }];
    }
    case 'content-type': {
      const spec = withBody(valid, JSON.stringify(valid.json ?? {}), 'text/plain');
      return [{ what: 'Content-Type text/plain', spec }];
    }
    default:
      return memberFaults(document, generated, valid);
  }
}

function withBody(valid: RequestSpec, body: string, contentType: string): RequestSpec {
  const { json: _dropped, ...rest } = valid;
  const headers = Object.fromEntries(
    Object.entries(valid.headers ?? {}).filter(([name]) => name.toLowerCase() !== 'content-type'),
  );
  return { ...rest, body, headers: { ...headers, 'Content-Type': contentType } };
}

function withoutCredentials(
  document: OpenApiDocument,
  generated: Generated,
  valid: RequestSpec,
): RequestSpec {
  const schemes = (document.components?.securitySchemes ?? {}) as Record<string, SecurityScheme>;
  const names = (generated.operation.object.security ?? document.security ?? []).flatMap((entry) =>
    Object.keys(entry),
  );
  const headers = new Set<string>();
  const query = new Set<string>();
  for (const name of names) {
    const scheme = schemes[name];
    if (scheme?.in === 'query') query.add((scheme.name ?? '').toLowerCase());
    else if (scheme?.in === 'cookie') headers.add('cookie');
    else headers.add((scheme?.name ?? 'authorization').toLowerCase());
  }
  const [path = '', search = ''] = valid.path.split('?');
  const kept = search
    .split('&')
    .filter((pair) => pair !== '' && !query.has((pair.split('=')[0] ?? '').toLowerCase()));
  return {
    ...valid,
    path: kept.length === 0 ? path : `${path}?${kept.join('&')}`,
    headers: Object.fromEntries(
      Object.entries(valid.headers ?? {}).filter(([name]) => !headers.has(name.toLowerCase())),
    ),
  };
}

/** Each required member left out, and each member with a value of another type. */
function memberFaults(
  document: OpenApiDocument,
  generated: Generated,
  valid: RequestSpec,
): readonly Faulty[] {
  const schema = bodySchema(document, generated);
  const body = valid.json;
  if (schema === null || typeof body !== 'object' || body === null) return [];
  const members = body as Record<string, unknown>;
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>;
  const faults: Faulty[] = [];
  for (const name of (schema.required ?? []) as readonly string[]) {
    const { [name]: _left, ...rest } = members;
    faults.push({ what: `without ${name}`, spec: { ...valid, json: rest } });
  }
  for (const [name, property] of Object.entries(properties)) {
    const wrong = valueOfWrongType(follow(document, property));
    if (!(name in members) || wrong === undefined) continue;
    const what = `${name} of a wrong type`;
    faults.push({ what, spec: { ...valid, json: { ...members, [name]: wrong } } });
  }
  return faults;
}

function bodySchema(document: OpenApiDocument, generated: Generated): JsonSchema | null {
  const body = generated.operation.object.requestBody;
  if (body === undefined) return null;
  const followed = follow(document, body as unknown as JsonSchema) as unknown as typeof body;
  const schema = followed.content['application/json']?.schema;
  return schema === undefined ? null : follow(document, schema);
}

function follow(document: OpenApiDocument, schema: JsonSchema): JsonSchema {
  const reference = schema.$ref;
  if (typeof reference !== 'string') return schema;
  let value: unknown = document;
  for (const step of reference.replace(/^#\//, '').split('/')) {
    value = (value as Record<string, unknown> | undefined)?.[step];
  }
  return follow(document, value as JsonSchema);
}

/** A value that no lenient reader takes for the type; undefined where the type is open. */
function valueOfWrongType(schema: JsonSchema): unknown {
  const type = Array.isArray(schema.type)
    ? (schema.type as string[]).find((name) => name !== 'null')
    : schema.type;
  if (type === 'string' || type === 'boolean') return { unexpected: true };
  if (type === 'integer' || type === 'number') return ['unexpected'];
  if (type === 'array' || type === 'object') return 'unexpected';
  return undefined;
}
