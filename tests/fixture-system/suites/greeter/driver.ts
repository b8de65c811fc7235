import type { Exchange, RequestSpec } from '../../../../suites/engine/exchange.js';
import type { TestContext } from '../../../../suites/engine/context.js';
import type { SuiteSocket } from '../../../../suites/engine/websocket.js';

export interface GreeterDriver {
  readonly headers: Readonly<Record<string, string>>;
  greeting(name: string): RequestSpec;
  reading(id: number): RequestSpec;
  greet(name: string): Promise<{ id: number; text: string }>;
  next(after: number): Promise<Exchange>;
  watch(): Promise<SuiteSocket>;
}

export function createDriver(t: TestContext): GreeterDriver {
  const { token } = t.target.section;
  if (typeof token !== 'string') t.skip('needs a token in the profile');
  const headers = { Authorization: `Bearer ${token}` };
  const greeting = (name: string): RequestSpec => ({
    method: 'POST',
    path: '/greeter/greetings',
    headers,
    json: { name },
  });
  return {
    headers,
    greeting,
    reading: (id) => ({ method: 'GET', path: `/greeter/greetings/${String(id)}`, headers }),
    greet: (name) =>
      t.given('greeting somebody', async () => {
        const exchange = await t.send(greeting(name));
        t.expect.status(exchange, 201);
        return exchange.object() as { id: number; text: string };
      }),
    next: (after) =>
      t.send({ method: 'GET', path: `/greeter/next?after=${String(after)}`, headers }),
    watch: () =>
      t.given('watching', async () => {
        const outcome = await t.openSocket('/greeter/live', { headers });
        if ('socket' in outcome) return outcome.socket;
        return t.expect.fail(`a watcher was refused with ${String(outcome.refused.status)}`);
      }),
  };
}
