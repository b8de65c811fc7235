import { defineMutants } from '../../../proof/model.js';
import type { GreeterBehaviour, GreeterState } from '../mocks/system.js';

export const greeterMutants = defineMutants<GreeterState, GreeterBehaviour>(
  'greeter',
  import.meta.url,
  [
    {
      name: 'greets-everybody-alike',
      bug: 'The name is forgotten on the way into the text.',
      breaks: ['greeter.greetings.by-name'],
      alsoBreaks: { 'greeter.greetings.from-outside': 'it looks for a name in the text' },
      behaviour: () => ({ words: () => 'Good day' }),
    },
    {
      name: 'anybody-may-watch',
      bug: 'The socket opens before the token is looked at.',
      breaks: ['greeter.live.needs-token'],
      handlers: {
        watchGreetings: (next) => (context) =>
          context.header('authorization') === undefined
            ? { kind: 'upgrade', maxPayload: 1, attach: () => ({}) }
            : next(context),
      },
    },
    {
      name: 'mail-is-lost',
      bug: 'No mail leaves the house.',
      breaks: ['greeter.greetings.mailed'],
      deliver: () => undefined,
    },
    {
      name: 'polls-at-once',
      bug: 'A poll with nothing to tell is answered at once.',
      breaks: ['greeter.poll.held'],
      handlers: {
        awaitGreeting: (next) => (context) => {
          const after = Number(context.query.get('after') ?? '0');
          return context.state.greetings.some(({ id }) => id > after)
            ? next(context)
            : { status: 200, headers: { 'Content-Type': 'application/json' }, body: '[]' };
        },
      },
    },
  ],
);
