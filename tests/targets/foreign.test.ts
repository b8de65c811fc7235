/**
 * Servers of others, each by its profile through the built command: the verdicts are exactly the known
 * ones. What is wrong with a server is marked in its source; what the suite makes of it, and why that
 * is right, stands in its verdicts.yaml. Servers in Python are left out where there is no Python.
 */
import { pbkdf2Sync } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeCertificates } from './certificates.js';
import { countersign, readResults, scratchFolder } from './command.js';
import { leaks } from './leaks.js';
import { makePeople } from './misakey/people.js';
import { hasPython, startPython } from './python.js';
import { startQuatrix } from './quatrix/server.js';
import { startSsks } from './ssks/server.js';
import { startTextSecure } from './textsecure/server.js';
import { startTlsProxy } from './tls-proxy.js';
import { differences, readVerdicts, unmatchedMarks } from './verdicts.js';

/** What a target needs to be run: its environment, what of it is secret, and how to end it. */
interface Started {
  readonly env: Readonly<Record<string, string>>;
  /** By name: what the profile holds and what is made of it. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly close: () => void;
}

const scratch = scratchFolder();
afterAll(scratch.remove);

const targets: Readonly<Record<string, () => Promise<Started>>> = {
  async textsecure() {
    const { url, close } = await startTextSecure();
    return { env: { TEXTSECURE_URL: url }, secrets: {}, close };
  },
  async ssks() {
    const outbox = join(scratch.path, 'outbox');
    mkdirSync(outbox);
    const app = { appId: '0b0f4c1e-6f62-4f0c-9a55-7a2d3f1c8e90', apiKey: 'key-of-the-express-app' };
    const { url, close } = await startSsks({ ...app, outbox });
    return {
      env: {
        SSKS_URL: url,
        SSKS_APP_ID: app.appId,
        SSKS_API_KEY: app.apiKey,
        SSKS_FOLDER: join(import.meta.dirname, 'ssks'),
        OUTBOX: outbox,
      },
      secrets: { apiKey: app.apiKey },
      close,
    };
  },
  async quatrix() {
    const certificates = await makeCertificates();
    writeFileSync(join(scratch.path, 'ca.pem'), certificates.authority.cert);
    writeFileSync(join(scratch.path, 'client.pem'), certificates.client.cert);
    writeFileSync(join(scratch.path, 'client.key'), certificates.client.key);
    const passwords = [
      'four words of ann',
      'b0b & sons',
      'no changes here',
      'köln am rhein',
    ] as const;
    const inside = await startQuatrix([
      { login: 'ann@files.example', password: passwords[0] },
      { login: 'bob@files.example', password: passwords[1] },
      { login: 'quinn@files.example', password: passwords[2] },
      { login: 'joerg@files.example', password: passwords[3] },
    ]);
    const outside = await startTlsProxy({ certificates, to: inside.url, clientCertificate: true });
    return {
      env: {
        QUATRIX_URL: outside.url,
        TLS_FOLDER: scratch.path,
        QUATRIX_PASSWORD_1: passwords[0],
        QUATRIX_PASSWORD_2: passwords[1],
        QUATRIX_PASSWORD_3: passwords[2],
        QUATRIX_PASSWORD_4: passwords[3],
      },
      secrets: Object.fromEntries(
        passwords.flatMap((password, index) => [
          [`password ${String(index)}`, password],
          [`key ${String(index)}`, pbkdf2Sync(password, '', 4096, 32, 'sha1').toString('hex')],
        ]),
      ),
      close: () => {
        outside.close();
        inside.close();
      },
    };
  },
  async misakey() {
    const { file, env, secrets } = makePeople();
    const path = join(scratch.path, 'people.json');
    writeFileSync(path, JSON.stringify(file));
    const server = join(import.meta.dirname, 'misakey', 'server.py');
    const { urls, close } = await startPython(server, [path]);
    const [url = '', operations = ''] = urls;
    return { env: { ...env, MISAKEY_URL: url, MISAKEY_OPERATIONS: operations }, secrets, close };
  },
  async keyservice() {
    const server = join(import.meta.dirname, 'keyservice', 'server.py');
    const { urls, close } = await startPython(server, []);
    const [url = '', operations = ''] = urls;
    return { env: { KEYS_URL: url, KEYS_OPERATIONS: operations }, secrets: {}, close };
  },
};

/** The source of a target: every file of code in its folder. */
function sourceOf(folder: string): string {
  const files = readdirSync(folder).filter((file) => /\.(ts|py)$/.test(file));
  return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
}

const inPython: ReadonlySet<string> = new Set(['misakey', 'keyservice']);

for (const name of Object.keys(targets)) {
  describe.skipIf(inPython.has(name) && !hasPython)(name, () => {
    const folder = join(import.meta.dirname, name);
    const known = readVerdicts(join(folder, 'verdicts.yaml'));

    test('each mark in the source has a verdict, and the other way round', () => {
      expect(unmatchedMarks(known, sourceOf(folder))).toEqual([]);
    });

    test('the verdicts are exactly the known ones', async () => {
      const target = await targets[name]?.();
      if (target === undefined) throw new Error(`no target ${name}`);
      const out = join(scratch.path, `report-${name}`);
      const profile = join(folder, 'countersign.yaml');
      const ended = await countersign(['test', '--profile', profile, '--out', out], target.env);
      target.close();
      expect(ended.stderr).toBe('');
      const results = readResults(out);
      expect(differences(known, results)).toEqual([]);
      expect(leaks(out, ended.stdout + ended.stderr, target.secrets)).toEqual([]);
      expect(ended.code).toBe(known.verdict === 'nonconformant' ? 1 : 0);
    });
  });
}
