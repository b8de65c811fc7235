import type { RequestContext } from '../../../mocks/engine/context.js';
import {
  json,
  Refusal,
  text,
  type PlainResponse,
  type PlainSocket,
  type Upgrade,
} from '../../../mocks/engine/http.js';
import type { Problem } from '../../../mocks/engine/problem.js';
import { defineSystem, type SystemContext } from '../../../mocks/engine/system.js';
import { openapi } from '../specs/openapi.js';

export interface Greeting {
  readonly id: number;
  readonly text: string;
}

export interface GreeterState {
  readonly greetings: Greeting[];
  readonly watchers: Set<PlainSocket>;
  readonly waiting: Set<() => void>;
}

export interface GreeterBehaviour {
  readonly words: (name: string) => string;
  readonly knows: (token: string) => boolean;
}

type Context = RequestContext<GreeterState, GreeterBehaviour>;

const documented: GreeterBehaviour = {
  words: (name) => `Good day, ${name}`,
  knows: (token) => token === 'greeter-token-1',
};

/** A sixth system; nothing outside this folder names it. */
export const greeter = defineSystem<GreeterState, GreeterBehaviour>({
  slug: 'greeter',
  title: 'Greeter',
  openapi,
  asyncapi: null,
  roots: ['greeter'],
  behaviours: {
    documented,
    observed: { ...documented, words: (name) => `Hi ${name}` },
  },
  settings: { holdSeconds: 60 },
  profile: { token: 'greeter-token-1' },
  createState: () => ({ greetings: [], watchers: new Set(), waiting: new Set() }),
  handlers: {
    greet(context) {
      authorise(context);
      const { name } = context.json<{ name: string }>();
      return json(201, greet(context, name));
    },
    readGreeting(context) {
      authorise(context);
      const found = context.state.greetings.find(({ id }) => String(id) === context.param('id'));
      return found === undefined ? context.refuse({ kind: 'not-found' }) : json(200, found);
    },
    awaitGreeting,
    watchGreetings,
  },
  refuse,
  trigger(event, context) {
    if (event.event !== 'greet') return false;
    for (const name of event.affects) greet(context, name);
    return true;
  },
});

function refuse(problem: Problem): PlainResponse {
  switch (problem.kind) {
    case 'not-found':
      return text(404, 'nobody here');
    case 'method-not-allowed':
      return text(405, 'not like this', { Allow: problem.allow.join(', ') });
    case 'content-type':
      return text(415, problem.message);
    case 'body-too-large':
      return text(413, problem.message);
    case 'internal':
      return text(500, problem.message);
    case 'body-syntax':
    case 'body-schema':
    case 'parameter':
      return text(400, problem.message);
  }
}

function authorise(context: Context): void {
  const token = /^Bearer (.+)$/.exec(context.header('authorization') ?? '')?.[1];
  if (token === undefined || !context.behaviour.knows(token)) {
    throw new Refusal(text(401, 'who are you?', { 'WWW-Authenticate': 'Bearer' }));
  }
}

function greet(
  { state, behaviour, world }: SystemContext<GreeterState, GreeterBehaviour>,
  name: string,
): Greeting {
  const greeting = { id: state.greetings.length + 1, text: behaviour.words(name) };
  state.greetings.push(greeting);
  const message = { channel: 'email' as const, recipient: name, subject: 'Greetings', code: null };
  world.deliver({ ...message, body: greeting.text, payload: null });
  for (const watcher of state.watchers) watcher.send(JSON.stringify(greeting));
  for (const wake of [...state.waiting]) wake();
  return greeting;
}

function awaitGreeting(context: Context): PlainResponse | Promise<PlainResponse> {
  authorise(context);
  const { state, world } = context;
  const after = Number(context.query.get('after') ?? '0');
  const since = (): Greeting[] => state.greetings.filter(({ id }) => id > after);
  if (since().length > 0) return json(200, since());
  return new Promise((resolve) => {
    const finish = (): void => {
      cancel();
      state.waiting.delete(finish);
      resolve(json(200, since()));
    };
    const cancel = world.clock.after(Number(world.settings.holdSeconds) * 1_000, finish);
    state.waiting.add(finish);
    context.request.peer.onAbort(finish);
  });
}

function watchGreetings(context: Context): PlainResponse | Upgrade {
  authorise(context);
  if (!context.request.upgrade) return text(426, 'a WebSocket is needed', { Upgrade: 'websocket' });
  const { watchers } = context.state;
  return {
    kind: 'upgrade',
    maxPayload: 1_000,
    attach(socket) {
      watchers.add(socket);
      return { closed: () => watchers.delete(socket) };
    },
  };
}
