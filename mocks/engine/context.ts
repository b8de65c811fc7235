import type { Operation } from '../../specs/operations.js';
import type { Fault } from '../../specs/schemas.js';
import { Refusal, type PlainRequest, type PlainResponse } from './http.js';
import type { Problem } from './problem.js';
import type { WorldServices } from './system.js';

/** What the core knows of a system while it serves a request. */
export interface ServedSystem<State, Behaviour> {
  readonly slug: string;
  readonly behaviour: Behaviour;
  refuse(problem: Problem, context: RequestContext<State, Behaviour>): PlainResponse;
}

/** How strictly `RequestContext.json` reads a body. */
export interface JsonOptions {
  /** False accepts any Content-Type; true (default) accepts JSON or none. */
  readonly contentType?: boolean;
  /** False skips the schema of the document (default true). */
  readonly schema?: boolean;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** One request on its way through a system. */
export class RequestContext<State, Behaviour> {
  #query: URLSearchParams | undefined;
  #body: { value: unknown } | undefined;

  constructor(
    readonly request: PlainRequest,
    /** The operation that was matched; absent while routing faults are answered. */
    readonly operation: Operation | undefined,
    /** Path parameters, percent-decoded. */
    readonly params: Readonly<Record<string, string>>,
    readonly system: ServedSystem<State, Behaviour>,
    readonly state: State,
    readonly world: WorldServices,
  ) {}

  get behaviour(): Behaviour {
    return this.system.behaviour;
  }

  /** The value of a request header, its name in lower case. */
  header(name: string): string | undefined {
    return this.request.headers[name];
  }

  /** The query string, percent-decoded as a form is (a plus is a space). */
  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(this.request.query);
    return this.#query;
  }

  /** A path parameter that the route guarantees. */
  param(name: string): string {
    const value = this.params[name];
    if (value === undefined) throw new Error(`the route has no parameter ${name}`);
    return value;
  }

  /** Scheme and authority under which the client reaches the mock, such as `http://host:4010`. */
  get origin(): string {
    const scheme = this.header('x-forwarded-proto') ?? (this.request.secure ? 'https' : 'http');
    const host = this.header('x-forwarded-host') ?? this.header('host') ?? 'localhost';
    return `${firstOf(scheme)}://${firstOf(host)}`;
  }

  /** Ends the request with the system's own words for this problem. */
  refuse(problem: Problem): never {
    throw new Refusal(this.system.refuse(problem, this));
  }

  /** Violations of the document's schema by a path, query or header parameter; null when right. */
  parameterFaults(name: string, value: unknown): readonly Fault[] | null {
    return this.operation?.parameterValidator(name)?.(value) ?? null;
  }

  /**
   * The JSON body, checked in this order: content type, size zero, UTF-8, syntax, schema.
   * A fault ends the request in the system's words. `T` is the type that openapi-typescript made
   * from the same schema.
   */
  json<T>(options?: JsonOptions): T {
    if (options?.contentType !== false) {
      const fault = this.contentTypeFault();
      if (fault !== null) this.refuse(fault);
    }
    const value = this.parsed();
    if (options?.schema !== false) {
      const faults = this.bodyFaults(value);
      if (faults !== null) {
        const message = faults[0]?.message ?? 'the body does not fit its schema';
        this.refuse({ kind: 'body-schema', message, faults });
      }
    }
    return value as T;
  }

  /** A request Content-Type that is not JSON; none at all is fine. */
  contentTypeFault(): Problem | null {
    const type = this.header('content-type');
    if (type === undefined || type === 'application/json' || isJson(type)) return null;
    return {
      kind: 'content-type',
      message: `Content-Type must be application/json, not ${JSON.stringify(type.slice(0, 100))}`,
    };
  }

  /** The schema faults of an already parsed body; null when it is right. */
  bodyFaults(value: unknown): readonly Fault[] | null {
    return this.operation?.bodyValidator?.()(value) ?? null;
  }

  /** The parsed body without any look at content type or schema. */
  parsed(): unknown {
    this.#body ??= { value: this.#parse() };
    return this.#body.value;
  }

  #parse(): unknown {
    const { body } = this.request;
    if (body.length === 0) {
      if (this.operation?.optionalBody === true) return {};
      return this.refuse({ kind: 'body-syntax', message: 'a JSON body is required' });
    }
    let text: string;
    try {
      text = decoder.decode(body);
    } catch {
      return this.refuse({ kind: 'body-syntax', message: 'the body is not valid UTF-8' });
    }
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return this.refuse({ kind: 'body-syntax', message: 'the body is not valid JSON' });
    }
  }
}

function isJson(type: string): boolean {
  const semicolon = type.indexOf(';');
  const bare = semicolon === -1 ? type : type.slice(0, semicolon);
  return bare.trim().toLowerCase() === 'application/json';
}

/** Proxies append to a forwarded header; the first value is the client's. */
function firstOf(list: string): string {
  const comma = list.indexOf(',');
  return comma === -1 ? list : list.slice(0, comma).trim();
}
