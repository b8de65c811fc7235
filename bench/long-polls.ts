/** Many idle long polls of Quatrix: what they take, and how soon one of them wakes. */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { profile } from '../mocks/systems/quatrix/initial.js';
import { pollPath, profilePath } from '../suites/quatrix/subject.js';
import { head, median, row, whole } from './print.js';
import { mockOf, start, type Running } from './servers.js';
import { logIn } from './signed-calls.js';

/** Opens a poll; resolves once it is sent. */
function poll(
  server: Running,
  channel: string,
  cursor: string,
  answered: (answer: string) => void,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1');
    socket.once('connect', () => {
      const request = `GET ${pollPath}?id=${channel} HTTP/1.1\r\nHost: 127.0.0.1\r\n${cursor}\r\n`;
      socket.write(request, () => {
        resolve(socket);
      });
    });
    socket.once('data', (chunk: Buffer) => {
      answered(chunk.toString('latin1'));
    });
    socket.once('error', reject);
  });
}

/** The headers that ask for what comes after an answer. */
function cursorAfter(answer: string): string {
  const since = /^last-modified: (.*)$/im.exec(answer)?.[1]?.trim() ?? '';
  const match = /^etag: (.*)$/im.exec(answer)?.[1]?.trim() ?? '';
  return `If-Modified-Since: ${since}\r\nIf-None-Match: ${match}\r\n`;
}

async function channelOf(server: Running, user: number): Promise<string> {
  const session = await logIn(server.url, user);
  const now = String(Math.floor(Date.now() / 1000));
  const answer = await fetch(`${server.url}${profilePath}`, {
    headers: session.headers(profilePath, now),
  });
  const { channel } = (await answer.json()) as { channel?: string };
  if (channel === undefined) throw new Error('the profile names no channel');
  return channel;
}

function wake(server: Running, login: string): Promise<Response> {
  return fetch(`${server.url}/_countersign/trigger`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      system: 'quatrix',
      event: 'file-deleted',
      affects: [login],
      data: [{ id: 'bench' }],
    }),
  });
}

/** Resident memory of a process in MB, where the system tells. */
function residentMb(pid: number | undefined): number {
  const found = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  return Number(found?.[1] ?? Number.NaN) / 1024;
}

/** Holds polls of one user idle, and wakes the poll of another again and again. */
export async function measureLongPolls(count: number, rounds: number): Promise<void> {
  const server = await start(mockOf(['quatrix']));
  const sockets: Socket[] = [];
  try {
    const idle = await channelOf(server, 1);
    const awaited = await channelOf(server, 0);
    const before = residentMb(server.pid);
    let ended = 0;
    const startedAt = performance.now();
    for (let opened = 0; opened < count; opened += 500) {
      const batch = Array.from({ length: Math.min(500, count - opened) }, () =>
        poll(server, idle, '', () => {
          ended += 1;
        }),
      );
      sockets.push(...(await Promise.all(batch)));
    }
    const login = profile.users[0]?.login ?? '';
    const delays: number[] = [];
    let cursor = '';
    for (let round = 0; round < rounds; round += 1) {
      let woken: ((answer: string) => void) | undefined;
      const answered = new Promise<string>((resolve) => {
        woken = resolve;
      });
      sockets.push(await poll(server, awaited, cursor, (text) => woken?.(text)));
      await new Promise((resolve) => setTimeout(resolve, 20));
      const sentAt = performance.now();
      const triggered = wake(server, login);
      cursor = cursorAfter(await answered);
      delays.push(performance.now() - sentAt);
      const answer = await triggered;
      if (answer.status !== 200) throw new Error(`the trigger answered ${String(answer.status)}`);
    }
    const held = residentMb(server.pid);
    const seconds = (performance.now() - startedAt) / 1000;
    if (ended > 0)
      throw new Error(`${String(ended)} idle polls ended within ${seconds.toFixed(0)} s`);
    head(['idle long polls', 'value']);
    row(['held at once', whole(count)]);
    row(['resident memory before, with them', `${whole(before)} MB, ${whole(held)} MB`]);
    row([
      'from the trigger to the answer of the one poll awaited, median',
      `${median(delays).toFixed(1)} ms`,
    ]);
    row(['the slowest', `${Math.max(...delays).toFixed(1)} ms`]);
  } finally {
    for (const socket of sockets) socket.destroy();
    await server.stop();
  }
}
