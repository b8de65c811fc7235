/** The mock inside a page: bundled as a page's author would, in a real browser, with no server. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { build } from 'esbuild';
import { people } from '../../mocks/systems/misakey/people.js';
import { profile as misakey } from '../../mocks/systems/misakey/profile.js';
import type {} from './msw-page.js';

let server: Server;
let origin: string;
const api = 'https://api.example.test';

test.beforeAll(async () => {
  const require = createRequire(import.meta.url);
  const built = await build({
    entryPoints: [fileURLToPath(new URL('msw-page.ts', import.meta.url))],
    outdir: '/',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    minify: true,
    write: false,
  });
  const worker = require
    .resolve('msw/package.json')
    .replace('package.json', 'lib/mockServiceWorker.js');
  const files = new Map<string, string>([
    ['/', '<!doctype html><script type="module" src="/msw-page.js"></script>'],
    ['/mockServiceWorker.js', readFileSync(worker, 'utf8')],
    ...built.outputFiles.map((file): [string, string] => [file.path, file.text]),
  ]);
  server = createServer((message, reply) => {
    const text = files.get(message.url ?? '');
    reply.writeHead(text === undefined ? 404 : 200, {
      'Content-Type': message.url === '/' ? 'text/html' : 'text/javascript',
    });
    reply.end(text ?? 'the server of the page has no such file');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://localhost:${String((server.address() as AddressInfo).port)}`;
});

test.afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.beforeEach(async ({ page }) => {
  await page.goto(origin);
  await page.waitForFunction(() => 'start' in window);
});

test('a client registers, and its attachment comes back byte for byte', async ({ page }) => {
  const seen = await page.evaluate(async (baseUrl) => {
    const handlers = await window.start({ systems: ['textsecure'], baseUrl, seed: 1 });
    const number = '+15550000001';
    const headers = { Authorization: `Basic ${btoa(`${number}:secret`)}` };
    await fetch(`${baseUrl}/v1/accounts/sms/code/${number}`);
    const { code } = await window.mock.inbox.next({ recipient: number });
    const confirmed = await fetch(`${baseUrl}/v1/accounts/code/${code ?? ''}`, {
      method: 'PUT',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ signalingKey: btoa('x'.repeat(52)), supportsSms: false }),
    });
    const blob = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 7) % 256);
    const place = (await (await fetch(`${baseUrl}/v1/attachments/`, { headers })).json()) as {
      id: string;
      location: string;
    };
    await fetch(place.location, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: blob,
    });
    const found = await fetch(`${baseUrl}/v1/attachments/${place.id}`, { headers });
    const { location } = (await found.json()) as { location: string };
    const back = new Uint8Array(await (await fetch(location)).arrayBuffer());
    return {
      handlers,
      confirmed: confirmed.status,
      host: new URL(place.location).host,
      same: back.length === blob.length && back.every((byte, at) => byte === blob[at]),
    };
  }, api);
  expect(seen).toEqual({ handlers: 1, confirmed: 200, host: 'api.example.test', same: true });
});

test('a long poll is held until something happens', async ({ page }) => {
  const seen = await page.evaluate(async (baseUrl) => {
    await window.start({ systems: ['quatrix'], baseUrl, seed: 1 });
    let answered = false;
    const poll = fetch(`${baseUrl}/mq/req?id=nobody`).then((answer) => {
      answered = true;
      return answer.status;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const early = answered;
    await window.mock.clock.advance('31s');
    return [early, await poll];
  }, api);
  expect(seen).toEqual([false, 304]);
});

test('in chaos answers come in other forms, and whole', async ({ page }) => {
  const seen = await page.evaluate(async (baseUrl) => {
    await window.start({ systems: ['misakey', 'keyservice'], baseUrl, seed: 1, chaos: true });
    const forms: { text: string; via: boolean; length: boolean }[] = [];
    for (let turn = 0; turn < 40; turn += 1) {
      const answer = await fetch(`${baseUrl}/csrf`);
      const { headers } = answer;
      forms.push({
        text: await answer.text(),
        via: headers.has('via'),
        length: headers.has('content-length'),
      });
    }
    return {
      whole: forms.every(({ text }) => /"csrf_token": *"[^"]+"/.test(text)),
      extra: new Set(forms.map(({ text }) => text.includes('x-extra'))).size,
      via: new Set(forms.map(({ via }) => via)).size,
      length: new Set(forms.map(({ length }) => length)).size,
    };
  }, api);
  expect(seen).toEqual({ whole: true, extra: 2, via: 2, length: 2 });
});

test('the page keeps its own files, its cookies count, and its socket opens', async ({ page }) => {
  const [alice, bob] = misakey.identities;
  const seen = await page.evaluate(
    async ({ alice, bob, key }) => {
      const baseUrl = location.origin;
      await window.start({ systems: ['misakey'], baseUrl, seed: 1 });
      const refused = (await fetch(`/identities/${alice.id}/notifications`)).status;
      document.cookie = `accesstoken=${alice.accessToken}; path=/`;
      document.cookie = 'tokentype=bearer; path=/';
      const token = await fetch('/csrf');
      const csrf = Object.values((await token.json()) as Record<string, string>)[0] ?? '';
      const contact = await fetch(`/box-users/${alice.id}/contact`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf },
        body: JSON.stringify({
          contacted_identity_id: bob.id,
          box: { title: 'A - B', public_key: 'SXvalkvhuhcj2UiaS4d0Q3OeuHOhMVeQT7ZGfCH2YCw' },
          key_share: {
            misakey_share: 'lBHT1vfwFAIBig5Nj_sD_w',
            invitation_share_hash: 'hash000000000000000001',
            encrypted_invitation_key_share: 'cGYMzgIO9rc03WoSLAyoiQdLu7he5VbMRImLhRPmwTQ',
          },
          crypto: { invitation_data: { [key]: 'encrypted' } },
        }),
      });
      const ack = JSON.stringify({ type: 'ack', object: { sender_id: alice.id, box_id: 'x' } });
      const echoed = await new Promise<string>((resolve) => {
        const socket = new WebSocket(`${baseUrl.replace('http', 'ws')}/box-users/${alice.id}/ws`);
        socket.onopen = () => {
          socket.send(ack);
        };
        socket.onmessage = (event) => {
          resolve(String(event.data));
        };
        socket.onerror = () => {
          resolve('error');
        };
      });
      const foreign = await new Promise<string>((resolve) => {
        const socket = new WebSocket(`${baseUrl.replace('http', 'ws')}/box-users/${bob.id}/ws`);
        socket.onopen = () => {
          resolve('open');
        };
        socket.onclose = (event) => {
          resolve(`close ${String(event.code)}`);
        };
      });
      const ownFile = await (await fetch('/no-such-file')).text();
      return { refused, contact: contact.status, echoed: echoed === ack, foreign, ownFile };
    },
    {
      alice: { id: alice?.id ?? '', accessToken: alice?.accessToken ?? '' },
      bob: { id: bob?.id ?? '' },
      key: people.identities[1]?.nonIdentifiedKey ?? '',
    },
  );
  expect(seen).toEqual({
    refused: 401,
    contact: 201,
    echoed: true,
    foreign: 'close 1006',
    ownFile: 'the server of the page has no such file',
  });
});

test('the other systems answer in a page too', async ({ page }) => {
  const seen = await page.evaluate(async (baseUrl) => {
    await window.start({ systems: ['ssks', 'keyservice'], baseUrl, seed: 1 });
    const key = await fetch(`${baseUrl}/Service`, {
      method: 'POST',
      body: new URLSearchParams({ passphrase: 'secret' }),
    });
    const { KeyToken: token } = (await key.json()) as { KeyToken: string };
    await fetch(`${baseUrl}/Service`, {
      method: 'PUT',
      body: new URLSearchParams({ token, message: 'zwei 世' }),
    });
    const list = await fetch(`${baseUrl}/Service?token=${token}&passphrase=secret`);
    const refused = await fetch(`${baseUrl}/tmr/front/search/`, { method: 'POST' });
    return [await list.text(), refused.status];
  }, api);
  expect(seen).toEqual([expect.stringContaining('zwei 世'), 403]);
});
