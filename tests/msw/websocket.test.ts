import { Blob as NodeBlob } from 'node:buffer';
import { setupServer } from 'msw/node';
import { WebSocket as UndiciSocket } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { countersign, type MswMock } from '../../mocks/msw.js';
import { profile } from '../../mocks/systems/misakey/profile.js';
import { flows, stageAt } from '../support/flows.js';

const baseUrl = 'https://api.example.test';
const [alice, bob] = profile.identities;
let mock: MswMock;
let server: ReturnType<typeof setupServer>;
const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');

// Node 20 has no WebSocket of its own; MSW stands in for the global one, whatever it is.
beforeAll(() => {
  Object.defineProperty(globalThis, 'WebSocket', {
    value: UndiciSocket,
    configurable: true,
    writable: true,
  });
});
afterAll(() => {
  if (before === undefined) Reflect.deleteProperty(globalThis, 'WebSocket');
  else Object.defineProperty(globalThis, 'WebSocket', before);
});

async function start(): Promise<void> {
  mock = await countersign({ systems: ['misakey'], baseUrl, seed: 1 });
  server = setupServer(...mock.handlers);
  server.listen({ onUnhandledRequest: 'error' });
}
afterEach(async () => {
  server.close();
  await mock.close();
});

interface Client {
  readonly socket: UndiciSocket;
  readonly texts: string[];
  /** What happened, in order: open, error, close with its code. */
  readonly events: string[];
  readonly closed: Promise<number>;
}

function connect(id: string | undefined, cookie: string, headers = {}): Client {
  const Class = globalThis.WebSocket as unknown as typeof UndiciSocket;
  const socket = new Class(`wss://api.example.test/box-users/${id ?? ''}/ws`, {
    headers: { cookie, ...headers },
  });
  const texts: string[] = [];
  const events: string[] = [];
  socket.addEventListener('open', () => events.push('open'));
  socket.addEventListener('error', () => events.push('error'));
  socket.addEventListener('message', (event) => texts.push(String(event.data)));
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', (event) => {
      events.push(`close ${String(event.code)}`);
      resolve(event.code);
    });
  });
  return { socket, texts, events, closed };
}

const cookiesOf = (who: { accessToken: string } | undefined): string =>
  `accesstoken=${who?.accessToken ?? ''}; tokentype=bearer`;

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !holds(); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(holds()).toBe(true);
}

describe('the socket of an identity', () => {
  it('tells what happens to it', async () => {
    await start();
    const client = connect(bob?.id, cookiesOf(bob));
    await until(() => client.events.includes('open'));
    const misakey = flows.find((flow) => flow.system === 'misakey');
    await misakey?.first(stageAt(baseUrl));
    await until(() => client.texts.length > 0);
    expect(client.texts.map((text) => (JSON.parse(text) as { type: string }).type)).toContain(
      'notification',
    );
    client.socket.close();
    expect(await client.closed).toBe(1000);
  });

  it('sends an ack on to the other sockets, as text and as bytes, in order', async () => {
    await start();
    const one = connect(alice?.id, cookiesOf(alice));
    const two = connect(alice?.id, cookiesOf(alice));
    await until(() => one.events.includes('open') && two.events.includes('open'));
    const acks = [1, 2, 3].map((number) =>
      JSON.stringify({ type: 'ack', object: { sender_id: alice?.id, box_id: String(number) } }),
    );
    one.socket.send(acks[0] ?? '');
    one.socket.send(new NodeBlob([acks[1] ?? '']));
    one.socket.send(new TextEncoder().encode(acks[2]));
    await until(() => two.texts.length === 3);
    expect(two.texts).toEqual(acks);
  });

  it('is closed with 1009 by a message that is too large', async () => {
    await start();
    const client = connect(alice?.id, cookiesOf(alice));
    await until(() => client.events.includes('open'));
    client.socket.send('x'.repeat(8_193));
    expect(await client.closed).toBe(1009);
  });

  it('stays open while the clock is moved on, and ends with the mock', async () => {
    await start();
    const client = connect(alice?.id, cookiesOf(alice));
    await until(() => client.events.includes('open'));
    for (let turn = 0; turn < 10; turn += 1) {
      await mock.clock.advance('1m');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(client.events).toEqual(['open']);
    await mock.close();
    expect(await client.closed).toBe(1006);
  });

  it.each([
    ['without credentials', alice?.id, '', {}],
    ['of somebody else', bob?.id, cookiesOf(alice), {}],
    ['from a foreign origin', alice?.id, cookiesOf(alice), { origin: 'https://evil.test' }],
  ])('is refused %s before it opens', async (_case, id, cookie, headers) => {
    await start();
    const client = connect(id, cookie, headers);
    expect(await client.closed).toBe(1006);
    expect(client.events).toEqual(['error', 'close 1006']);
  });
});
