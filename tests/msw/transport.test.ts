import { setupServer } from 'msw/node';
import { http, HttpResponse } from 'msw';
import nodeHttp from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { countersign, type CountersignOptions, type MswMock } from '../../mocks/msw.js';
import { blob, flows, stageAt } from '../support/flows.js';

const baseUrl = 'https://api.example.test';
let mock: MswMock;
let server: ReturnType<typeof setupServer> | undefined;

async function start(options: Partial<CountersignOptions> = {}): Promise<void> {
  mock = await countersign({ baseUrl, seed: 1, systems: ['quatrix'], ...options });
  server = setupServer(...mock.handlers);
  server.listen({ onUnhandledRequest: 'error' });
}

afterEach(async () => {
  server?.close();
  server = undefined;
  await mock.close();
});

const user = { affects: ['user@example.com'], data: [] } as const;

/** The channel of the first user, from a login as a client makes it. */
async function channel(headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const quatrix = flows.find((flow) => flow.system === 'quatrix');
  const stage = stageAt(baseUrl, {}, headers);
  await quatrix?.first(stage);
  return stage.memory.channel ?? '';
}

describe('handlers', () => {
  it('are one per origin, and one more per origin where there is a socket', async () => {
    await start();
    expect(mock.handlers).toHaveLength(1);
    await mock.close();
    mock = await countersign({ baseUrl });
    expect(mock.handlers).toHaveLength(2);
    await mock.close();
    mock = await countersign({ baseUrl: [baseUrl, 'http://127.0.0.1:4010', `${baseUrl}/`] });
    expect(mock.handlers).toHaveLength(4);
  });

  it('leave other origins, and longer ones, to others', async () => {
    await start();
    server?.use(
      http.get('https://api.example.test.evil/*', () => HttpResponse.text('another')),
      http.get('https://other.test/*', () => HttpResponse.text('another')),
    );
    for (const origin of ['https://api.example.test.evil', 'https://other.test']) {
      const answer = await fetch(`${origin}/languages/default`);
      expect(await answer.text()).toBe('another');
    }
  });

  it('can be overridden as any other handler', async () => {
    await start();
    server?.use(
      http.all(`${baseUrl}/session/login`, () => new HttpResponse(null, { status: 429 })),
    );
    expect((await fetch(`${baseUrl}/session/login`)).status).toBe(429);
  });

  it('give their answers to the client, to the events of MSW, and to whoever copies them', async () => {
    await start();
    const heard: Promise<string>[] = [];
    server?.events.on('response:mocked', ({ response }) => {
      heard.push(response.text());
    });
    const answer = await fetch(`${baseUrl}/languages/default`);
    const copies = [answer.clone(), answer.clone()];
    const text = await answer.text();
    expect(JSON.parse(text)).toEqual(expect.anything());
    const others = await Promise.all([...heard, ...copies.map((copy) => copy.text())]);
    expect(others).toEqual([text, text, text]);
    expect(() => answer.clone()).toThrow(TypeError);

    const begun = (await fetch(`${baseUrl}/languages/default`)).body;
    const reader = begun?.getReader();
    await reader?.read();
    reader?.releaseLock();
    // What was read already is in no copy of the rest.
    const rests = (begun?.tee() ?? []).map((rest) => new Response(rest).text());
    expect(await Promise.all(rests)).toEqual(['', '']);
  });

  it('serve the control plane, and unknown paths like the server', async () => {
    await start({ systems: ['quatrix', 'ssks'] });
    const clock = await fetch(`${baseUrl}/_countersign/clock`);
    expect(await clock.json()).toEqual({ now: expect.any(String) as unknown });
    const unknown = await fetch(`${baseUrl}/nothing`);
    expect([unknown.status, await unknown.text()]).toEqual([
      404,
      'no system of this mock serves this path',
    ]);
  });

  it('serve clients that use the http module of Node', async () => {
    await start({ baseUrl: 'http://127.0.0.1:4010' });
    const body = await new Promise<string>((resolve, reject) => {
      const request = nodeHttp.request('http://127.0.0.1:4010/languages/default', (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          resolve(`${String(answer.statusCode)} ${Buffer.concat(chunks).toString()}`);
        });
      });
      request.on('error', reject);
      request.end();
    });
    expect(body).toMatch(/^[1-5]\d\d \S/);
  });

  it('answer HEAD without a body and with its length', async () => {
    await start({ systems: ['keyservice'] });
    const get = await fetch(`${baseUrl}/nothing`);
    const head = await fetch(`${baseUrl}/nothing`, { method: 'HEAD' });
    expect(head.status).toBe(get.status);
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    expect(await head.text()).toBe('');
  });

  it('refuse a body over the limit as the system words it', async () => {
    await start({ systems: ['ssks'] });
    const answer = await fetch(`${baseUrl}/push/`, {
      method: 'POST',
      headers: { 'X-SEALD-APPID': '5ea1d000-0000-4000-8000-000000000001' },
      body: new Uint8Array(3 * 1024 * 1024),
    });
    expect(answer.status).toBe(413);
  });
});

