import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { readRefusal, type OpenOptions } from './websocket.js';
import { excerpt } from './exchange.js';
import { NoAnswer } from './outcome.js';
import { quote } from './record.js';
import { secretHeaders, type Masker } from './secrets.js';

/** The answer to an upgrade request, judged by nobody on the way. */
export interface UpgradeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Empty after a 101: the connection is dropped at once. */
  readonly body: string;
}

export type RawUpgradeOptions = Pick<
  OpenOptions,
  'url' | 'headers' | 'operation' | 'masker' | 'record' | 'nextId' | 'signal' | 'connect'
>;

/**
 * Sends a GET with exactly these headers and reads what comes, a 101 included. WebSocket clients
 * refuse a wrong handshake before anyone can say what was wrong with it; this one looks.
 */
export function rawUpgrade(options: RawUpgradeOptions): Promise<UpgradeAnswer> {
  const url = new URL(options.url);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const id = options.nextId();
  const note = (response: string): void => {
    options.record(
      () => ({
        id,
        operation: options.operation,
        request: options.masker.mask(
          [
            `GET ${url.pathname}${url.search} HTTP/1.1`,
            `Host: ${url.host}`,
            ...headerLines(options.headers, options.masker),
          ].join('\n'),
        ),
        response: options.masker.mask(response),
        curl: options.masker.mask(curlOf(options)),
        violations: [],
      }),
      response.startsWith('HTTP/'),
    );
  };
  return new Promise((resolve, reject) => {
    const request = send(url, {
      headers: { ...options.headers },
      agent: false,
      signal: options.signal,
      timeout: 10_000,
      ...options.connect,
    });
    const finish = (answer: UpgradeAnswer): void => {
      const lines = headerLines(answer.headers, options.masker);
      note(
        [`HTTP/1.1 ${String(answer.status)}`, ...lines, '', excerpt(answer.body, 2_000)].join('\n'),
      );
      request.destroy();
      resolve(answer);
    };
    request.on('upgrade', (response, socket) => {
      socket.destroy();
      finish({ status: response.statusCode ?? 101, headers: response.headers, body: '' });
    });
    request.on('response', (response) => {
      readRefusal(response, (body) => {
        finish({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 10 s')));
    request.on('error', (error) => {
      note(`(${error.message})`);
      reject(new NoAnswer(`GET ${url.pathname}: ${error.message}`));
    });
    request.end();
  });
}

function headerLines(headers: Readonly<Record<string, unknown>>, masker: Masker): string[] {
  return Object.entries(headers).map(
    ([name, value]) => `${name}: ${masker.header(name, String(value))}`,
  );
}

function curlOf(options: RawUpgradeOptions): string {
  const headers = Object.entries(options.headers).map(([name, value]) =>
    !options.masker.reveals && secretHeaders.has(name.toLowerCase())
      ? `-H "${name}: $${name.toUpperCase().replaceAll('-', '_')}"`
      : `-H ${quote(`${name}: ${value}`)}`,
  );
  return ['curl -i -N --http1.1', ...headers, quote(options.url)].join(' ');
}
