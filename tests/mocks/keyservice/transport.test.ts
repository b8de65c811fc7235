import { describe, expect, it } from 'vitest';
import { call } from '../../support/request.js';
import { makeKey, multipart, newCore, read, send } from './client.js';

describe('the resource', () => {
  it.each(['/Service', '/Service/', '/service', '/SERVICE/Index', '/service/index/'])(
    'is served at %s',
    async (path) => {
      const core = newCore();
      expect((await send(core, 'POST', { passphrase: 'p' }, { path })).status).toBe(200);
      expect((await call(core, { method: 'OPTIONS', path })).status).toBe(204);
    },
  );

  it('has no further routes', async () => {
    const core = newCore();
    expect((await call(core, { method: 'POST', path: '/Service/Create' })).status).toBe(404);
    expect((await call(core, { path: '/Home' })).status).toBe(404);
  });

  it('shows people a page', async () => {
    const answer = await call(newCore(), { path: '/Service' });
    expect(answer.status).toBe(200);
    expect(answer.headers['Content-Type']).toMatch(/^text\/html/);
  });
});

describe('parameters', () => {
  it('are read from form, multipart and JSON bodies, the query, and three headers', async () => {
    const core = newCore();
    const { KeyToken: token } = await makeKey(core, { passphrase: 'pässwörd' });
    const put = (options: object): ReturnType<typeof call> =>
      call(core, { method: 'PUT', path: '/Service', ...options });
    expect((await put({ body: { Token: token, MESSAGE: 'json', v: 1 } })).status).toBe(200);
    expect((await put(multipart({ token, message: 'parts' }, []))).status).toBe(200);
    expect((await put({ path: `/Service?token=${token}&message=query` })).status).toBe(200);
    const header = Buffer.from('pässwörd').toString('latin1');
    const list = await call(core, { path: '/Service', headers: { token, passphrase: header } });
    expect(list.json()).toMatchObject([
      { MessageData: 'json' },
      { MessageData: 'parts' },
      { MessageData: 'query' },
    ]);
  });

  it('count in the order header, body, query; the first of several wins', async () => {
    const core = newCore();
    const { KeyToken: token } = await makeKey(core, { passphrase: 'p' });
    const path = `/Service?token=${token}&message=query&message=second`;
    await send(core, 'PUT', { message: 'body' }, { path });
    await send(core, 'PUT', { token: 'x', message: 'headed' }, { path, headers: { token } });
    await send(core, 'PUT', {}, { path, headers: { token: '  ' } });
    const list = await read(core, { token, passphrase: 'p' });
    expect(list.map((entry) => entry.MessageData)).toEqual(['body', 'headed', 'query']);
    // The first place that has a name counts, even when its value is blank.
    expect((await send(core, 'PUT', { token: ' ', message: 'x' }, { path })).status).toBe(400);
  });

  it('of DELETE are read from body and query alike', async () => {
    const core = newCore();
    const first = await makeKey(core, { passphrase: 'p' });
    const second = await makeKey(core, { passphrase: 'p' });
    const query = `/Service?token=${first.KeyToken}&passphrase=p`;
    expect((await call(core, { method: 'DELETE', path: query })).status).toBe(200);
    const values = { token: second.KeyToken, passphrase: 'p' };
    expect((await send(core, 'DELETE', values)).status).toBe(200);
  });

  it('may hold white space, which is content of a message only', async () => {
    const core = newCore();
    const { KeyToken: token } = await makeKey(core, { passphrase: ' p ' });
    expect((await send(core, 'PUT', { token, message: '  ' })).status).toBe(200);
    expect((await send(core, 'GET', { token, passphrase: 'p' })).status).toBe(400);
    expect(await read(core, { token, passphrase: ' p ' })).toMatchObject([{ MessageData: '  ' }]);
  });
});

describe('the format', () => {
  it.each([
    [undefined, undefined, 'json'],
    ['xml', undefined, 'xml'],
    ['XML', 'application/json', 'xml'],
    ['json', 'application/xml', 'json'],
    ['yaml', 'application/xml', 'xml'],
    [undefined, 'application/xml', 'xml'],
    [undefined, 'text/xml; charset=utf-8', 'xml'],
    [undefined, '*/*', 'json'],
    [undefined, 'application/xml, */*', 'json'],
    [undefined, 'application/xml, */*;q=0.5', 'xml'],
    [undefined, 'application/xml;q=0.4, application/*;q=0.3, */*', 'xml'],
    [undefined, 'application/xml;q=0', 'json'],
    [undefined, 'image/png', 'json'],
  ])('with format=%s and Accept %s is %s', async (format, accept, expected) => {
    const core = newCore();
    const answer = await send(
      core,
      'POST',
      { passphrase: 'p', format: expected === 'xml' ? 'json' : 'xml' },
      {
        path: format === undefined ? '/Service' : `/Service?Format=${format}`,
        ...(accept === undefined ? {} : { headers: { accept } }),
      },
    );
    expect(answer.headers['Content-Type']).toContain(expected);
  });

  it('holds for values, lists and refusals', async () => {
    const core = newCore();
    const { KeyToken: token } = await makeKey(core, { passphrase: 'p' });
    const path = '/Service?format=xml';
    const message = '<&>"\r\n \u0001 &lt;';
    const head = '<?xml version="1.0" encoding="utf-8"?><response>';
    const put = await send(core, 'PUT', { token, message }, { path });
    expect(put.text).toBe(`${head}true</response>`);
    const list = await send(core, 'GET', { token, passphrase: 'p' }, { path });
    expect(list.text).toContain(
      '<MessageData>&lt;&amp;&gt;"&#xD;\n \uFFFD &amp;lt;</MessageData><Created>',
    );
    expect(list.text).toMatch(/<Message><MessageId>1<.*<IsFile>false<\/IsFile><\/Message>/s);
    const refused = await send(core, 'POST', {}, { path });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain(head);
    const made = await send(core, 'POST', { passphrase: 'p' }, { path });
    expect(made.text).toContain('<LockDate xsi:nil="true" />');
    expect(made.text).not.toContain('<PrivateKey>');
  });

  it('of dates in JSON is that of the framework', async () => {
    const core = newCore({ startTime: Date.UTC(2026, 0, 1) });
    const answer = await send(core, 'POST', { passphrase: 'p' });
    expect(answer.text).toMatch(/"RequestDate":"\\\/Date\(1767225600\d{3}\)\\\/"/);
  });
});

describe('calls from other origins', () => {
  it('are allowed on every answer', async () => {
    const core = newCore();
    const answers = [
      await send(core, 'POST', { passphrase: 'p' }),
      await send(core, 'POST', {}),
      await call(core, { path: '/Home/GetFile' }),
      await call(core, { method: 'PATCH', path: '/Service' }),
    ];
    for (const answer of answers) {
      expect(answer.headers['Access-Control-Allow-Origin']).toBe('*');
    }
  });

  it('are announced by a preflight', async () => {
    const answer = await call(newCore(), {
      method: 'OPTIONS',
      path: '/Service',
      headers: { 'access-control-request-headers': 'content-type' },
    });
    expect(answer).toMatchObject({ status: 204, body: null });
    expect(answer.headers).toMatchObject({
      'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE, OPTIONS',
      'Access-Control-Allow-Headers': 'content-type',
    });
  });
});
