import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { impostors, startImpostor, type RunningImpostor } from '../../proof/impostors/servers.js';
import { deriveKey } from '../../suites/quatrix/crypto.js';
import { countersign, readResults, scratchFolder } from './command.js';

/**
 * A whole run against a server that sends back whatever it is sent: each secret of the profile
 * comes by in answers, in failures and in the commands that show them again, and none may be read
 * anywhere afterwards.
 */
const secrets: Readonly<Record<string, string>> = {
  GATEWAY_KEY: 'gateway r+/=1%x9',
  PUSH_ID: 'pp?&12 34ü',
  SIGNALING_KEY: randomBytes(52).toString('base64'),
  API_KEY: 'api-key "one" ë/+=7',
  SECOND_API_KEY: 'api-key-two-9182',
  PRODUCTION_API_KEY: 'api-key-three-5512',
  PASSWORD_1: 'correct horse ß 1+/',
  PASSWORD_2: 'battery staple 2&=%',
  PASSWORD_3: 'third one 3é',
  TOKEN_1: 'tok1.abc/DEF+ghi=',
  TOKEN_2: 'tok2-jkl-4471',
  TOKEN_ACR1: 'tok-acr1-mno',
  TOKEN_ACR0: 'tok-acr0-pqr',
  TOKEN_EXPIRED: 'tok-exp-stu',
};

function profileFor(url: string): string {
  return `
target: ${url}
inbox: { http: "${url}/inbox" }
trigger: { http: "${url}/trigger" }
clock: { http: "${url}/clock" }
capabilities: [inbox, push-inbox, rate-limits, federation, clock, sms-quota, production-mode, second-app, trigger, destructive, observed-fields, box-routes]
headers: { X-Gateway-Key: "\${GATEWAY_KEY}" }
systems:
  textsecure:
    numberPrefix: "+1555"
    federation: { relay: peer, number: "+15559990000", pushId: "\${PUSH_ID}", signalingKey: "\${SIGNALING_KEY}" }
  ssks:
    appId: 3d0d1bd7-5c2a-4b7e-9e55-3c2f3c9f7a10
    apiKey: '\${API_KEY}'
    mode: test
    numberPrefix: "+1555"
    emailDomain: countersign.test
    secondApp: { appId: 3d0d1bd7-5c2a-4b7e-9e55-3c2f3c9f7a11, apiKey: "\${SECOND_API_KEY}" }
    productionApp: { appId: 3d0d1bd7-5c2a-4b7e-9e55-3c2f3c9f7a12, apiKey: "\${PRODUCTION_API_KEY}" }
  quatrix:
    referer: https://example.quatrix.test/
    users:
      - { login: a@example.com, password: "\${PASSWORD_1}" }
      - { login: b@example.com, password: "\${PASSWORD_2}" }
    secondAccount: { referer: "https://other.test/", login: a@example.com, password: "\${PASSWORD_3}" }
  misakey:
    identities:
      - { id: 11111111-1111-4111-8111-111111111111, accessToken: "\${TOKEN_1}", acr: 2, publicKey: AAAA }
      - { id: 22222222-2222-4222-8222-222222222222, accessToken: "\${TOKEN_2}", acr: 2, publicKey: BBBB }
    tokens: { acr1: "\${TOKEN_ACR1}", acr0: "\${TOKEN_ACR0}", expired: "\${TOKEN_EXPIRED}" }
  keyservice: {}
`;
}

/** What a secret looks like in one encoding or another; a base64 without the ends that others share. */
function formsOf(secret: string): ReadonlyMap<string, string> {
  const bytes = Buffer.from(secret, 'utf8');
  const percent = encodeURIComponent(secret);
  const escaped = JSON.stringify(secret).slice(1, -1);
  const shifted = (by: number): string =>
    Buffer.concat([Buffer.alloc(by), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(by + 1, -2);
  return new Map([
    ['plain', secret],
    ['base64', bytes.toString('base64').replace(/=+$/, '')],
    ['base64url', bytes.toString('base64url')],
    ['base64 within another text, one byte on', shifted(1)],
    ['base64 within another text, two bytes on', shifted(2)],
    ['hex', bytes.toString('hex')],
    ['upper-case hex', bytes.toString('hex').toUpperCase()],
    ['percent-encoded', percent],
    ['percent-encoded in lower case', percent.replaceAll(/%../g, (code) => code.toLowerCase())],
    ['as a form is encoded', percent.replaceAll('%20', '+')],
    ['in JSON', escaped],
    ['in JSON in JSON', JSON.stringify(escaped).slice(1, -1)],
    ['in HTML', secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
    ['read as Latin-1', bytes.toString('latin1')],
  ]);
}

describe('the secrets of a profile', () => {
  const scratch = scratchFolder();
  const out = join(scratch.path, 'report');
  let server: RunningImpostor;
  const texts = new Map<string, string>();

  beforeAll(async () => {
    const echo = impostors.find(({ name }) => name === 'echo');
    if (echo === undefined) throw new Error('there is no echo among the impostors');
    server = await startImpostor(echo);
    const profile = join(scratch.path, 'countersign.yaml');
    writeFileSync(profile, profileFor(server.url));
    const ended = await countersign(['test', '--profile', profile, '--out', out], secrets);
    expect(ended.stderr).toBe('');
    expect(ended.code).toBe(1);
    texts.set('standard output', ended.stdout);
    for (const name of readdirSync(out)) texts.set(name, readFileSync(join(out, name), 'utf8'));
  }, 240_000);
  afterAll(async () => {
    await server.close();
    scratch.remove();
  });

  it('were sent, and came back: the reports hold hundreds of exchanges', () => {
    const results = readResults(out);
    const exchanges = results.requirements.flatMap(({ tests }) =>
      tests.flatMap((test) => test.exchanges),
    );
    expect(exchanges.length).toBeGreaterThan(300);
    expect([...texts.keys()].sort()).toEqual([
      'badge.svg',
      'ctrf.json',
      'events.ndjson',
      'index.html',
      'junit.xml',
      'results.json',
      'standard output',
      'summary.md',
    ]);
    expect(texts.get('results.json')).toContain('***');
    expect(texts.get('index.html')).toContain('***');
  });

  it.each(Object.keys(secrets))('%s stands in no output, in no encoding', (name) => {
    const found: string[] = [];
    for (const [form, text] of formsOf(secrets[name] ?? '')) {
      for (const [file, content] of texts)
        if (content.includes(text)) found.push(`${file}: ${form}`);
    }
    expect(found).toEqual([]);
  });

  it.each(['PASSWORD_1', 'PASSWORD_2', 'PASSWORD_3'])(
    'nor does the key derived from %s',
    (name) => {
      const key = deriveKey(secrets[name] ?? '');
      const found = [...texts].filter(([, content]) => content.includes(key)).map(([file]) => file);
      expect(found).toEqual([]);
    },
  );
});
