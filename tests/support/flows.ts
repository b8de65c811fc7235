/**
 * A flow of each system as its clients have it, over HTTP alone, in two halves: what the second
 * one needs of the first is remembered as text, so that the halves can run in different processes.
 */
import { createHmac, pbkdf2Sync } from 'node:crypto';
import type { SystemName } from '../../mocks/library.js';
import { profile as seald } from '../../mocks/systems/ssks/applications.js';
import { people } from '../../mocks/systems/misakey/people.js';
import { profile as misakey } from '../../mocks/systems/misakey/profile.js';

export interface FlowCall {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, anything else as it is. */
  readonly body?: string | Uint8Array<ArrayBuffer> | object;
}

/** One answer as it can be compared with another. */
export interface FlowAnswer {
  readonly call: string;
  readonly status: number;
  /** Without those that only a connection has. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Hexadecimal. */
  readonly bytes: string;
}

export interface Stage {
  readonly url: string;
  readonly memory: Record<string, string>;
  /** Sends a request; throws where the status is not the one that is expected. */
  send(status: number, call: FlowCall): Promise<FlowAnswer>;
  /** The newest message to a recipient. */
  inbox(channel: string, recipient: string): Promise<{ code: string; payload: unknown }>;
  readonly answers: readonly FlowAnswer[];
}

export interface Flow {
  readonly system: SystemName;
  first(stage: Stage): Promise<void>;
  second(stage: Stage): Promise<void>;
}

const ofTheConnection = new Set(['connection', 'date', 'keep-alive']);

/** @param extra headers that every request gets */
export function stageAt(
  url: string,
  memory: Record<string, string> = {},
  extra: Readonly<Record<string, string>> = {},
): Stage {
  const answers: FlowAnswer[] = [];
  return {
    url,
    memory,
    answers,
    async send(status, { method = 'GET', path, headers, body }) {
      const isJson = typeof body === 'object' && !(body instanceof Uint8Array);
      const answer = await fetch(path.startsWith('http') ? path : `${url}${path}`, {
        method,
        headers: { ...(isJson ? json : {}), ...headers, ...extra },
        ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body }),
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      const taken = {
        call: `${method} ${path}`,
        status: answer.status,
        headers: Object.fromEntries(
          [...answer.headers].filter(([name]) => !ofTheConnection.has(name)),
        ),
        text: bytes.toString('utf8'),
        bytes: bytes.toString('hex'),
      };
      answers.push(taken);
      if (answer.status !== status) {
        throw new Error(`${taken.call} answered ${String(answer.status)}: ${taken.text}`);
      }
      return taken;
    },
    async inbox(channel, recipient) {
      const query = new URLSearchParams({ channel, recipient }).toString();
      const answer = await fetch(`${url}/_countersign/inbox?${query}`, { headers: extra });
      const { messages } = (await answer.json()) as {
        messages: { code: string; payload: unknown }[];
      };
      const newest = messages.at(-1);
      if (newest === undefined) throw new Error(`nothing was sent to ${recipient}`);
      return newest;
    },
  };
}

const json = { 'Content-Type': 'application/json' };

/** A member of a JSON answer. */
function member(answer: FlowAnswer, name: string): string {
  return String((JSON.parse(answer.text) as Record<string, unknown>)[name]);
}

function recall(stage: Stage, name: string): string {
  const value = stage.memory[name];
  if (value === undefined) throw new Error(`the first half remembered no ${name}`);
  return value;
}

/** The bytes of a flow's attachment: more than a transport sends in one piece. */
export const blob = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 7) % 256);

const sender = '+15550000001';
const recipient = '+15550000002';
const signalingKey = Buffer.alloc(52, 7).toString('base64');
const publicKey = 'BRhV3uS90xJvoFRTKhOAxO1JtGE9FbHvcUlMy8Sc01Jj';
const keyPart = { publicKey, identityKey: publicKey };

