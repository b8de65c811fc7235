import { asyncapi, openapi } from '../../specs/keyservice/documents.gen.js';
import { defineSuite } from '../engine/check.js';
import { corsChecks } from './cors.js';
import { createChecks } from './create.js';
import { cryptoChecks } from './crypto.js';
import { deleteChecks, deletehashChecks } from './delete.js';
import { createDriver, type Driver } from './driver.js';
import { filesChecks } from './files.js';
import { formatChecks, versionChecks } from './format.js';
import { getChecks } from './get.js';
import { getencChecks } from './getenc.js';
import { isolationChecks } from './isolation.js';
import { readFlag } from './reading.js';
import { encodeForm, requestOf } from './requests.js';
import { resourceChecks } from './resource.js';
import { sendChecks } from './send.js';
import { sendencChecks } from './sendenc.js';
import { statusChecks } from './status.js';
import { textChecks } from './text.js';
import { transportChecks } from './transport.js';
import { uploadChecks } from './upload.js';

/** The suite of Key Service (CryptAByte). */
export const keyserviceSuite = defineSuite<Driver>({
  slug: 'keyservice',
  openapi,
  asyncapi,
  profileSchema: {
    type: 'object',
    description: 'Key Service (CryptAByte).',
    properties: {
      path: {
        type: 'string',
        pattern: '^/',
        description: 'Path of the resource; /Service by default.',
      },
    },
  },
  secretMembers: ['passphrase', 'privatekey'],
  areas: [
    resourceChecks,
    createChecks,
    uploadChecks,
    sendChecks,
    sendencChecks,
    getChecks,
    textChecks,
    isolationChecks,
    getencChecks,
    deleteChecks,
    deletehashChecks,
    filesChecks,
    formatChecks,
    versionChecks,
    statusChecks,
    corsChecks,
    transportChecks,
    cryptoChecks,
  ],
  samples: {
    createKey: (_, driver) =>
      Promise.resolve(requestOf(driver.path, 'POST', { passphrase: driver.passphrase() })),
    sendMessage: async (_, driver) => {
      const { token } = await driver.onlineKey();
      return requestOf(driver.path, 'PUT', { token, message: 'a text' });
    },
    getMessages: async (_, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      await driver.sent(token, 'a text');
      return requestOf(driver.path, 'GET', { token, passphrase });
    },
    deleteKey: async (_, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      return requestOf(driver.path, 'DELETE', { token, passphrase });
    },
    preflightService: async (_, driver) => {
      await driver.onlineKey();
      const headers = { Origin: 'https://one.example', 'Access-Control-Request-Method': 'PUT' };
      return requestOf(driver.path, 'OPTIONS', {}, { place: 'query', headers });
    },
    downloadFile: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      const file = { name: 'notes.txt', bytes: t.random.bytes(40) };
      t.expect.status(await driver.putFiles({ token, message: 'see file' }, [file]), 200);
      const { entries } = await driver.messages(token, { passphrase });
      const entry = entries.find((candidate) => readFlag(candidate.isFile) === true);
      const fileId = t.secret(t.expect.text(entry?.downloadId, 'TemporaryDownloadId of the file'));
      return { method: 'GET', path: `/Home/GetFile?${encodeForm({ fileId })}` };
    },
  },
  createDriver,
  async positiveControl(t, driver) {
    const answer = await driver.request('POST', { passphrase: driver.passphrase() });
    t.expect.status(answer, 200, { what: 'making a key with a passphrase' });
  },
});
