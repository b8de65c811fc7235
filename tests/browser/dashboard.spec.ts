/** The dashboard as a person meets it: in a real browser, in front of a real mock. */
import { expect, test, type Page } from '@playwright/test';
import { profile as misakey } from '../../mocks/systems/misakey/profile.js';
import { violationsOf } from './axe.js';
import {
  basic,
  open,
  register,
  sendMessage,
  startMock,
  watch,
  type TestMock,
} from './dashboard-page.js';

const ada = '+15550000001';
const bob = '+15550000002';
const sections = [
  'traffic',
  'traffic/1',
  'open',
  'inbox',
  'state/quatrix',
  'control',
  'reference/misakey/contactUser',
];

let mock: TestMock;
let seen: readonly string[];

test.beforeEach(async ({ page }) => {
  mock = await startMock();
  seen = watch(page, mock.url);
});
test.afterEach(async () => {
  await mock.close();
});

/** A mock in which something of everything has happened. */
async function fill(): Promise<void> {
  await register(mock, ada);
  await register(mock, bob);
  await sendMessage(mock, ada, bob, 'Good morning');
  await mock.ask('/v1/messages/', { method: 'POST', headers: basic(ada, 'wrong') });
  await mock.ask('/session/login');
  void mock.ask('/mq/req?id=nobody').catch(() => undefined);
  await mock.ask('/csrf', { headers: { 'x-countersign-world': 'alice' } });
  mock.worlds.main.world.faults.add({ name: 'slow', delay: { kind: 'fixed', milliseconds: 5 } });
}

