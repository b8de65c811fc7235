import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Exchange, type SentRequest } from '../../suites/engine/exchange.js';
import { curlOf, recordOf, recordOfFailure } from '../../suites/engine/record.js';
import { createMasker } from '../../suites/engine/secrets.js';

const masker = createMasker();

function request(parts: Partial<SentRequest> = {}): SentRequest {
  return { method: 'POST', url: 'http://t.test/a?b=c', headers: {}, body: null, ...parts };
}

function exchangeOf(sent: SentRequest, body: Uint8Array | string = ''): Exchange {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return new Exchange('id@1', sent, 200, [['content-type', 'text/plain']], bytes, 'op', ['v'], 1);
}

/** The words that a POSIX shell makes of a command, without running it. */
function wordsOf(command: string): string[] {
  const list = command.replace(/^curl /, 'set -- ');
  const script = `${list}\nfor word in "$@"; do printf '%s\\0' "$word"; done`;
  const { stdout, status } = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { AUTHORIZATION: 'from-env', X_AUTH_TOKEN: 'token-from-env' },
  });
  expect(status).toBe(0);
  return stdout.split('\0').slice(0, -1);
}

describe('the record of an exchange', () => {
  it('is text that a person reads', () => {
    const sent = request({
      headers: { 'Content-Type': 'text/plain', 'X-A': '1' },
      body: Buffer.from('hé\n'),
    });
    expect(recordOf(exchangeOf(sent, 'good'), masker)).toMatchObject({
      id: 'id@1',
      operation: 'op',
      request: 'POST /a?b=c HTTP/1.1\nHost: t.test\nContent-Type: text/plain\nX-A: 1\n\nhé\n',
      response: 'HTTP/1.1 200\ncontent-type: text/plain\n\ngood',
      violations: ['v'],
    });
  });

  it('hides credentials by the name of their header, their scheme kept', () => {
    const headers = {
      Authorization: 'Basic dTpw',
      Cookie: 'a=b',
      'X-Auth-Token': 'xyz',
      'X-Seald-Apikey': '',
    };
    const { request: text } = recordOf(exchangeOf(request({ headers })), masker);
    expect(text).toContain(
      'Authorization: Basic ***\nCookie: ***\nX-Auth-Token: ***\nX-Seald-Apikey: ',
    );
    expect(text).not.toMatch(/dTpw|a=b|xyz/);
  });

  it('shows bytes that are no text in hex, and cuts what is long', () => {
    const binary = recordOf(exchangeOf(request(), Uint8Array.of(0, 255, 16)), masker);
    expect(binary.response).toMatch(/\n\n\(3 bytes\) 00ff10$/);
    const long = recordOf(exchangeOf(request(), 'x'.repeat(3_000)), masker);
    expect(long.response).toMatch(/\n\nx{2048} … \(3000 bytes in all\)$/);
  });

  it('cut in the middle of a character stays text', () => {
    const cut = recordOf(exchangeOf(request(), `${'x'.repeat(2_047)}é`), masker);
    expect(cut.response).toContain('xxx');
    expect(cut.response).not.toContain('787878');
  });

  it('without an answer says what happened', () => {
    const failed = recordOfFailure('id', request(), null, 'the connection was reset', masker);
    expect(failed.response).toBe('(the connection was reset)');
    expect(failed.request).toMatch(/^POST \/a\?b=c HTTP\/1\.1\n/);
  });
});

describe('a curl command', () => {
  it('sends the same again', () => {
    const sent = request({
      headers: { 'Content-Type': 'application/json', 'X-A': '1' },
      body: Buffer.from('{"a":1}'),
    });
    expect(curlOf(sent)).toBe(
      `curl -i -X POST -H 'Content-Type: application/json' -H 'X-A: 1' --data-raw '{"a":1}' 'http://t.test/a?b=c'`,
    );
  });

  it('takes credentials from the environment', () => {
    const sent = request({ headers: { Authorization: 'Basic dTpw', 'X-Auth-Token': 'xyz' } });
    expect(curlOf(sent)).not.toMatch(/dTpw|xyz/);
    expect(wordsOf(curlOf(sent))).toEqual([
      '-i',
      '-X',
      'POST',
      '-H',
      'Authorization: from-env',
      '-H',
      'X-Auth-Token: token-from-env',
      'http://t.test/a?b=c',
    ]);
  });

  it('asks for headers alone by the flag for that, and adds no Content-Type of its own', () => {
    expect(curlOf(request({ method: 'HEAD' }))).toBe("curl -i --head 'http://t.test/a?b=c'");
    expect(wordsOf(curlOf(request({ body: Buffer.from('x') }))).slice(3)).toEqual([
      '-H',
      'Content-Type:',
      '--data-raw',
      'x',
      'http://t.test/a?b=c',
    ]);
  });

  it('reads no file and expands no pattern, whatever body and URL are', () => {
    const words = wordsOf(
      curlOf(request({ url: 'http://t.test/[1-9]{a}', body: Buffer.from('@/etc/passwd') })),
    );
    expect(words).toContain('--globoff');
    expect(words).toContain('--data-raw');
    expect(words.some((word) => word.startsWith('--data-binary'))).toBe(false);
  });

  it('refers to a file for what a command line cannot hold', () => {
    for (const body of [Uint8Array.of(0, 1), Uint8Array.of(255), Buffer.from('x'.repeat(3_000))]) {
      expect(curlOf(request({ body }))).toContain('--data-binary @body.bin');
    }
  });

  it.each([`it's`, `'; rm -rf / #`, '$(id) `id` $HOME', '"quoted" \\ back', 'two\nlines', "''"])(
    'gives %j to curl as it is',
    (hostile) => {
      const words = wordsOf(
        curlOf(
          request({
            headers: { 'X-H': hostile.replaceAll('\n', ' '), 'Content-Type': 'a/b' },
            body: Buffer.from(hostile),
          }),
        ),
      );
      expect(words).toContain(hostile);
      expect(words).toContain(`X-H: ${hostile.replaceAll('\n', ' ')}`);
    },
  );

  it('holds each text as one word', () => {
    const printable = fc
      .string({ unit: 'grapheme', maxLength: 40 })
      .filter((text) => !/[\0\ufffd\ud800-\udfff]/.test(text));
    fc.assert(
      fc.property(printable, (text) => {
        const sent = request({ headers: { 'Content-Type': 'a/b' }, body: Buffer.from(`x${text}`) });
        const words = wordsOf(curlOf(sent));
        expect(words[6]).toBe(`x${text}`);
        expect(words).toHaveLength(8);
      }),
      { numRuns: 40 },
    );
  });
});
