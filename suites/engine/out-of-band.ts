import { spawn } from 'node:child_process';
import type { Dispatcher } from 'undici';
import { Inconclusive, Skipped } from './outcome.js';
import { poll } from './wait.js';

/** Where an adapter is: a URL of the shape of the contracts, or a command. */
export type Endpoint = { readonly http: string } | { readonly command: string };

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

export type Channel = 'sms' | 'voice' | 'email' | 'apn' | 'gcm';

export interface InboxClient {
  /** Messages for a recipient that came after the cursor, oldest first. */
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

/** @param endpoint null where the profile has no inbox: then every read skips the check */
export function createInboxClient(
  endpoint: Endpoint | null,
  system: string,
  io: OutOfBand,
): InboxClient {
  const list: InboxClient['list'] = async (channel, recipient, after) => {
    if (endpoint === null) throw new Skipped('needs an inbox, which the profile does not name');
    const text =
      'http' in endpoint
        ? await getInbox(endpoint.http, { system, channel, recipient, after }, io)
        : await runCommand(
            endpoint.command,
            { SYSTEM: system, CHANNEL: channel, RECIPIENT: recipient, AFTER: after ?? '' },
            null,
            io.signal,
          );
    return parseInbox(text);
  };
  const maybeNext: InboxClient['maybeNext'] = (channel, recipient, options = {}) =>
    poll(
      async () => {
        const messages = await list(channel, recipient, options.after);
        return messages.find((message) => options.fits?.(message) ?? true) ?? null;
      },
      { timeoutMs: options.timeoutMs ?? io.patienceMs, signal: io.signal },
    );
  return {
    list,
    maybeNext,
    async next(channel, recipient, options) {
      const message = await maybeNext(channel, recipient, options);
      if (message !== null) return message;
      throw new Inconclusive(
        `no ${channel} message for ${recipient} reached the inbox within ${String((options?.timeoutMs ?? io.patienceMs) / 1000)} s`,
      );
    },
  };
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

async function getInbox(
  base: string,
  query: { system: string; channel: string; recipient: string; after: string | undefined },
  io: OutOfBand,
): Promise<string> {
  const url = new URL(base);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return request(url, 'GET', null, io, (status) => {
    throw new Inconclusive(`the inbox at ${base} answered ${String(status)}`);
  });
}

function post(
  address: string,
  body: string,
  io: OutOfBand,
  refused: (status: number) => never,
): Promise<string> {
  return request(new URL(address), 'POST', body, io, refused);
}

async function request(
  url: URL,
  method: 'GET' | 'POST',
  body: string | null,
  io: OutOfBand,
  refused: (status: number) => never,
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
  if (status !== 200) refused(status);
  return text;
}

function parseInbox(text: string): readonly InboxMessage[] {
  const messages = (parseJson(text, 'inbox') as { messages?: unknown } | null)?.messages;
  if (!Array.isArray(messages)) {
    throw new Inconclusive('the inbox answered JSON without a list "messages"');
  }
  return messages as InboxMessage[];
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
