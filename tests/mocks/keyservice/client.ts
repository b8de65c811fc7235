import { createMockCore, type MockCore, type MockOptions } from '../../../mocks/engine/mock.js';
import type { PlainResponse } from '../../../mocks/engine/http.js';
import type { components } from '../../../specs/keyservice/types.gen.js';
import { keyservice } from '../../../mocks/systems/keyservice/system.js';
import type { State } from '../../../mocks/systems/keyservice/state.js';
import { call } from '../../support/request.js';

export type Key = components['schemas']['Key'];
export type Message = components['schemas']['Message'];
export type Answer = PlainResponse & { text: string; json: () => unknown };
type Values = Readonly<Record<string, string>>;

export function newCore(options: Omit<MockOptions, 'systems'> = {}): MockCore {
  return createMockCore({
    systems: [keyservice],
    onBug: (error) => {
      throw error;
    },
    ...options,
  });
}

/** What a fresh look at the world shows; used to prove that a refusal changed nothing. */
export function snapshot(core: MockCore): string {
  const state = core.world.state('keyservice') as State;
  return JSON.stringify([...state.keys.values()]);
}

/** A request with its parameters in the query string for GET, in a form body otherwise. */
export function send(
  core: MockCore,
  method: string,
  values: Values,
  options: { readonly path?: string; readonly headers?: Values } = {},
): Promise<Answer> {
  const path = options.path ?? '/Service';
  const text = new URLSearchParams(values).toString();
  if (method === 'GET') {
    return call(core, {
      path: `${path}${path.includes('?') ? '&' : '?'}${text}`,
      headers: options.headers ?? {},
    });
  }
  return call(core, {
    method,
    path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...options.headers },
    body: text,
  });
}

export async function makeKey(core: MockCore, values: Values): Promise<Key> {
  const answer = await send(core, 'POST', values);
  if (answer.status !== 200) throw new Error(`no key: ${String(answer.status)} ${answer.text}`);
  return answer.json() as Key;
}

export async function read(core: MockCore, values: Values): Promise<Message[]> {
  const answer = await send(core, 'GET', values);
  if (answer.status !== 200) throw new Error(`no list: ${String(answer.status)} ${answer.text}`);
  return answer.json() as Message[];
}

/** A multipart body of texts and files. */
export function multipart(
  values: Values,
  files: readonly { name: string; bytes: Uint8Array }[],
): { body: Uint8Array; headers: Values } {
  const boundary = 'countersign-boundary';
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (const [name, value] of Object.entries(values)) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`;
    parts.push(encoder.encode(`${head}${value}\r\n`));
  }
  for (const { name, bytes } of files) {
    const head =
      `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\n` +
      'Content-Type: application/octet-stream\r\n\r\n';
    parts.push(encoder.encode(head), bytes, encoder.encode('\r\n'));
  }
  parts.push(encoder.encode(`--${boundary}--\r\n`));
  const body = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return { body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
}
