import type { OutboundMessage } from '../../engine/inbox.js';
import type { Factor } from './factor.js';

/** What is to be told to a user. */
export interface ChallengeMessage {
  readonly factor: Factor;
  readonly challenge: string;
  /** HTML; the mock's own where absent. Not used for SMS. */
  readonly template: string | undefined;
  /** The default where absent. Not used for SMS. */
  readonly subject: string | undefined;
}

/** What a template holds in the place of the challenge (SSKS API, line 52). */
export const placeholder = '$$CHALLENGE$$';

/** SSKS API, line 53. */
export const defaultSubject = 'End-to-end encryption challenge';

const defaultTemplate = `<p>Your verification code is <strong>${placeholder}</strong>.</p>`;

/** Puts the challenge in the place of every placeholder and changes nothing else. */
export function fillTemplate(template: string, challenge: string): string {
  return template.replaceAll(placeholder, () => challenge);
}

/**
 * The e-mail or SMS with a challenge. A template without placeholder goes out as it is: its reader
 * gets no challenge, so that `code` is null.
 */
export function compose(message: ChallengeMessage): Omit<OutboundMessage, 'system'> {
  const { factor, challenge } = message;
  if (factor.type === 'SMS') {
    return {
      channel: 'sms',
      recipient: factor.value,
      code: challenge,
      subject: null,
      body: `Your verification code is ${challenge}`,
      payload: null,
    };
  }
  const body = fillTemplate(message.template ?? defaultTemplate, challenge);
  return {
    channel: 'email',
    recipient: factor.value,
    code: body.includes(challenge) ? challenge : null,
    subject: message.subject ?? defaultSubject,
    body,
    payload: null,
  };
}