function basic(number: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`${number}:secret`).toString('base64')}` };
}

async function register(stage: Stage, number: string): Promise<void> {
  await stage.send(200, { path: `/v1/accounts/sms/code/${number}` });
  const { code } = await stage.inbox('sms', number);
  await stage.send(200, {
    method: 'PUT',
    path: `/v1/accounts/code/${code}`,
    headers: basic(number),
    body: { signalingKey, supportsSms: false },
  });
}

const textsecure: Flow = {
  system: 'textsecure',
  async first(stage) {
    await register(stage, sender);
    await register(stage, recipient);
    const headers = basic(recipient);
    await stage.send(200, {
      method: 'PUT',
      path: '/v1/accounts/gcm/',
      headers,
      body: { gcmRegistrationId: 'gcm-1' },
    });
    await stage.send(200, {
      method: 'PUT',
      path: '/v1/keys/',
      headers,
      body: {
        lastResortKey: { keyId: 0xffffff, ...keyPart },
        keys: [1, 2].map((keyId) => ({ keyId, ...keyPart })),
      },
    });
    const key = await stage.send(200, { path: `/v1/keys/${recipient}`, headers: basic(sender) });
    stage.memory.firstKey = member(key, 'keyId');
    const place = await stage.send(200, { path: '/v1/attachments/', headers: basic(sender) });
    stage.memory.attachment = (/"id": *"?(\d+)/.exec(place.text) ?? [])[1] ?? '';
    stage.memory.location = member(place, 'location');
    await stage.send(200, {
      method: 'PUT',
      path: recall(stage, 'location'),
      headers: { 'Content-Type': 'application/octet-stream' },
      body: blob,
    });
  },
  async second(stage) {
    const headers = basic(sender);
    const key = await stage.send(200, { path: `/v1/keys/${recipient}`, headers });
    if (member(key, 'keyId') === recall(stage, 'firstKey')) throw new Error('a key came twice');
    const body = { type: 1, destination: recipient, body: 'AAAA', timestamp: 1386800000000 };
    await stage.send(200, {
      method: 'POST',
      path: '/v1/messages/',
      headers,
      body: { messages: [body] },
    });
    await stage.inbox('gcm', 'gcm-1');
    const found = await stage.send(200, {
      path: `/v1/attachments/${recall(stage, 'attachment')}`,
      headers: basic(recipient),
    });
    const content = await stage.send(200, { path: member(found, 'location') });
    if (content.bytes !== Buffer.from(blob).toString('hex')) throw new Error('other bytes');
  },
};

const device = { 'X-SEALD-APPID': seald.appId };
const backEnd = { ...device, 'X-SEALD-APIKEY': seald.apiKey };
const factor = { type: 'EM', value: 'ada@countersign.test' };

async function challenge(stage: Stage): Promise<string> {
  const opened = await stage.send(200, {
    method: 'POST',
    path: '/tmr/back/challenge_send/',
    headers: backEnd,
    body: {
      create_user: true,
      user_id: 'ada',
      auth_factor: factor,
      force_auth: true,
      template: '<p>$$CHALLENGE$$</p>',
      subject: 'Your code',
    },
  });
  return member(opened, 'session_id');
}

function validate(stage: Stage, session: string, code: string): Promise<FlowAnswer> {
  return stage.send(200, {
    method: 'POST',
    path: '/tmr/front/challenge_validate/',
    headers: { ...device, 'X-SEALD-SESSION': session },
    body: { challenge: code, auth_factor: factor },
  });
}

const ssks: Flow = {
  system: 'ssks',
  async first(stage) {
    stage.memory.session = await challenge(stage);
  },
  async second(stage) {
    const { code } = await stage.inbox('email', factor.value);
    const validated = await validate(stage, recall(stage, 'session'), code);
    const headers = { ...device, 'X-SEALD-SESSION': member(validated, 'new_id') };
    await stage.send(200, {
      method: 'POST',
      path: '/tmr/front/push/',
      headers,
      body: { data_b64: 'aWRlbnRpdHk=' },
    });
    const found = await stage.send(200, {
      method: 'POST',
      path: '/tmr/front/search/',
      headers: { ...headers, ...json },
    });
    if (member(found, 'data_b64') !== 'aWRlbnRpdHk=') throw new Error('another identity');
  },
};

const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

const keyservice: Flow = {
  system: 'keyservice',
  async first(stage) {
    const key = await stage.send(200, {
      method: 'POST',
      path: '/Service',
      headers: form,
      body: 'passphrase=secret',
    });
    stage.memory.token = member(key, 'KeyToken');
    await stage.send(200, {
      method: 'PUT',
      path: '/Service',
      headers: form,
      body: new URLSearchParams({ token: recall(stage, 'token'), message: 'zwei 世' }).toString(),
    });
  },
  async second(stage) {
    const query = `token=${recall(stage, 'token')}&passphrase=secret`;
    const list = await stage.send(200, { path: `/Service?${query}` });
    if (!list.text.includes('zwei 世')) throw new Error(`another message: ${list.text}`);
    // A key made now must be another one than before.
    await stage.send(200, {
      method: 'POST',
      path: '/Service',
      headers: form,
      body: 'passphrase=other',
    });
    await stage.send(200, { method: 'DELETE', path: `/Service?${query}` });
  },
};

/** Signs as a client of Quatrix does: HMAC-SHA-1 under PBKDF2 of the password. */
function signed(method: string, path: string, token: string): Record<string, string> {
  const timestamp = '1767225601';
  const subject = `${method} ${path}\nx-auth-timestamp: ${timestamp}\nx-auth-token: ${token}\n`;
  return {
    'X-Auth-Token': token,
    'X-Auth-Timestamp': timestamp,
    Authorization: createHmac('sha1', passwordKey).update(subject).digest('hex'),
  };
}

const passwordKey = pbkdf2Sync('password', '', 4096, 32, 'sha1').toString('hex');

const quatrix: Flow = {
  system: 'quatrix',
  async first(stage) {
    const timestamp = '1767225600';
    const subject = `GET /session/login\nx-auth-login: user@example.com\nx-auth-timestamp: ${timestamp}\n`;
    const login = await stage.send(200, {
      path: '/session/login',
      headers: {
        'X-Auth-Login': 'user@example.com',
        'X-Auth-Timestamp': timestamp,
        Authorization: createHmac('sha1', passwordKey).update(subject).digest('hex'),
      },
    });
    stage.memory.sessionToken = login.headers['x-auth-token'] ?? '';
    const profile = await stage.send(200, {
      path: '/profile/get',
      headers: signed('GET', '/profile/get', recall(stage, 'sessionToken')),
    });
    stage.memory.root = member(profile, 'rootId');
    stage.memory.channel = member(profile, 'channel');
  },
  async second(stage) {
    const token = recall(stage, 'sessionToken');
    await stage.send(201, {
      method: 'POST',
      path: '/file/makedir',
      headers: signed('POST', '/file/makedir', token),
      body: { target: recall(stage, 'root'), name: 'new' },
    });
    await stage.send(200, {
      method: 'POST',
      path: '/_countersign/trigger',
      body: {
        system: 'quatrix',
        event: 'file-deleted',
        affects: ['user@example.com'],
        data: [],
      },
    });
    await stage.send(200, { path: `/mq/req?id=${encodeURIComponent(recall(stage, 'channel'))}` });
  },
};

const csrf = 'AbCdEfGhIjKlMnOpQrStUvWxYz012345';
const [alice, bob] = misakey.identities;

function headersOf(token: string | undefined): Record<string, string> {
  return {
    Cookie: `accesstoken=${token ?? ''}; tokentype=bearer; _csrf=${csrf}`,
    'X-CSRF-Token': csrf,
  };
}

const misakeyFlow: Flow = {
  system: 'misakey',
  async first(stage) {
    const key = people.identities[1]?.nonIdentifiedKey ?? '';
    const contact = await stage.send(201, {
      method: 'POST',
      path: `/box-users/${alice?.id ?? ''}/contact`,
      headers: headersOf(alice?.accessToken),
      body: {
        contacted_identity_id: bob?.id,
        box: { title: 'A - B', public_key: 'SXvalkvhuhcj2UiaS4d0Q3OeuHOhMVeQT7ZGfCH2YCw' },
        key_share: {
          misakey_share: 'lBHT1vfwFAIBig5Nj_sD_w',
          invitation_share_hash: 'hash000000000000000001',
          encrypted_invitation_key_share: 'cGYMzgIO9rc03WoSLAyoiQdLu7he5VbMRImLhRPmwTQ',
        },
        crypto: { invitation_data: { [key]: 'encrypted crypto action' } },
      },
    });
    stage.memory.box = member(contact, 'id');
  },
  async second(stage) {
    const box = recall(stage, 'box');
    await stage.send(201, {
      method: 'POST',
      path: `/boxes/${box}/events`,
      headers: headersOf(alice?.accessToken),
      body: { type: 'msg.text', content: { encrypted: 'aGVsbG8', public_key: 'a2V5' } },
    });
    await stage.send(200, { path: `/boxes/${box}/events`, headers: headersOf(alice?.accessToken) });
    const { id = '', accessToken } = bob ?? {};
    await stage.send(200, {
      path: `/identities/${id}/notifications`,
      headers: headersOf(accessToken),
    });
  },
};

export const flows: readonly Flow[] = [textsecure, ssks, keyservice, quatrix, misakeyFlow];
