/**
 * What an open dashboard costs a mock under steady load: processor time of the mock per request in
 * windows with the page open in a real Chromium, and in windows without it, one after the other.
 * Not throughput: the browser competes for the same cores, and its time is not the mock's. Where cores
 * are scarce it slows the mock's requests (cold caches), or quickens them (a mock that is woken less
 * often takes more at a time), so the page's requests are measured without the page as well.
 */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from '@playwright/test';
import type { LiveAnswer } from '../mocks/control/live-answer.js';
import { launchOptions } from '../tests/browser/chromium.js';
import { recover, register, type BenchAccount } from './accounts.js';
import { prepare } from './load.js';
import { head, median, row, whole } from './print.js';
import { mockOf, start, type Running } from './servers.js';
import { steadyLoad } from './steady.js';
import { workloads, type Workload } from './workloads.js';

export interface DashboardSettings {
  readonly requestsPerSecond: number;
  readonly durationMs: number;
  readonly rounds: number;
  readonly connections: number;
  readonly accounts: number;
}

interface Window {
  readonly rate: number;
  /** Processor time of the mock per request of the load in µs. */
  readonly processor: number;
  /** Answers to the page within the window. */
  readonly looks: number;
}

/** Of a hundred requests: look-ups, twenty messages that become pushes, and ten with a wrong password. */
function mixture(accounts: readonly BenchAccount[]): Workload {
  const [lookUp, , , deliver] = workloads(accounts);
  if (lookUp === undefined || deliver === undefined) throw new Error('there are no workloads');
  const number = accounts[0]?.number ?? '';
  const wrong = Buffer.from(`${number}:wrong`).toString('base64');
  const refused = prepare('GET', `/v1/keys/${number}`, { Authorization: `Basic ${wrong}` });
  let turn = 0;
  return {
    name: '70 % look-ups, 20 % messages delivered, 10 % refused',
    expect: [200, 401],
    next() {
      turn += 1;
      const of = turn % 10;
      return of === 0 ? refused : of % 5 === 1 ? deliver.next() : lookUp.next();
    },
  };
}

/** Opens the page and waits until it lists traffic. */
async function openDashboard(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${url}/_countersign/#/traffic`);
  await page.locator('.row').first().waitFor();
  return page;
}

/** Something that looks at the mock through a window, until it is closed. */
interface Onlooker {
  /** Answers of the mock to it so far. */
  looks(): number;
  close(): Promise<void>;
}

/** The page in a real browser. */
async function page(browser: Browser, url: string): Promise<Onlooker> {
  const opened = await openDashboard(browser, url);
  let looks = 0;
  opened.on('response', (answer) => {
    if (answer.url().includes('/_countersign/live')) looks += 1;
  });
  return { looks: () => looks, close: () => opened.close() };
}

/** The requests of the page without the page. */
async function requestsOfPage(url: string): Promise<Onlooker> {
  let looks = 0;
  let [traffic, inbox] = [0, 0];
  const look = async (limit: number): Promise<void> => {
    const query = `traffic=${String(traffic)}&inbox=${String(inbox)}&limit=${String(limit)}`;
    const answer = await fetch(`${url}/_countersign/live?${query}`);
    const live = (await answer.json()) as LiveAnswer;
    [traffic, inbox] = [live.traffic.last, live.inbox.cursor];
    looks += 1;
  };
  await look(10_000);
  looks = 0;
  let under = Promise.resolve();
  const timer = setInterval(() => {
    under = under.then(() => look(500));
  }, 1_000);
  return {
    looks: () => looks,
    close() {
      clearInterval(timer);
      return under;
    },
  };
}

async function measureWindow(
  server: Running,
  workload: Workload,
  settings: DashboardSettings,
  onlooker: Onlooker | null,
): Promise<Window> {
  const before = server.processorMs();
  const result = await steadyLoad({
    host: '127.0.0.1',
    port: server.port,
    connections: settings.connections,
    durationMs: settings.durationMs,
    requestsPerSecond: settings.requestsPerSecond,
    next: workload.next,
    expect: workload.expect,
  });
  const processor = ((server.processorMs() - before) * 1000) / result.requests;
  const looks = onlooker?.looks() ?? 0;
  await onlooker?.close();
  if (onlooker !== null && looks === 0) throw new Error('nobody looked at the mock');
  return { rate: result.requestsPerSecond, processor, looks };
}

/** Windows of each kind; one closed window more, so that the others lie between two of those. */
interface Alternation {
  readonly closed: readonly Window[];
  readonly open: readonly Window[];
  readonly 'its requests alone': readonly Window[];
}

/** Windows closed, open, its requests alone, closed, …, closed, after a round that warms up. */
async function alternate(
  server: Running,
  browser: Browser,
  workload: Workload,
  settings: DashboardSettings,
): Promise<Alternation> {
  const measure = async (begin: () => Promise<Onlooker | null>): Promise<Window> => {
    await recover(server.url);
    return measureWindow(server, workload, settings, await begin());
  };
  const closed: Window[] = [];
  const open: Window[] = [];
  const alone: Window[] = [];
  for (let round = 0; round <= settings.rounds; round += 1) {
    closed.push(await measure(() => Promise.resolve(null)));
    open.push(await measure(() => page(browser, server.url)));
    alone.push(await measure(() => requestsOfPage(server.url)));
  }
  closed.push(await measure(() => Promise.resolve(null)));
  return {
    closed: closed.slice(1),
    open: open.slice(1),
    'its requests alone': alone.slice(1),
  };
}

/**
 * How much more windows cost than the closed ones before and after them, as a share; the median of
 * all. What else the machine does comes and goes, and would be taken for the dashboard's doing.
 */
function costOf(windows: readonly Window[], closed: readonly Window[]): number {
  const ratios = windows.map(({ processor }, index) => {
    const around = closed.slice(index, index + 2).map((window) => window.processor);
    return processor / (around.reduce((sum, one) => sum + one, 0) / around.length);
  });
  return median(ratios) - 1;
}

/** Prints the cost of an open dashboard; says so where there is no Chromium. */
export async function measureDashboard(settings: DashboardSettings): Promise<void> {
  if (!existsSync(launchOptions.executablePath)) {
    console.log(
      `There is no ${launchOptions.executablePath}: name a Chromium in COUNTERSIGN_CHROMIUM`,
    );
    return;
  }
  const server = await start(mockOf(['textsecure']));
  const browser = await chromium.launch(launchOptions);
  try {
    const accounts = await register(server.url, settings.accounts);
    const lookUp = workloads(accounts)[0];
    if (lookUp === undefined) return;
    head([
      `${whole(settings.requestsPerSecond)} requests/s`,
      'dashboard',
      'reached, requests/s',
      'processor µs/request',
      'looks of the page/s',
      'cost of it',
    ]);
    for (const workload of [lookUp, mixture(accounts)]) {
      const measured = await alternate(server, browser, workload, settings);
      for (const [name, windows] of Object.entries(measured) as [string, readonly Window[]][]) {
        row([
          name === 'closed' ? workload.name : '',
          name,
          whole(median(windows.map(({ rate }) => rate))),
          median(windows.map(({ processor }) => processor)).toFixed(1),
          (median(windows.map(({ looks }) => looks)) / (settings.durationMs / 1000)).toFixed(1),
          name === 'closed' ? '' : `${(costOf(windows, measured.closed) * 100).toFixed(1)} %`,
        ]);
      }
    }
  } finally {
    await browser.close();
    await server.stop();
  }
}
