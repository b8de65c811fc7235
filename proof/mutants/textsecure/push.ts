import { text } from '../../../mocks/engine/http.js';
import type { Behaviour } from '../../../mocks/systems/textsecure/behaviour.js';
import { refuseWith } from '../../../mocks/systems/textsecure/refusals.js';
import type { State } from '../../../mocks/systems/textsecure/state.js';
import { defineMutants } from '../../model.js';
import { around, status } from './seams.js';

const id = (name: string): string => `textsecure.push.${name}`;

export const pushMutants = defineMutants<State, Behaviour>('textsecure', import.meta.url, [
  {
    name: 'gcm-id-201',
    bug: 'Storing a GCM id answers 201.',
    breaks: [id('gcm-id-accepted')],
    alsoBreaks: {
      'textsecure.registration.right-code-accepted': 'tries credentials on this operation',
      'textsecure.registration.minimal-body-accepted': 'tries credentials on this operation',
      'textsecure.registration.printed-path-alias': 'tries credentials on this operation',
      'textsecure.generated.set-gcm-registration-answers-as-described': 'the same status',
    },
    ...status(['setGcmRegistration'], 200, 201),
  },
  {
    name: 'apn-id-201',
    bug: 'Storing an APN id answers 201.',
    breaks: [id('apn-id-accepted')],
    alsoBreaks: {
      'textsecure.generated.set-apn-registration-answers-as-described': 'the same status',
    },
    ...status(['setApnRegistration'], 200, 201),
  },
  {
    name: 'apn-id-of-40-characters',
    bug: 'An APN id may have 40 characters at most.',
    breaks: [id('apn-id-accepted')],
    alsoBreaks: {
      'textsecure.generated.set-apn-registration-answers-as-described': 'its id is as long',
    },
    behaviour: (base) => ({
      readApnRegistration(context) {
        const body = base.readApnRegistration(context);
        return body.apnRegistrationId.length > 40 ? refuseWith(text(415, 'too long')) : body;
      },
    }),
  },
  {
    name: 'both-gcm-ids-kept',
    bug: 'A new id is added to the old one of the same kind.',
    breaks: [id('new-id-replaces-old')],
    behaviour: () => ({
      pushAfterStoring: (current, fresh) => [
        ...current.filter((target) => target.channel === fresh.channel),
        fresh,
      ],
    }),
  },
  {
    name: 'first-gcm-id-kept',
    bug: 'An id is kept when another of the same kind is stored.',
    breaks: [id('new-id-replaces-old')],
    behaviour: () => ({
      pushAfterStoring: (current, fresh) =>
        current.some((target) => target.channel === fresh.channel) ? current : [fresh],
    }),
  },
  {
    name: 'both-kinds-kept',
    bug: 'An id of one kind leaves that of the other in place.',
    breaks: [id('latest-kind-wins')],
    behaviour: () => ({
      pushAfterStoring: (current, fresh) => [
        ...current.filter((target) => target.channel !== fresh.channel),
        fresh,
      ],
    }),
  },
  {
    name: 'gcm-preferred',
    bug: 'Where a GCM id was ever stored, pushes go there.',
    breaks: [id('latest-kind-wins')],
    behaviour: () => ({
      pushAfterStoring: (current, fresh) =>
        fresh.channel === 'apn' && current.some((target) => target.channel === 'gcm')
          ? current
          : [fresh],
    }),
  },
  {
    name: 'deletion-without-effect',
    bug: 'Removing a push id is acknowledged and not done.',
    breaks: [id('id-deleted')],
    behaviour: () => ({ pushAfterRemoval: (current) => current }),
  },
  {
    name: 'apn-deletion-without-effect',
    bug: 'Removing an APN id removes GCM ids.',
    breaks: [id('id-deleted')],
    behaviour: (base) => ({ pushAfterRemoval: (current) => base.pushAfterRemoval(current, 'gcm') }),
  },
  {
    name: 'not-registered-id-kept',
    bug: 'An id that is not registered is kept.',
    breaks: [id('not-registered-id-cleared')],
    behaviour: () => ({ accountAfterNotRegistered: (account) => account }),
  },
  {
    name: 'not-registered-counts-as-success',
    bug: 'A message to an id that is not registered is listed in success.',
    breaks: [id('not-registered-id-cleared')],
    ...around('submitMessages', (next, context) => {
      const gone = [...context.state.accounts.values()].filter(({ push }) =>
        push.some((target) => context.state.notRegistered.has(target.id)),
      );
      const numbers = gone.map((account) => account.number);
      const response = next(context);
      if (numbers.length === 0 || typeof response.body !== 'string') return response;
      const { failure = [], success = [] } = JSON.parse(response.body) as Record<string, string[]>;
      const moved = failure.filter((number) => numbers.includes(number));
      const kept = failure.filter((number) => !numbers.includes(number));
      return {
        ...response,
        body: JSON.stringify({ success: [...success, ...moved], failure: kept }),
      };
    }),
  },
  {
    name: 'not-registered-501',
    bug: 'A message to an id that is not registered ends in 501.',
    breaks: [id('not-registered-id-cleared')],
    behaviour: () => ({
      accountAfterNotRegistered: () => refuseWith(text(501, 'push service refused')),
    }),
  },
]);
