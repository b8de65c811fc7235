import { defineFreedoms } from '../../engine/freedoms.js';
import { withHeaders } from '../../engine/http.js';
import type { Behaviour, Schemas } from './behaviour.js';
import type { State } from './state.js';

type Contacts = { contacts: Schemas['Contact'][] };

/** What the page leaves to a server; see `Freedom`. */
export const freedoms = defineFreedoms<State, Behaviour>([
  {
    name: 'short-attachment-ids',
    difference: 'Attachment ids are short: the page wants them new, not long.',
    behaviour: () => ({ newAttachmentId: (random) => String(1 + random.integer(10 ** 9)) }),
  },
  {
    name: 'codes-of-four-to-eight-digits',
    difference: 'Codes have four to eight digits, and may begin with zero.',
    behaviour: () => ({
      newCode: (random) => random.text(4 + random.integer(5), '0123456789'),
    }),
  },
  {
    name: 'supports-sms-false-shown',
    difference: 'supportsSms is written where it is false, and relay where it is null.',
    behaviour: () => ({
      contactOf: ({ token, supportsSms }) => ({ token, supportsSms, relay: null }),
    }),
  },
  {
    name: 'contacts-in-another-order',
    difference: 'Contacts come in another order than their tokens were asked for.',
    respond: (response, context) => {
      if (context.operation?.id !== 'getContactIntersection' || response.status !== 200) {
        return response;
      }
      const { contacts } = JSON.parse(String(response.body)) as Contacts;
      return { ...response, body: JSON.stringify({ contacts: contacts.reverse() }) };
    },
  },
  {
    name: 'more-push-members',
    difference: 'Pushes have members that the page does not name.',
    behaviour: () => ({
      gcmPayload: (envelope) => ({
        collapse_key: 'none',
        message: envelope,
        type: 'message',
        sent: '1386547200',
      }),
      apnPayload: (envelope) => ({
        badge: 1,
        m: envelope,
        alert: 'You have a new message!',
        sound: 'default',
      }),
    }),
  },
  {
    name: 'challenge-with-charset',
    difference: 'The challenge has another realm, a charset, and a second scheme before it.',
    respond: (response) =>
      response.status === 401
        ? withHeaders(response, {
            'WWW-Authenticate': ['Bearer', 'basic realm="x", charset="UTF-8"'],
          })
        : response,
  },
]);
