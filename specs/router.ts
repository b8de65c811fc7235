import { addRoute, createRouter, findAllRoutes, findRoute } from 'rou3';
import type { Operation } from './operations.js';

/** The operations that share one path template. */
interface Resource {
  readonly byMethod: Map<string, Operation>;
  readonly printedSlash: boolean;
  readonly eitherSlash: boolean;
  readonly rest: RestParameter | null;
}

/** A parameter that takes the rest of the path, slashes included. */
interface RestParameter {
  readonly name: string;
  /** How many slashes stand before it. */
  readonly slashes: number;
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
        rest: rest === undefined ? null : restParameter(operation.path, rest.name),
      };
      resources.set(operation.path, resource);
      addRoute(tree, '', toPattern(operation.path, resource.rest), resource);
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
  const notAllowed = (path: string): RouteMatch => {
    const allow = new Set<string>();
    for (const found of findAllRoutes(tree, '', path)) {
      for (const method of found.data.byMethod.keys()) allow.add(method);
    }
    return { kind: 'method-not-allowed', allow: [...allow] };
  };
  return (method, path) => {
    const found = findRoute(tree, '', path);
    if (found === undefined) return notFound;
    const resource = found.data;
    const operation = resource.byMethod.get(method);
    if (resource.rest !== null) {
      if (restOf(path, resource.rest) === '') return notFound;
    } else if (!resource.eitherSlash && path.endsWith('/') !== resource.printedSlash) {
      return notFound;
    }
    if (operation === undefined) return otherTemplate(method, path) ?? notAllowed(path);
    if (found.params === undefined) return { kind: 'operation', operation, params: noParams };
    return decode(operation, resource, found.params, path);
  };
}

function restParameter(template: string, name: string): RestParameter {
  const before = template.slice(0, template.indexOf(`{${name}}`));
  return { name, slashes: before.split('/').length - 1 };
}

/** What the path holds after so many slashes, still encoded; the tree drops some of it. */
function restOf(path: string, rest: RestParameter): string {
  let at = -1;
  for (let count = 0; count < rest.slashes; count += 1) {
    at = path.indexOf('/', at + 1);
    if (at === -1) return '';
  }
  return path.slice(at + 1);
}

function toPattern(template: string, rest: RestParameter | null): string {
  // A group of anything matches empty segments too, which a plain catch-all refuses.
  return template.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    name === rest?.name ? `:${name}(.*)` : `:${name}`,
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
    let value = name === resource.rest?.name ? restOf(path, resource.rest) : (raw[name] ?? '');
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
