import { spawn } from 'node:child_process';
import { Agent, type Dispatcher } from 'undici';
import {
  endpointOf,
  type Bridge,
  type Channel,
  type Endpoint,
  type Inbox,
} from './inbox/endpoint.js';
import { Inconclusive, Skipped } from './outcome.js';
import { poll } from './wait.js';

export interface InboxMessage {
  readonly id: string;
  readonly system: string;
  readonly channel: string;
  readonly recipient: string;
  readonly receivedAt: string;
  readonly code: string | null;
  readonly subject: string | null;
  readonly body: string | null;
  readonly payload: unknown;
}

export interface InboxClient {
  /**
   * Where the inbox stands for a recipient: what comes from now on is after it. Undefined where
   * nothing came yet.
   */
  cursor(channel: Channel, recipient: string): Promise<string | undefined>;
  /**
   * Messages for a recipient that came after the cursor, oldest first. It skips the check where a
   * person reads the messages: nobody can tell that there are no others.
   */
  list(channel: Channel, recipient: string, after?: string): Promise<readonly InboxMessage[]>;
  /**
   * The first message after the cursor that fits; waits for it. Its absence makes the check
   * inconclusive: `expectNext` is for checks about the delivery itself.
   */
  next(channel: Channel, recipient: string, options?: NextOptions): Promise<InboxMessage>;
  /** Like `next`, but null when nothing came in time. */
  maybeNext(
    channel: Channel,
    recipient: string,
    options?: NextOptions,
  ): Promise<InboxMessage | null>;
}

export interface NextOptions {
  readonly after?: string | undefined;
  readonly fits?: (message: InboxMessage) => boolean;
  readonly timeoutMs?: number;
}

export interface TriggerSpec {
  readonly event: string;
  readonly affects: readonly string[];
  readonly data?: readonly unknown[];
  readonly account?: string;
  readonly status?: unknown;
}

export interface OutOfBand {
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  /** Milliseconds to wait for something that is due. */
  readonly patienceMs: number;
}

/** Milliseconds that a person gets to read and type a code. */
const patienceByHandMs = 180_000;

/** @param inbox null where the profile has none: then every read skips the check */
export function createInboxClient(inbox: Inbox | null, system: string, io: OutOfBand): InboxClient {
  const read = async (query: InboxQuery): Promise<Page> => {
    const endpoint = endpointOf(inbox, query.channel);
    if (endpoint === null) {
      const what = inbox === null ? 'an inbox' : `an inbox for ${query.channel}`;
      throw new Skipped(`needs ${what}, which the profile does not name`);
    }
    const { channel, recipient, after } = query;
    const text =
      'http' in endpoint
        ? await getInbox(endpoint.http, endpoint.bridge, { system, ...query }, io)
        : await runCommand(
            endpoint.command,
            { SYSTEM: system, CHANNEL: channel, RECIPIENT: recipient, AFTER: after ?? '' },
            null,
            io.signal,
          );
    const page = parseInbox(text);
    return readByHand(channel) ? { ...page, messages: page.messages.map(codeOnly) } : page;
  };
  const bridgeOf = (channel: Channel): Bridge | undefined => {
    const endpoint = endpointOf(inbox, channel);
    return endpoint !== null && 'http' in endpoint ? endpoint.bridge : undefined;
  };
  const readByHand = (channel: Channel): boolean => bridgeOf(channel)?.byHand === true;
  const patience = (channel: Channel, options: NextOptions | undefined): number =>
    readByHand(channel) ? patienceByHandMs : (options?.timeoutMs ?? io.patienceMs);

  const maybeNext: InboxClient['maybeNext'] = async (channel, recipient, options = {}) => {
    const timeoutMs = patience(channel, options);
    const bridged = bridgeOf(channel) !== undefined;
    let { after } = options;
    const outcome = await poll<InboxMessage | 'nothing'>(
      async () => {
        const wait = bridged ? timeoutMs : undefined;
        const page = await read({ channel, recipient, after, wait });
        const found = page.messages.find((message) => options.fits?.(message) ?? true);
        if (found !== undefined) return found;
        // A bridge holds the question until there is something else to tell.
        if (bridged) after = page.messages.at(-1)?.id ?? after;
        return page.settled ? 'nothing' : null;
      },
      { timeoutMs, signal: io.signal },
    );
    return outcome === 'nothing' ? null : outcome;
  };
  return {
    async cursor(channel, recipient) {
      const { messages } = await read({ channel, recipient });
      return messages.at(-1)?.id;
    },
    async list(channel, recipient, after) {
      if (readByHand(channel)) {
        throw new Skipped(
          `needs an inbox that tells of every ${channel} message; a person does not`,
        );
      }
      return (await read({ channel, recipient, after })).messages;
    },
    maybeNext,
    async next(channel, recipient, options) {
      const message = await maybeNext(channel, recipient, options);
      if (message !== null) return message;
      throw new Inconclusive(
        `no ${channel} message for ${recipient} reached the inbox within ${String(patience(channel, options) / 1000)} s`,
      );
    },
  };
}

