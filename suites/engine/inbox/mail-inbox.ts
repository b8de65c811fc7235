import { comparable } from './address.js';
import type { BridgeHandler } from './bridge.js';
import { findCode } from './code.js';
import type { MailReader } from './reader.js';

/**
 * An inbox of the contracts made of a mail reader. Messages are numbered in the order in which they
 * are first seen, so that a mail that turns up late is still newer than every cursor given out.
 * @param own the profile's expression for codes
 * @param declared the shapes of codes by system
 */
export function mailInbox(
  reader: MailReader,
  own: RegExp | undefined,
  declared: ReadonlyMap<string, RegExp>,
): BridgeHandler {
  const numbers = new Map<string, number>();
  return async ({ system, channel, recipient, after }) => {
    const mails = await reader.find(comparable(recipient));
    for (const { key } of mails) {
      if (!numbers.has(key)) numbers.set(key, numbers.size + 1);
    }
    const messages = mails
      .map((mail) => ({ mail, number: numbers.get(mail.key) ?? 0 }))
      .filter(({ number }) => number > after)
      .sort((a, b) => a.number - b.number)
      .map(({ mail, number }) => ({
        id: String(number),
        system,
        channel,
        recipient,
        receivedAt: mail.receivedAt,
        code: findCode(mail, { own, declared: declared.get(system) }),
        subject: mail.subject,
        body: mail.html ?? mail.text,
        payload: null,
      }));
    return { messages };
  };
}
