/** Violations of an operation's description by one request: parameters, credentials, body. */
import type { OpenApiDocument, SecurityScheme } from '../../specs/model.js';
import type { Operation } from '../../specs/operations.js';
import type { RequestContext } from './context.js';
import { clientFault, type ClientFault } from './insight.js';

type Context = RequestContext<unknown, object>;

/** Violations of the operation's description: parameters, credentials, body. */
export function documentFaults(
  document: OpenApiDocument,
  context: Context,
  operation: Operation,
  status: number,
): ClientFault[] {
  const faults = parameterFaults(context, operation);
  if (status === 401 || status === 403) {
    faults.push(...missingCredentials(document, context, operation));
  }
  // The older dialect has members that the document does not know.
  const aboutBody = [400, 415, 422].includes(status);
  if (operation.bodyValidator !== null && (aboutBody || context.world.dialect === 'documented')) {
    faults.push(...bodyFaults(context));
  }
  return faults;
}

function parameterFaults(context: Context, operation: Operation): ClientFault[] {
  const faults: ClientFault[] = [];
  const { request, params } = context;
  const query = new Map([...context.query].map(([name, value]) => [name.toLowerCase(), value]));
  for (const { name, in: place, required } of operation.parameters) {
    if (place === 'cookie') continue;
    const lower = name.toLowerCase();
    const value =
      place === 'path'
        ? params[name]
        : place === 'query'
          ? query.get(lower)
          : request.headers[lower];
    if (value === undefined) {
      // Some systems take from the query what the document has as a header.
      if (required !== true || query.has(lower)) continue;
      faults.push(clientFault(place, name, `the ${word(place)} ${name} is missing`));
      continue;
    }
    const first = context.parameterFaults(name, coerced(value, context, name))?.[0];
    if (first === undefined) continue;
    const rule = first.message.replace('the body ', '');
    faults.push(clientFault(place, name, `${shown(value)} does not fit: ${name} ${rule}`));
  }
  return faults;
}

const words = {
  path: 'path parameter',
  query: 'query parameter',
  header: 'header',
  cookie: 'cookie',
};

function word(place: keyof typeof words): string {
  return words[place];
}

/** A parameter's text as the schema sees it: a number or a boolean where it takes only these. */
function coerced(value: string, context: Context, name: string): unknown {
  const faults = context.parameterFaults(name, value);
  if (faults === null || !faults.some(({ keyword }) => keyword === 'type')) return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}

/** What the first way to authenticate needs, unless all of some way is there. */
function missingCredentials(
  document: OpenApiDocument,
  context: Context,
  operation: Operation,
): ClientFault[] {
  const schemes = (document.components?.securitySchemes ?? {}) as Record<string, SecurityScheme>;
  const ways = operation.object.security ?? document.security ?? [];
  const lacks = ways.map((way) => absent(context, schemes, way));
  const [first] = lacks;
  if (first === undefined || lacks.some((lacking) => lacking.length === 0)) return [];
  return first.map(([place, name]) =>
    clientFault(place, name, `the ${word(place)} ${name} is missing`),
  );
}

type Credential = readonly ['header' | 'query' | 'cookie', string];

function absent(
  context: Context,
  schemes: Readonly<Record<string, SecurityScheme>>,
  way: Readonly<Record<string, readonly string[]>>,
): Credential[] {
  const cookies = context.header('cookie') ?? '';
  const needed = Object.keys(way).flatMap((name): Credential[] => {
    const scheme = schemes[name];
    return scheme === undefined ? [] : [placeOf(scheme)];
  });
  return needed.filter(([place, name]) => {
    if (place === 'query') return !hasQuery(context, name);
    if (place === 'cookie')
      return !cookies.split(/; */).some((part) => part.startsWith(`${name}=`));
    return (context.header(name.toLowerCase()) ?? '') === '';
  });
}

function hasQuery(context: Context, name: string): boolean {
  return [...context.query.keys()].some((key) => key.toLowerCase() === name.toLowerCase());
}

function placeOf(scheme: SecurityScheme): Credential {
  if (scheme.type !== 'apiKey') return ['header', 'Authorization'];
  const place = scheme.in === 'query' || scheme.in === 'cookie' ? scheme.in : 'header';
  return [place, scheme.name ?? 'Authorization'];
}

function bodyFaults(context: Context): ClientFault[] {
  const { body } = context.request;
  const type = context.contentTypeFault();
  if (type?.kind === 'content-type') {
    return [clientFault('header', 'Content-Type', type.message, 'send application/json')];
  }
  if (body.length === 0) {
    return context.operation?.optionalBody === true
      ? []
      : [clientFault('body', null, 'the body is empty', 'send a JSON body')];
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'it is not valid UTF-8';
    return [clientFault('body', null, `the body is no JSON: ${reason}`)];
  }
  return (context.bodyFaults(value) ?? []).map(({ pointer, message }) =>
    clientFault('body', pointer === '' ? null : pointer.slice(1).replaceAll('/', '.'), message),
  );
}

/** What a client sent, short enough for a sentence. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}…` : text);
}
