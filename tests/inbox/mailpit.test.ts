import { afterEach, describe, expect, it } from 'vitest';
import { createMailpitReader } from '../../suites/engine/inbox/mailpit.js';
import type { MailpitSource } from '../../suites/engine/inbox/source.js';
import { closedPort, serve } from '../suite-engine/server.js';
import { startMailpit, type Mailpit, type MailpitOptions } from './mailpit.js';

const running: Mailpit[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(options?: MailpitOptions): Promise<Mailpit> {
  const server = await startMailpit(options);
  running.push(server);
  return server;
}

function to(Email: string): { To: [{ Email: string }] } {
  return { To: [{ Email }] };
}

async function refusal(setting: string | MailpitSource): Promise<string> {
  return createMailpitReader(setting)
    .find('a@b.test')
    .then(
      () => 'it did not fail',
      (error: unknown) => (error as Error).message,
    );
}

describe('Mailpit', () => {
  it('gives the mails to one address, oldest first', async () => {
    const server = await start();
    server.send({ ...to('One@box.test'), Subject: 'Größe', HTML: '<p>1</p>', Text: '1' });
    server.send({ ...to('zone@box.test'), Text: 'a longer address that holds the shorter one' });
    server.send({ ...to('one@box.test'), Text: '2' });
    const mails = await createMailpitReader(server.url).find('one@box.test');
    expect(mails.map(({ subject, html, text }) => [subject, html, text])).toEqual([
      ['Größe', '<p>1</p>', '1'],
      ['', null, '2'],
    ]);
    for (const { receivedAt } of mails) {
      expect(new Date(receivedAt).toISOString()).toBe(receivedAt);
    }
  });

  it('is asked for the text of a mail once', async () => {
    const server = await start();
    const reader = createMailpitReader(server.url);
    server.send({ ...to('a@box.test'), Text: '1' });
    const [first] = await reader.find('a@box.test');
    server.send({ ...to('a@box.test'), Text: '2' });
    expect((await reader.find('a@box.test'))[0]).toBe(first);
    expect(server.asked.filter((path) => path.includes('/message/'))).toHaveLength(2);
  });

  it('is asked page by page', async () => {
    const server = await start();
    for (let sent = 1; sent <= 120; sent += 1) {
      server.send({ ...to('many@box.test'), Text: String(sent) });
    }
    const mails = await createMailpitReader(server.url).find('many@box.test');
    expect(mails.map(({ text }) => Number(text))).toEqual(
      Array.from({ length: 120 }, (_, index) => index + 1),
    );
  });

  it('may ask for credentials, and stand below a path', async () => {
    const server = await start({ credentials: 'me:pä:ss', webroot: '/mail' });
    server.send({ ...to('a@box.test'), Text: '1' });
    const inUrl = server.url.replace('//', `//me:${encodeURIComponent('pä:ss')}@`);
    for (const setting of [inUrl, { url: `${server.url}/`, user: 'me', password: 'pä:ss' }]) {
      expect(await createMailpitReader(setting).find('a@box.test')).toHaveLength(1);
    }
    const wrong = await refusal({ url: server.url, user: 'me', password: 'guess-it' });
    expect(wrong).toMatch(/^Mailpit at http.*\/mail refused the credentials; give user/);
    expect(createMailpitReader(inUrl).name).toBe(`Mailpit at ${server.url}`);
  });

  it.each<[string, number, string, RegExp]>([
    ['something else', 404, 'no', /answered 404 to \/api\/v1\/search$/],
    ['a page', 200, '<html>', /answered text that is not JSON: is it the web interface's URL\?$/],
    ['another JSON', 200, '{}', /answered a search without a list "messages"$/],
  ])('told from %s', async (_, status, body, words) => {
    const { url } = await serve((_request, reply) => {
      reply.writeHead(status).end(body);
    });
    expect(await refusal(url)).toMatch(words);
  });

  it('that does not run is named', async () => {
    expect(await refusal(await closedPort())).toMatch(/^Mailpit at http.* cannot be used: /);
  });

  it('gives its credentials to no other server', async () => {
    const other = await serve((_request, reply) => {
      reply.writeHead(200).end('{"messages":[]}');
    });
    const { url } = await serve((_request, reply) => {
      reply.writeHead(302, { Location: other.url }).end();
    });
    expect(await refusal({ url, user: 'a', password: 'b' })).toMatch(/cannot be used/);
    expect(other.seen).toEqual([]);
  });
});
