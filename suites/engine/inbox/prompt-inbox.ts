import type { InboxMessage } from '../out-of-band.js';
import { comparable } from './address.js';
import type { BridgeHandler } from './bridge.js';
import type { Prompter } from './prompt.js';

/**
 * An inbox of the contracts whose messages a person reads: it asks when somebody waits for a message
 * that is not known yet, and only then.
 */
export function promptInbox(prompter: Prompter): BridgeHandler {
  const typed: { key: string; message: InboxMessage }[] = [];
  return async ({ system, channel, recipient, after, waitMs }) => {
    const key = JSON.stringify([system, channel, comparable(recipient)]);
    const newer = (): InboxMessage[] =>
      typed
        .filter((entry) => entry.key === key && Number(entry.message.id) > after)
        .map(({ message }) => message);
    if (waitMs === 0 || newer().length > 0) return { messages: newer() };
    const by = channel === 'voice' ? 'a call' : channel;
    const line = await prompter.ask(
      key,
      `${system}: code sent by ${by} to ${recipient} (Enter when nothing came)`,
      waitMs,
    );
    if (line === null) return { messages: [] };
    if (line === '') return { messages: [], settled: true };
    // Somebody else may have waited for the same message, and noted it.
    if (newer().length === 0) {
      const message: InboxMessage = {
        id: String(typed.length + 1),
        system,
        channel,
        recipient,
        receivedAt: new Date().toISOString(),
        code: line,
        subject: null,
        body: null,
        payload: null,
      };
      typed.push({ key, message });
    }
    return { messages: newer() };
  };
}
