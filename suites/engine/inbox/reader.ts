import type { MailText } from './code.js';

/** A mail as it was found. */
export interface Mail extends MailText {
  /** Never given to another mail of the same reader. */
  readonly key: string;
  /** ISO 8601 with milliseconds, in UTC: when the mailbox got it. */
  readonly receivedAt: string;
}

/** Reads mail somewhere. */
export interface MailReader {
  /** In words for messages, without credentials. */
  readonly name: string;
  /**
   * Every mail to an address, in the order in which the mailbox got them.
   * @param address as `comparable` makes it
   * @throws MailError in one sentence
   */
  find(address: string): Promise<readonly Mail[]>;
  close(): Promise<void>;
}

/** What stands between us and the mail; a sentence for the user, without credentials. */
export class MailError extends Error {}
