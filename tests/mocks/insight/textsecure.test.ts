import { describe, expect, it } from 'vitest';
import type { MockCore } from '../../../mocks/engine/mock.js';
import { peer } from '../../../mocks/systems/textsecure/federation.js';
import { call } from '../../support/request.js';
import { basic, codeFor, newCore, register, send, signalingKey } from '../textsecure/world.js';
import { lastFaults, lastFaultTexts } from './last-faults.js';

async function revealed(core: MockCore, recipient: string): Promise<unknown> {
  const message = core.world.inbox.list({ recipient }).at(-1);
  const served = core.served('textsecure');
  const insight = await served?.definition.insight?.();
  if (message === undefined) throw new Error('nothing was pushed');
  return insight?.reveal?.(message, served?.state);
}

describe('a push', () => {
  it('is opened with the signaling key of its account', async () => {
    const core = newCore();
    const [ada, bob] = [await register(core, 1), await register(core, 2)];
    const body = Buffer.from('Good morning').toString('base64');
    await send(core, ada, { type: 3, destination: bob.number, body });
    expect(await revealed(core, bob.gcmId)).toEqual([
      ['to', bob.number],
      ['type', '3'],
      ['from', ada.number],
      ['sent', expect.stringMatching(/^\d{4}-/)],
      ['message', 'Good morning'],
    ]);
  });

  it('is opened for APN and for the federated peer too, its bytes as Base64', async () => {
    const core = newCore();
    const ada = await register(core, 1);
    const headers = { authorization: ada.authorization };
    const put = { method: 'PUT', path: '/v1/accounts/apn/', headers };
    await call(core, { ...put, body: { apnRegistrationId: 'apn-1' } });
    await send(core, ada, { type: 0, destination: ada.number, body: 'AAEC' });
    expect(await revealed(core, 'apn-1')).toContainEqual(['message', 'AAEC (Base64, 3 bytes)']);
    const { relay, account } = peer;
    await send(core, ada, { type: 0, destination: account.number, relay, body: 'AAEC' });
    expect(await revealed(core, account.push[0]?.id ?? '')).toContainEqual(['relay', 'self']);
  });

  it('stays closed when the account has another key by now', async () => {
    const core = newCore();
    const ada = await register(core, 1);
    await send(core, ada, { type: 0, destination: ada.number, body: 'AAEC' });
    const code = await codeFor(core, ada.number);
    const fresh = { signalingKey: Buffer.alloc(52, 9).toString('base64'), supportsSms: false };
    const path = `/v1/accounts/code/${code}`;
    const headers = { authorization: ada.authorization };
    await call(core, { method: 'PUT', path, headers, body: fresh });
    expect(await revealed(core, ada.gcmId)).toBeNull();
  });
});

describe('refused credentials', () => {
  const number = '+15550000001';
  it.each([
    [undefined, 'it is missing'],
    ['Bearer x', 'its scheme is not Basic'],
    ['Basic a_b-', 'it has the alphabet of URLs (- and _), not + and /'],
    ['Basic abc=d', 'padding stands inside of it'],
    ['Basic abcde', 'its padding does not complete a group of four characters'],
    ['Basic YWJj', 'what it decodes to is not number:password in UTF-8'],
    [basic(number, 'wrong'), 'the password is not the one'],
    [basic('+15550000009', 'x'), 'the number "+15550000009" is not confirmed'],
  ])('%s: %s', async (authorization, words) => {
    const core = newCore();
    await register(core, 1);
    const headers = authorization === undefined ? {} : { authorization };
    await call(core, { path: `/v1/keys/${number}`, headers });
    expect((await lastFaultTexts(core))[0]).toContain(words);
  });

  it('without the plus sign are told what the number was confirmed as', async () => {
    const core = newCore();
    const { password } = await register(core, 1);
    const headers = { authorization: basic('15550000001', password) };
    await call(core, { path: `/v1/keys/${number}`, headers });
    expect((await lastFaults(core))[0]?.remedy).toContain('plus sign');
  });
});

describe('a refused confirmation', () => {
  const number = '+15550000001';
  const confirm = (core: MockCore, code: string, body: object) =>
    call(core, {
      method: 'PUT',
      path: `/v1/accounts/code/${code}`,
      headers: { authorization: basic(number, 'x') },
      body,
    });

  it('is told how many bytes the signaling key has, and which member breaks the schema', async () => {
    const core = newCore();
    const short = Buffer.alloc(51).toString('base64');
    await confirm(core, '123456', { signalingKey: short, supportsSms: false });
    expect(await lastFaultTexts(core)).toEqual(['body signalingKey: it has 51 bytes']);
    await confirm(core, '123456', { signalingKey, supportsSms: 'no' });
    expect(await lastFaultTexts(core)).toEqual([
      'body supportsSms: member supportsSms must be boolean,null',
    ]);
  });

  it('is told the code that was sent, or that there is none', async () => {
    const core = newCore();
    const body = { signalingKey, supportsSms: false };
    await confirm(core, '123456', body);
    expect((await lastFaultTexts(core))[0]).toContain(`no code was sent to "${number}"`);
    const code = await codeFor(core, number);
    await confirm(core, `${code.slice(0, 3)}-${code.slice(3)}`, body);
    expect((await lastFaults(core))[0]).toMatchObject({
      message: expect.stringContaining('dash') as string,
      remedy: `the code is ${code}`,
    });
  });
});