/** A message of which only the code is known: to look at anything else skips the check. */
function codeOnly(message: InboxMessage): InboxMessage {
  const unknown = (what: string): never => {
    throw new Skipped(`needs the ${what} of a message, of which a person typed the code alone`);
  };
  return {
    ...message,
    get subject() {
      return unknown('subject');
    },
    get body() {
      return unknown('text');
    },
  };
}

interface InboxQuery {
  readonly channel: Channel;
  readonly recipient: string;
  readonly after?: string | undefined;
  /** For a bridge: milliseconds that the caller would wait. */
  readonly wait?: number | undefined;
}

/** An answer of an inbox. */
interface Page {
  readonly messages: readonly InboxMessage[];
  /** Nothing more will come. */
  readonly settled: boolean;
}

/** Makes an event of the outside happen; an event that the target cannot make skips the check. */
export async function sendTrigger(
  endpoint: Endpoint | null,
  system: string,
  spec: TriggerSpec,
  io: OutOfBand,
): Promise<string> {
  if (endpoint === null) throw new Skipped('needs a trigger, which the profile does not name');
  const body = JSON.stringify({ system, data: [], ...spec });
  const text =
    'http' in endpoint
      ? await post(endpoint.http, body, io, (status) => {
          throw new Skipped(
            `the target cannot make the event ${spec.event} (trigger answered ${String(status)})`,
          );
        })
      : await runCommand(endpoint.command, { SYSTEM: system, EVENT: spec.event }, body, io.signal);
  const jobId = (parseJson(text, 'trigger') as { jobId?: unknown } | null)?.jobId;
  return typeof jobId === 'string' ? jobId : '';
}

/** Moves the target's clock forward by a duration such as `6h`. */
export async function advanceClock(
  endpoint: Endpoint | null,
  duration: string,
  io: OutOfBand,
): Promise<void> {
  if (endpoint === null) throw new Skipped('needs a clock, which the profile does not name');
  const body = JSON.stringify({ advance: duration });
  if ('http' in endpoint) {
    await post(endpoint.http, body, io, (status) => {
      throw new Inconclusive(`the clock answered ${String(status)}`);
    });
  } else {
    await runCommand(endpoint.command, { ADVANCE: duration }, body, io.signal);
  }
}

/** The way to our own bridge, past every proxy and every limit that is meant for the target. */
const direct = new Agent();

async function getInbox(
  base: string,
  bridge: Bridge | undefined,
  query: InboxQuery & { readonly system: string },
  io: OutOfBand,
): Promise<string> {
  const url = new URL(base);
  const { system, channel, recipient, after, wait } = query;
  for (const [name, value] of Object.entries({ system, channel, recipient, after, wait })) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  if (bridge === undefined) {
    return request(url, 'GET', null, io, (status) => {
      // Its query may hold a key.
      throw new Inconclusive(
        `the inbox at ${url.origin}${url.pathname} answered ${String(status)}`,
      );
    });
  }
  return request(url, 'GET', null, { ...io, dispatcher: direct }, (status, text) => {
    const { error } = parseJson(text, 'inbox') as { error?: string };
    throw new Inconclusive(error ?? `${bridge.name} answered ${String(status)}`);
  });
}

/** Ends with what an adapter said other than 200. */
type Refused = (status: number, text: string) => never;

function post(address: string, body: string, io: OutOfBand, refused: Refused): Promise<string> {
  return request(new URL(address), 'POST', body, io, refused);
}

async function request(
  url: URL,
  method: 'GET' | 'POST',
  body: string | null,
  io: OutOfBand,
  refused: Refused,
): Promise<string> {
  let status: number;
  let text: string;
  try {
    const answer = await io.dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: body === null ? [] : ['Content-Type', 'application/json'],
      body,
      signal: AbortSignal.any([io.signal, AbortSignal.timeout(10_000)]),
    });
    status = answer.statusCode;
    text = await answer.body.text();
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'no answer';
    throw new Inconclusive(`${url.origin}${url.pathname} cannot be used: ${reason}`);
  }
  if (status !== 200) refused(status, text);
  return text;
}

function parseInbox(text: string): Page {
  const answer = parseJson(text, 'inbox') as { messages?: unknown; settled?: unknown } | null;
  const messages = answer?.messages;
  if (!Array.isArray(messages)) {
    throw new Inconclusive('the inbox answered JSON without a list "messages"');
  }
  return { messages: messages as InboxMessage[], settled: answer?.settled === true };
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Inconclusive(`the ${what} answered text that is not JSON`);
  }
}

/** Runs an adapter by the shell, as the profile's author wrote it. */
function runCommand(
  command: string,
  variables: Readonly<Record<string, string>>,
  input: string | null,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, {
      shell: true,
      signal,
      env: { ...process.env, ...variables },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.on('error', () => {
      reject(new Inconclusive(`the command ${JSON.stringify(command)} cannot be run`));
    });
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else
        reject(
          new Inconclusive(`the command ${JSON.stringify(command)} ended with ${String(code)}`),
        );
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}
