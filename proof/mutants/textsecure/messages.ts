import { text } from '../../../mocks/engine/http.js';
import type { Behaviour, Schemas } from '../../../mocks/systems/textsecure/behaviour.js';
import { refuseWith } from '../../../mocks/systems/textsecure/refusals.js';
import type { State } from '../../../mocks/systems/textsecure/state.js';
import { defineMutants } from '../../model.js';
import { answers, jsonAnswer, status } from './seams.js';

const id = (name: string): string => `textsecure.messages.${name}`;
const submit = ['submitMessages'];
const described = 'textsecure.generated.submit-messages-answers-as-described';

type Receipt = { success?: string[]; failure?: string[] };

/** Changes what a submission answers. */
function receipt(change: (receipt: Required<Receipt>) => Receipt) {
  return jsonAnswer(submit, ({ success = [], failure = [] }: Receipt) =>
    change({ success, failure }),
  );
}

/** The members of a message list as they were sent, unchecked. */
function sent(list: unknown): Record<string, unknown>[] {
  const { messages } = (list ?? {}) as { messages?: unknown };
  return Array.isArray(messages) ? (messages as Record<string, unknown>[]) : [];
}

export const messageMutants = defineMutants<State, Behaviour>('textsecure', import.meta.url, [
  {
    name: 'failure-left-out',
    bug: 'The list failure is left out when it is empty.',
    breaks: [id('single-accepted'), id('batch-accepted')],
    alsoBreaks: {
      [id('timestamp-optional')]: 'reads both lists',
      [id('to-oneself')]: 'reads both lists',
      'textsecure.federation.relayed-message': 'reads both lists',
      [described]: 'wants both lists',
    },
    ...receipt(({ success, failure }) =>
      failure.length === 0 ? { success } : { success, failure },
    ),
  },
  {
    name: 'success-without-plus',
    bug: 'Numbers in the answer have no plus.',
    breaks: [id('single-accepted'), id('batch-accepted'), id('partial-failure-isolated')],
    alsoBreaks: {
      [id('timestamp-optional')]: 'compares the number',
      [id('to-oneself')]: 'compares the number',
      'textsecure.federation.relayed-message': 'compares the number',
    },
    ...receipt(({ success, failure }) => ({
      success: success.map((number) => number.slice(1)),
      failure,
    })),
  },
  {
    name: 'messages-202',
    bug: 'A submission answers 202.',
    breaks: [id('single-accepted'), id('unknown-number-in-failure')],
    alsoBreaks: {
      [id('batch-accepted')]: 'wants 200',
      [id('partial-failure-isolated')]: 'wants 200',
      [id('timestamp-optional')]: 'wants 200',
      [id('no-push-id-in-failure')]: 'wants 200',
      [id('to-oneself')]: 'wants 200',
      'textsecure.delivery.body-byte-exact': 'wants 200',
      'textsecure.delivery.unpadded-body-byte-exact': 'wants 200',
      'textsecure.delivery.padded-body-byte-exact': 'wants 200',
      'textsecure.ratelimit.messages-413': 'wants 200 or 413',
      'textsecure.federation.relayed-message': 'wants 200',
      [described]: 'the same status',
    },
    ...status(submit, 200, 202),
  },
  {
    name: 'number-in-both-lists',
    bug: 'A number that was served is listed in failure as well.',
    breaks: [id('single-accepted'), id('batch-accepted'), id('partial-failure-isolated')],
    alsoBreaks: {
      'textsecure.federation.relayed-message': 'wants one list',
    },
    ...receipt(({ success, failure }) => ({ success, failure: [...failure, ...success] })),
  },
  {
    name: 'message-to-unknown-number-404',
    bug: 'A message to an unknown number alone answers 404.',
    breaks: [id('unknown-number-in-failure')],
    alsoBreaks: {
      [id('to-oneself')]: 'sends to a stranger first',
    },
    ...answers(submit, (response, context) => {
      if (response.status !== 200) return response;
      const [only, ...others] = sent(context.parsed());
      const unknown =
        !context.state.accounts.has(String(only?.destination)) && only?.relay === undefined;
      return others.length === 0 && unknown ? { ...response, status: 404 } : response;
    }),
  },
  {
    name: 'unknown-number-in-no-list',
    bug: 'A number that nobody has is listed nowhere.',
    breaks: [id('unknown-number-in-failure'), id('partial-failure-isolated')],
    alsoBreaks: {
      'textsecure.registration.reregistration-drops-push-id': 'wants the number in failure',
      'textsecure.push.id-deleted': 'wants the number in failure',
      'textsecure.push.not-registered-id-cleared': 'wants the number in failure',
      [id('no-push-id-in-failure')]: 'wants the number in failure',
      'textsecure.federation.unknown-relay': 'wants the number in failure',
    },
    ...receipt(({ success }) => ({ success, failure: [] })),
  },
  {
    name: 'only-first-message-served',
    bug: 'Of several messages only the first is served, and all are listed in success.',
    breaks: [id('batch-accepted')],
    alsoBreaks: { [id('partial-failure-isolated')]: 'sends several messages' },
    behaviour: (base) => ({
      serveMessages(context, sender, messages) {
        if (messages.length < 2) return base.serveMessages(context, sender, messages);
        base.serveMessages(context, sender, messages.slice(0, 1));
        return { success: messages.map(({ destination }) => destination), failure: [] };
      },
    }),
  },
  {
    name: 'batch-of-two',
    bug: 'A request with more than two messages is refused.',
    breaks: [id('batch-accepted')],
    alsoBreaks: { [id('partial-failure-isolated')]: 'sends three messages' },
    behaviour: (base) => ({
      readMessages(context) {
        const list = base.readMessages(context);
        return list.messages.length > 2 ? refuseWith(text(415, 'too many')) : list;
      },
    }),
  },
  {
    name: 'bodies-of-a-batch-alike',
    bug: 'All messages of a request go out with the body of the last.',
    breaks: [id('batch-accepted')],
    alsoBreaks: { [id('partial-failure-isolated')]: 'compares the bodies' },
    behaviour: (base) => ({
      serveMessages: (context, sender, messages) =>
        base.serveMessages(
          context,
          sender,
          messages.map((message) => ({ ...message, body: messages.at(-1)?.body ?? message.body })),
        ),
    }),
  },
  {
    name: 'stops-at-failure',
    bug: 'Nothing is served after a number that fails.',
    breaks: [id('partial-failure-isolated')],
    behaviour: (base) => ({
      serveMessages(context, sender, messages) {
        const all: Schemas['MessageReceipt'] = { success: [], failure: [] };
        for (const message of messages) {
          if (all.failure.length > 0) {
            all.failure.push(message.destination);
            continue;
          }
          const one = base.serveMessages(context, sender, [message]);
          all.success.push(...one.success);
          all.failure.push(...one.failure);
        }
        return all;
      },
    }),
  },
  {
    name: 'failure-fails-all',
    bug: 'When one number fails all of its request are listed in failure.',
    breaks: [id('partial-failure-isolated')],
    ...receipt(({ success, failure }) =>
      failure.length === 0
        ? { success, failure }
        : { success: [], failure: [...success, ...failure] },
    ),
  },
  {
    name: 'served-number-before-failure-not-delivered',
    bug: 'A failing number undoes the deliveries before it, which are reported nevertheless.',
    breaks: [id('partial-failure-isolated')],
    behaviour: (base) => ({
      serveMessages(context, sender, messages) {
        const known = messages.filter(({ destination }) => context.state.accounts.has(destination));
        if (messages.length < 2 || known.length === messages.length)
          return base.serveMessages(context, sender, messages);
        return {
          success: known.map(({ destination }) => destination),
          failure: messages
            .filter((message) => !known.includes(message))
            .map(({ destination }) => destination),
        };
      },
    }),
  },
  {
    name: 'timestamp-required',
    bug: 'A message without timestamp is refused.',
    breaks: [id('timestamp-optional')],
    behaviour: (base) => ({
      readMessages(context) {
        const list = base.readMessages(context);
        return sent(list).every((message) => message.timestamp !== undefined)
          ? list
          : refuseWith(text(415, 'timestamp'));
      },
    }),
  },
  {
    name: 'message-without-body-accepted',
    bug: 'A message without body is delivered empty.',
    breaks: [id('missing-member-415')],
    behaviour: (base) => ({
      readMessages(context) {
        const raw = context.json<Schemas['MessageList']>({ schema: false });
        const [only] = sent(raw);
        return only?.body === undefined && typeof only?.destination === 'string'
          ? { messages: [{ type: 0, destination: only.destination, body: 'AAAA' }] }
          : base.readMessages(context);
      },
    }),
  },
  {
    name: 'no-messages-accepted',
    bug: 'A request without messages counts as one with none.',
    breaks: [id('missing-member-415')],
    behaviour: (base) => ({
      readMessages(context) {
        const raw = context.json<Partial<Schemas['MessageList']>>({ schema: false });
        return raw.messages === undefined ? { messages: [] } : base.readMessages(context);
      },
    }),
  },
  {
    name: 'message-without-destination-crashes',
    bug: 'A message without destination ends in 500.',
    breaks: [id('missing-member-415')],
    behaviour: (base) => ({
      readMessages(context) {
        const raw = context.json<Schemas['MessageList']>({ schema: false });
        const [only] = sent(raw);
        return only !== undefined && only.destination === undefined
          ? refuseWith(text(500, 'crash'))
          : base.readMessages(context);
      },
    }),
  },
  {
    name: 'no-push-id-in-success',
    bug: 'A message to an account without a push id is listed in success, and lost.',
    breaks: [
      id('no-push-id-in-failure'),
      'textsecure.push.id-deleted',
      'textsecure.registration.reregistration-drops-push-id',
    ],
    behaviour: (base) => ({
      serveMessages(context, sender, messages) {
        const { success, failure } = base.serveMessages(context, sender, messages);
        const lost = failure.filter(
          (number) =>
            context.state.accounts.get(number)?.push.length === 0 &&
            messages.every((message) => (message.relay ?? '') === ''),
        );
        return {
          success: [...success, ...lost],
          failure: failure.filter((number) => !lost.includes(number)),
        };
      },
    }),
    alsoBreaks: {
      'textsecure.push.not-registered-id-cleared': 'its id was just cleared',
    },
  },
  {
    name: 'no-push-id-404',
    bug: 'A message to an account without a push id answers 404.',
    breaks: [id('no-push-id-in-failure')],
    alsoBreaks: {
      'textsecure.push.id-deleted': 'answers no lists',
      'textsecure.registration.reregistration-drops-push-id': 'answers no lists',
    },
    behaviour: (base) => ({
      pushTargets: (account) =>
        account.push.length === 0 ? refuseWith(text(404, 'no device')) : base.pushTargets(account),
    }),
  },
  {
    name: 'type-not-forwarded',
    bug: 'The type of a message is not passed on.',
    breaks: [id('type-forwarded')],
    behaviour: () => ({ signalFor: (signal) => ({ ...signal, type: 0 }) }),
  },
  {
    name: 'type-always-ciphertext',
    bug: 'Every message arrives as ciphertext.',
    breaks: [id('type-forwarded')],
    behaviour: () => ({ signalFor: (signal) => ({ ...signal, type: 1 }) }),
  },
  {
    name: 'type-by-position',
    bug: 'The prekey bundle is passed on as the third type of an enumeration.',
    breaks: [id('type-forwarded')],
    behaviour: () => ({
      signalFor: (signal) => ({ ...signal, type: signal.type === 3 ? 2 : signal.type }),
    }),
  },
]);
