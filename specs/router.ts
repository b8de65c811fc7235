import { addRoute, createRouter, findAllRoutes, findRoute } from 'rou3';
import type { Operation } from './operations.js';

/** The operations that share one path template. */
interface Resource {
  readonly byMethod: Map<string, Operation>;
  readonly printedSlash: boolean;
  readonly eitherSlash: boolean;
  readonly restParameter: string | null;
  readonly template: string;
}

export type RouteMatch =
  | { readonly kind: 'operation'; readonly operation: Operation; readonly params: Params }
  | { readonly kind: 'method-not-allowed'; readonly allow: readonly string[] }
  | { readonly kind: 'malformed'; readonly name: string }
  | { readonly kind: 'not-found' };

export type Params = Readonly<Record<string, string>>;

/** Finds the operation for a method and a raw path. */
export type Router = (method: string, path: string) => RouteMatch;

const noParams: Params = {};
const notFound: RouteMatch = { kind: 'not-found' };

/**
 * Compiles the routes of a document. Paths match exactly, a trailing slash included, unless the
 * operation takes either form.
 */
export function compileRouter(operations: readonly Operation[]): Router {
  const tree = createRouter<Resource>();
  const resources = new Map<string, Resource>();
  for (const operation of operations) {
    let resource = resources.get(operation.path);
    if (resource === undefined) {
      const rest = operation.parameters.find((entry) => entry['x-countersign-rest'] === true);
      resource = {
        byMethod: new Map(),
        printedSlash: operation.path.endsWith('/'),
        eitherSlash: operation.eitherSlash,
        restParameter: rest?.name ?? null,
        template: operation.path,
      };
      resources.set(operation.path, resource);
      addRoute(tree, '', toPattern(operation.path, resource.restParameter), resource);
    }
    resource.byMethod.set(operation.method, operation);
  }
  // A path may fit a fixed template without the method and a wider one with it.
  const otherTemplate = (method: string, path: string): RouteMatch | null => {
    for (const found of findAllRoutes(tree, '', path)) {
      const operation = found.data.byMethod.get(method);
      if (operation !== undefined) return decode(operation, found.data, found.params ?? {}, path);
    }
    return null;
  };
  return (method, path) => {
    const found = findRoute(tree, '', path);
    if (found === undefined) return notFound;
    const resource = found.data;
    const operation = resource.byMethod.get(method);
    if (resource.restParameter === null && !resource.eitherSlash) {
      if (path.endsWith('/') !== resource.printedSlash) return notFound;
    }
    if (operation === undefined) {
      return otherTemplate(method, path) ?? notAllowed(resource);
    }
    if (found.params === undefined) return { kind: 'operation', operation, params: noParams };
    return decode(operation, resource, found.params, path);
  };
}

function notAllowed(resource: Resource): RouteMatch {
  return { kind: 'method-not-allowed', allow: [...resource.byMethod.keys()] };
}

function toPattern(template: string, rest: string | null): string {
  return template.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    name === rest ? `**:${name}` : `:${name}`,
  );
}

function decode(
  operation: Operation,
  resource: Resource,
  raw: Record<string, string>,
  path: string,
): RouteMatch {
  const params: Record<string, string> = {};
  for (const name in raw) {
    let value = raw[name] ?? '';
    if (name === resource.restParameter) {
      // The tree drops a slash at the end, which is part of what the parameter holds.
      value = path.slice(resource.template.indexOf('{'));
    }
    if (value.includes('%')) {
      try {
        value = decodeURIComponent(value);
      } catch {
        return { kind: 'malformed', name };
      }
    }
    params[name] = value;
  }
  return { kind: 'operation', operation, params };
}
