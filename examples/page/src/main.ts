import { contactBob } from './misakey.js';
import { newAccount, receivePush, register, sendMessage } from './textsecure.js';

/** Puts the mock inside this page, where the address asks for it; no other code knows of it. */
async function startBackend(): Promise<string> {
  if (new URLSearchParams(location.search).get('mock') !== 'page') return 'a server behind Vite';
  const [{ setupWorker }, { countersign }] = await Promise.all([
    import('msw/browser'),
    import('countersign/msw'),
  ]);
  const mock = await countersign({
    systems: ['textsecure', 'misakey'],
    baseUrl: location.origin,
    seed: 1,
  });
  await setupWorker(...mock.handlers).start({ quiet: true, onUnhandledRequest: 'bypass' });
  return 'inside this page';
}

/** Runs a demonstration when its form is sent; what it says, and how it fails, is listed below. */
function demonstrate(
  id: string,
  run: (text: string, say: (line: string) => void) => Promise<void>,
): void {
  const form = document.querySelector(`#${id}`);
  const log = document.querySelector(`#${id}-log`);
  if (!(form instanceof HTMLFormElement) || log === null) throw new Error(`no form ${id}`);
  const say = (line: string): void => {
    const item = document.createElement('li');
    item.textContent = line;
    log.append(item);
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    log.replaceChildren();
    const [text = ''] = [...new FormData(form).values()].map(String);
    run(text, say).catch((error: unknown) => {
      say(`failed: ${String(error)}`);
    });
  });
}

demonstrate('textsecure', async (text, say) => {
  const alice = newAccount('+15550000001');
  const bob = newAccount('+15550000002');
  for (const account of [alice, bob]) {
    await register(account);
    say(`${account.number} is registered`);
  }
  await sendMessage(alice, bob.number, text);
  say(`${alice.number} sent a message`);
  const push = await receivePush(bob);
  say(`${bob.number} got a push from ${push.source}: ${push.text}`);
});

demonstrate('misakey', contactBob);

const backend = await startBackend();
const status = document.querySelector('#backend');
if (status !== null) status.textContent = `The mock is ${backend}.`;
