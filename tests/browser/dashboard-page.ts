/** What the tests of the dashboard have in common: a mock of their own, and a page under watch. */
import { fileURLToPath } from 'node:url';
import { expect, type Page } from '@playwright/test';
import { createWorlds, type Worlds } from '../../mocks/engine/worlds.js';
import { systems } from '../../mocks/registry.js';
import { serveNode, type NodeServer, type NodeServerOptions } from '../../mocks/transports/node.js';
import { bundleDashboard } from '../../scripts/dashboard.js';

export interface TestMock {
  readonly url: string;
  readonly worlds: Worlds;
  readonly server: NodeServer;
  ask(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

let bundled: Promise<void> | undefined;

/** A mock with all systems; the page is bundled from the sources as they are now. */
export async function startMock(options: Partial<NodeServerOptions> = {}): Promise<TestMock> {
  bundled ??= bundleDashboard(
    fileURLToPath(new URL('../../dist/mocks/dashboard', import.meta.url)),
  );
  await bundled;
  const worlds = createWorlds({ systems, seed: 1, journal: 10_000 });
  const server = await serveNode(worlds, { host: '127.0.0.1', port: 0, ...options });
  const url = server.url.replace('0.0.0.0', '127.0.0.1');
  return {
    url,
    worlds,
    server,
    ask: (path, init) => fetch(url + path, init),
    close: () => server.close(),
  };
}

/** Everything that a page asks for elsewhere, and what it complains about. */
export function watch(page: Page, url: string): readonly string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('blob:')) {
      seen.push(`request ${request.url()}`);
    }
  });
  page.on('pageerror', (error) => seen.push(`error ${error.message}`));
  page.on('dialog', (dialog) => {
    seen.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error') seen.push(`console ${message.text()}`);
  });
  return seen;
}

/** Opens a section by its address, such as `traffic/17`. */
export async function open(page: Page, url: string, section: string): Promise<void> {
  await page.goto(`${url}/_countersign/#/${section}`);
  await expect(page.locator('h1')).toBeVisible();
}

export function basic(number: string, password = 'secret'): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${number}:${password}`).toString('base64')}` };
}

const jsonType = { 'content-type': 'application/json' };

/** A confirmed TextSecure account with a GCM id, made as a client makes it. */
export async function register(mock: TestMock, number: string): Promise<void> {
  await mock.ask(`/v1/accounts/sms/code/${number}`);
  const code = mock.worlds.main.world.inbox.list({ recipient: number }).at(-1)?.code ?? '';
  const headers = { ...jsonType, ...basic(number) };
  const key = Buffer.alloc(52, 7).toString('base64');
  await mock.ask(`/v1/accounts/code/${code}`, {
    method: 'PUT',
    headers,
    body: JSON.stringify({ signalingKey: key, supportsSms: false }),
  });
  await mock.ask('/v1/accounts/gcm/', {
    method: 'PUT',
    headers,
    body: JSON.stringify({ gcmRegistrationId: `gcm ${number}` }),
  });
}

/** A message from one account to another, which becomes an encrypted push. */
export async function sendMessage(
  mock: TestMock,
  from: string,
  to: string,
  text: string,
): Promise<void> {
  const body = Buffer.from(text).toString('base64');
  await mock.ask('/v1/messages/', {
    method: 'POST',
    headers: { ...jsonType, ...basic(from) },
    body: JSON.stringify({ messages: [{ type: 0, destination: to, body }] }),
  });
}