describe('a long poll', () => {
  it('is held until something happens', async () => {
    await start();
    const id = await channel();
    let settled = false;
    const poll = fetch(`${baseUrl}/mq/req?id=${id}`).then((answer) => {
      settled = true;
      return answer;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(settled).toBe(false);
    const jobId = await mock.trigger({ system: 'quatrix', event: 'file-deleted', ...user });
    expect(await (await poll).text()).toContain(jobId);
  });

  it('ends when its time is over on the mock\u2019s clock', async () => {
    await start();
    const id = await channel();
    const poll = fetch(`${baseUrl}/mq/req?id=${id}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await mock.clock.advance('31s');
    expect((await poll).status).toBe(304);
  });

  it('is forgotten when the client gives up', async () => {
    await start();
    const id = await channel();
    const leaving = new AbortController();
    const poll = fetch(`${baseUrl}/mq/req?id=${id}`, { signal: leaving.signal });
    await new Promise((resolve) => setTimeout(resolve, 50));
    leaving.abort();
    await expect(poll).rejects.toThrow('aborted');
    const jobId = await mock.trigger({ system: 'quatrix', event: 'file-deleted', ...user });
    const next = await fetch(`${baseUrl}/mq/req?id=${id}`);
    expect(await next.text()).toContain(jobId);
  });

  it('fails when the mock is closed', async () => {
    await start();
    const poll = fetch(`${baseUrl}/mq/req?id=${await channel()}`);
    const failed = expect(poll).rejects.toThrow(TypeError);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await mock.close();
    await failed;
    await expect(fetch(`${baseUrl}/languages/default`)).rejects.toThrow(TypeError);
  });
});

describe('worlds', () => {
  it('are chosen by the header and seen through the library', async () => {
    await start({ systems: ['textsecure'] });
    const alice = mock.world('Alice');
    const number = '+15550000009';
    const path = `/v1/accounts/sms/code/${number}`;
    await fetch(`${baseUrl}${path}`, { headers: alice.headers });
    expect(mock.inbox.list()).toEqual([]);
    expect(await alice.inbox.next({ recipient: number })).toMatchObject({ channel: 'sms' });
    await alice.clock.advance('1h');
    expect(alice.clock.now().getTime() - mock.clock.now().getTime()).toBeGreaterThan(3_599_000);
    await alice.reset();
    expect(alice.inbox.list()).toEqual([]);
    expect(mock.world('alice')).toBe(alice);
  });
});

describe('binary bodies', () => {
  it('go in and come back unchanged', async () => {
    await start({ systems: ['textsecure'] });
    const textsecure = flows.find((flow) => flow.system === 'textsecure');
    const stage = stageAt(baseUrl);
    await textsecure?.first(stage);
    await textsecure?.second(stage);
    expect(stage.answers.at(-1)?.bytes).toBe(Buffer.from(blob).toString('hex'));
  });
});

describe('wrong options', () => {
  it.each([
    [{ baseUrl: 'nowhere' }, 'baseUrl "nowhere" is no URL'],
    [{ baseUrl: 'https://a.test/api' }, 'must be an origin'],
    [{ baseUrl: 'ftp://a.test' }, 'must be an origin'],
    [{ systems: ['sks'] }, 'there is no system "sks"; known: misakey, textsecure'],
  ])('%j are refused with words', async (options, words) => {
    await start();
    await expect(countersign({ baseUrl, ...options } as CountersignOptions)).rejects.toThrow(words);
  });
});