/** Elements that reach beyond the right edge, unless what holds them scrolls or cuts with dots. */
async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, width] of [
    ['wide', 1280],
    ['as narrow as a phone', 360],
  ] as const) {
    test(`every section is readable for everybody: ${colorScheme}, ${name}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await fill();
      for (const section of sections) {
        await open(page, mock.url, section);
        if (section.startsWith('state')) {
          await page.locator('.twig', { hasText: 'accounts' }).click();
          await page.locator('.twig', { hasText: /^▸ 0/ }).click();
          await expect(page.locator('.tree .tree .tree')).toBeVisible();
        }
        if (section === 'traffic/1')
          await expect(page.getByRole('heading', { name: 'Request' })).toBeVisible();
        if (section.startsWith('reference'))
          await expect(page.getByText('Parameters').first()).toBeVisible();
        expect(await violationsOf(page), section).toEqual([]);
        expect(await overflow(page), section).toBe(0);
      }
      expect(seen).toEqual([]);
    });
  }
}

test('traffic arrives by itself, and says what the client did wrong', async ({ page }) => {
  await open(page, mock.url, 'traffic');
  await expect(page.getByText('Waiting for the first request')).toBeVisible();
  await register(mock, ada);
  const markup = '<img src=x onerror=alert(1)>';
  await mock.ask(`/v1/keys/${ada}?${markup}`, { headers: basic(ada, markup) });
  const row = page.getByRole('listitem').filter({ hasText: '/v1/keys/' });
  await expect(row).toContainText('the password is not the one');
  await row.getByRole('link').click();
  const exchange = page.getByRole('article', { name: 'Exchange' });
  await expect(exchange).toContainText('What the client did wrong');
  await expect(exchange).toContainText(encodeURI(markup).slice(0, 10));
  await expect(exchange.getByRole('link', { name: 'getPreKey' })).toHaveAttribute(
    'href',
    '#/reference/textsecure/getPreKey',
  );
  await mock.ask('/csrf', { headers: { 'x-evil': markup } });
  await page.getByRole('listitem').filter({ hasText: '/csrf' }).getByRole('link').click();
  await expect(exchange).toContainText(markup);
  await expect(page.locator('main img')).toHaveCount(0);
  await page.getByRole('button', { name: 'Refused only' }).click();
  await expect(page.getByRole('list', { name: 'Exchanges' }).getByRole('listitem')).toHaveCount(1);
  expect(seen).toEqual([]);
});

test('ten thousand exchanges are one short list, moved through with the keyboard', async ({
  page,
}) => {
  const { journal, clock } = mock.worlds.main.world;
  const headers = {};
  const body = new Uint8Array(0);
  const record = (path: string): void => {
    const request = { method: 'GET', path, query: '', headers, body };
    journal.record(clock.now(), 'misakey', 'getCsrfToken', request, {
      status: 200,
      headers,
      body: null,
    });
  };
  for (let at = 1; at <= 10_000; at += 1) record(`/csrf/${String(at)}`);
  await open(page, mock.url, 'traffic');
  await expect(page.getByText('10,000 exchanges')).toBeVisible();
  const rows = page.getByRole('list', { name: 'Exchanges' }).getByRole('listitem');
  expect(await rows.count()).toBeLessThan(60);
  await page.getByRole('link', { name: '/csrf/10000' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('link', { name: '/csrf/9999' })).toBeFocused();
  await page.keyboard.press('End');
  const target = page.locator('.target', { hasText: /^\/csrf\/1$/ });
  const oldest = page.locator('.row').filter({ has: target });
  await expect(oldest).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: '/csrf/2', exact: false })).toBeVisible();
  // One more comes in, and the oldest goes.
  record('/csrf/10001');
  await page.keyboard.press('Home');
  await expect(page.getByRole('link', { name: '/csrf/10001' })).toBeVisible();
  await expect(page.getByText('10,000 exchanges')).toBeVisible();
  await page.getByRole('searchbox').fill('/csrf/77');
  await expect(page.getByText('111 of 10,000 exchanges')).toBeVisible();
  expect(seen).toEqual([]);
});

test('a reader who has scrolled down is not moved by what comes in', async ({ page }) => {
  for (let at = 0; at < 40; at += 1) await mock.ask(`/csrf?n=${String(at)}`);
  await open(page, mock.url, 'traffic');
  const row = page.locator('.row', { hasText: '/csrf?n=20' });
  await page.locator('.rows').evaluate((list) => {
    list.scrollTop = 1_000;
  });
  await expect(row).toBeVisible();
  const place = async (): Promise<number> => Math.round((await row.boundingBox())?.y ?? -1);
  const before = await place();
  for (let at = 40; at < 50; at += 1) await mock.ask(`/csrf?n=${String(at)}`);
  await expect(page.getByText('50 exchanges')).toBeVisible();
  expect(await place()).toBe(before);
});

test('the keyboard alone leads past the navigation, to each section and back', async ({ page }) => {
  await open(page, mock.url, 'traffic');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await page.getByRole('link', { name: 'Inbox' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Inbox' })).toBeFocused();
  await expect(page).toHaveTitle('Inbox – Countersign mock');
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Traffic' })).toBeVisible();
});

test('codes and opened pushes land in the inbox', async ({ page }) => {
  await open(page, mock.url, 'inbox');
  await register(mock, ada);
  const code = mock.worlds.main.world.inbox.list({ recipient: ada })[0]?.code ?? 'none';
  await expect(page.getByText(code, { exact: true })).toBeVisible();
  await sendMessage(mock, ada, ada, 'To myself');
  const push = page.getByRole('listitem').filter({ hasText: 'Decrypted' });
  await expect(push).toContainText('To myself');
  await push.getByText('Payload as handed').click();
  await expect(push).toContainText('"type": "message"');
});

test('a push that came before many others is opened once it is seen', async ({ page }) => {
  await register(mock, ada);
  await sendMessage(mock, ada, ada, 'Long ago');
  const { inbox } = mock.worlds.main.world;
  const sms = { system: 'ssks', channel: 'sms', recipient: ada, subject: null } as const;
  for (let at = 0; at < 60; at += 1) inbox.add({ ...sms, code: '1', body: null, payload: null });
  await open(page, mock.url, 'inbox');
  await expect(page.getByRole('listitem').filter({ hasText: 'ssks' })).toHaveCount(50);
  await page.getByRole('button', { name: /^Show \d+ older ones/ }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Decrypted' })).toContainText(
    'Long ago',
  );
});

test('a value of the state is changed in place, and the next request meets it', async ({
  page,
}) => {
  await register(mock, ada);
  await open(page, mock.url, 'state/textsecure');
  await page.locator('.twig', { hasText: 'pending' }).click();
  await page.locator('.twig', { hasText: ada }).click();
  await page.locator('.twig', { hasText: /^▸ 1/ }).click();
  const codes = page.getByRole('list', { name: 'Entries of 1' });
  await codes.getByRole('button', { name: 'Edit 0' }).click();
  const field = page.getByRole('textbox', { name: 'New value of 0 (text)' });
  await expect(field).toBeFocused();
  await field.fill('424242');
  await page.keyboard.press('Enter');
  await expect(page.getByText('0 is changed.')).toBeVisible();
  await expect(page.getByText('"424242"')).toBeVisible();
  const answer = await mock.ask('/v1/accounts/code/424242', {
    method: 'PUT',
    headers: { ...basic(ada), 'content-type': 'application/json' },
    body: JSON.stringify({ signalingKey: Buffer.alloc(52).toString('base64'), supportsSms: true }),
  });
  expect(answer.status).toBe(200);
});

test('a value of another kind is refused in words', async ({ page }) => {
  await open(page, mock.url, 'state/misakey');
  await page.getByRole('button', { name: 'Edit lastNotificationId' }).click();
  await page.getByRole('textbox', { name: /lastNotificationId/ }).fill('many');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('takes a value of its kind: number')).toBeVisible();
  await page.keyboard.press('Escape');
});

test('a fault is set, met and taken away; the clock goes on', async ({ page }) => {
  await open(page, mock.url, 'control');
  const faults = page.getByRole('region', { name: 'Faults' });
  await faults.getByLabel('Requests that it meets').selectOption('getCsrfToken');
  await faults.getByLabel('Status').fill('503');
  await faults.getByRole('button', { name: 'Add fault' }).click();
  await expect(faults).toContainText('The rule holds from the next request on.');
  expect((await mock.ask('/csrf')).status).toBe(503);
  await expect(faults).toContainText('met 1 of 1');
  await faults.getByRole('button', { name: 'Remove fault-1' }).click();
  await expect(faults).toContainText('All goes as it should.');
  expect((await mock.ask('/csrf')).status).toBe(200);

  const clock = page.getByRole('region', { name: 'Clock' });
  await clock.getByRole('button', { name: 'Advance by 6h' }).click();
  await expect(clock).toContainText('The clock went on by 6h.');
  expect(mock.worlds.main.world.clock.ahead()).toBe(6 * 3_600_000);
  await clock.getByLabel('To (UTC)').fill('2030-01-02T03:04:05');
  await clock.getByRole('button', { name: 'Set' }).click();
  await expect(clock).toContainText('2030-01-02 03:04:0');
  await clock.getByLabel('To (UTC)').fill('2020-01-02T03:04:05');
  await clock.getByRole('button', { name: 'Set' }).click();
  await expect(clock).toContainText('the clock moves forward only');
});

test('scenarios, triggers, worlds and a reset are a click away', async ({ page }) => {
  await register(mock, ada);
  await open(page, mock.url, 'control');
  const scenarios = page.getByRole('region', { name: 'Scenarios' });
  await scenarios.getByLabel('System').selectOption('textsecure');
  await scenarios.getByRole('button', { name: /rate-limited/ }).click();
  await expect(scenarios).toContainText('textsecure: rate-limited is now the case.');
  expect((await mock.ask(`/v1/accounts/sms/code/${ada}`)).status).toBe(413);
  await page.getByRole('button', { name: 'Trigger' }).click();
  await expect(page.getByText('It happened.')).toBeVisible();
  const worlds = page.getByRole('region', { name: 'Worlds' });
  await worlds.getByLabel('New world').fill('alice');
  await worlds.getByRole('button', { name: 'Begin' }).click();
  await expect(page.getByRole('combobox', { name: 'World', exact: true })).toHaveValue('alice');
  await page.getByRole('link', { name: 'Traffic' }).click();
  await expect(page.getByText('Waiting for the first request')).toBeVisible();
  await page.getByRole('combobox', { name: 'World', exact: true }).selectOption('main');
  await expect(page.getByRole('link', { name: /sms\/code/ }).first()).toBeVisible();
  await page.getByRole('link', { name: 'Control' }).click();
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(page.getByText('The world is as new.')).toBeVisible();
  await page.getByRole('link', { name: 'Traffic' }).click();
  await expect(page.getByText('Waiting for the first request')).toBeVisible();
});

test('held polls and open sockets are there while they last', async ({ page }) => {
  await open(page, mock.url, 'open');
  await expect(page.getByText('Nothing is held or open')).toBeVisible();
  const stop = new AbortController();
  const poll = mock.ask('/mq/req?id=somebody', { signal: stop.signal }).catch(() => undefined);
  await expect(page.getByText('/mq/req?id=somebody')).toBeVisible();
  mock.worlds.main.world.clock.advance(60_000);
  await poll;
  await expect(page.getByText('Nothing is held or open')).toBeVisible();

  const [alice] = misakey.identities;
  const id = alice?.id ?? '';
  const { WebSocket } = await import('undici');
  const socket = new WebSocket(`${mock.url.replace('http', 'ws')}/box-users/${id}/ws`, {
    headers: { cookie: `accesstoken=${alice?.accessToken ?? ''}; tokentype=bearer` },
  });
  const ack = JSON.stringify({ type: 'ack', object: { sender_id: id, box_id: 'x' } });
  socket.addEventListener('open', () => {
    socket.send(ack);
  });
  const card = page.getByRole('article').filter({ hasText: 'WebSocket' });
  await expect(card).toContainText('1 sent, 1 received');
  await expect(card.getByText(ack).first()).toBeVisible();
  socket.close();
  await expect(page.getByText('Nothing is held or open')).toBeVisible();
});

test('the reference shows what the documents say, with their prose', async ({ page }) => {
  await open(page, mock.url, 'reference/quatrix/login');
  await expect(page.locator('#operation-login > summary')).toBeFocused();
  await expect(page.locator('#operation-login')).toContainText(
    'no age of the timestamp is refused',
  );
  await page.getByText('Credentials of the initial state').click();
  await expect(page.getByText('"login": "user@example.com"').first()).toBeVisible();
  await page.getByRole('link', { name: 'misakey' }).click();
  await expect(page.getByRole('heading', { name: 'Realtime', exact: true })).toBeVisible();
  await page.getByText('receiveBoxEvent').click();
  await expect(page.getByText('Only the creator of the box sees').first()).toBeVisible();
});

test('a theme is chosen, and stays chosen', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await open(page, mock.url, 'traffic');
  const ground = (): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
  await expect.poll(ground).not.toBe(light);
  const dark = await ground();
  await page.reload();
  await expect(page.getByRole('combobox', { name: 'Theme' })).toHaveValue('dark');
  await expect.poll(ground).toBe(dark);
});

test('beyond loopback the page asks for the token, or takes it out of its address', async ({
  page,
}) => {
  const guarded = await startMock({ host: '0.0.0.0' });
  try {
    const token = guarded.server.token ?? '';
    await page.goto(`${guarded.url}/_countersign/`);
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Open' }).click();
    await expect(page.getByRole('heading', { name: 'Traffic' })).toBeVisible();
    const other = await page.context().newPage();
    await other.goto(`${guarded.url}/_countersign/?token=${token}`);
    await expect(other.getByText('Waiting for the first request')).toBeVisible();
    expect(other.url()).not.toContain(token);
    await other.close();
  } finally {
    await guarded.close();
  }
});

test('a mock that goes away is missed, and taken up again', async ({ page }) => {
  const { port } = new URL(mock.url);
  await open(page, mock.url, 'traffic');
  await expect(page.getByText('Waiting for the first request')).toBeVisible();
  await mock.close();
  await expect(page.getByText('The mock does not answer')).toBeVisible();
  mock = await startMock({ port: Number(port) });
  await mock.ask('/csrf');
  await expect(page.getByText('The mock does not answer')).toBeHidden();
  await expect(page.getByRole('link', { name: '/csrf' })).toBeVisible();
});
