import { withHeaders } from '../../../mocks/engine/http.js';
import { queryValue } from '../../../mocks/systems/quatrix/auth-values.js';
import type { Behaviour } from '../../../mocks/systems/quatrix/behaviour.js';
import { code, errorAnswer } from '../../../mocks/systems/quatrix/refusals.js';
import type { State } from '../../../mocks/systems/quatrix/state.js';
import { defineMutants, type Mutant } from '../../model.js';
import { isFirst, onAnswer, onBody } from './tools.js';

/** The three values in the query string. */
export const queryMutants: readonly Mutant[] = defineMutants<State, Behaviour>(
  'quatrix',
  import.meta.url,
  [
    {
      name: 'query-not-read',
      bug: 'The query string is not looked at.',
      breaks: ['quatrix.query.three-values-accepted', 'quatrix.query.client-names'],
      behaviour: (base) => ({
        authValue: (request, name) => base.authValue({ ...request, query: '' }, name),
      }),
    },
    {
      name: 'query-another-profile',
      bug: 'By query the profile is that of the owner of the account.',
      breaks: ['quatrix.query.three-values-accepted'],
      respond: onBody('getProfile', (body, { request }) =>
        /authorization=/i.test(request.query) ? { ...body, email: 'owner@example.com' } : body,
      ),
    },
    {
      name: 'query-names-exact',
      bug: 'The names of query parameters are compared with their letter case.',
      breaks: ['quatrix.query.client-names'],
      behaviour: (base) => ({
        authValue: (request, name) =>
          request.headers[name.toLowerCase()] === undefined
            ? queryValue(request.query, (candidate) => candidate === name)
            : base.authValue(request, name),
      }),
    },
    {
      name: 'query-cache-parameter-refused',
      bug: 'A parameter behind the three values is refused.',
      breaks: ['quatrix.query.client-names'],
      handlers: {
        getProfile: (next) => (context) =>
          context.request.query.includes('&_=')
            ? errorAnswer(401, code.notAuthorized, 'The signature is wrong')
            : next(context),
      },
    },
    {
      name: 'query-signature-unchecked',
      bug: 'A signature in the query only has to be there.',
      breaks: ['quatrix.query.each-value-checked'],
      behaviour: (base) => ({
        authValue(request, name) {
          const value = base.authValue(request, name);
          const byQuery = name === 'Authorization' && request.headers.authorization === undefined;
          return byQuery && value !== undefined && value !== '' ? '-' : value;
        },
        signatureMatches: (right, received) =>
          received === '-' || base.signatureMatches(right, received),
      }),
    },
    {
      name: 'query-signature-optional',
      bug: 'A token in the query is enough.',
      breaks: ['quatrix.query.missing-value-refused'],
      behaviour: (base) => ({
        authValue(request, name) {
          const value = base.authValue(request, name);
          const byQuery = /x-auth-token=/i.test(request.query);
          return name === 'Authorization' && byQuery ? (value ?? '-') : value;
        },
        signatureMatches: (right, received) =>
          received === '-' || base.signatureMatches(right, received),
      }),
    },
    {
      name: 'query-missing-value-500',
      bug: 'A missing value in the query makes the server fail.',
      breaks: ['quatrix.query.missing-value-refused'],
      respond: onAnswer('getProfile', 401, (response, { request }) =>
        request.query === '' || !String(response.body).includes('missing')
          ? response
          : errorAnswer(500, code.unknown, 'Failed'),
      ),
    },
  ],
);

const described = 'quatrix.generated.get-profile-answers-as-described';

/** The profile. */
export const profileMutants: readonly Mutant[] = defineMutants<State, Behaviour>(
  'quatrix',
  import.meta.url,
  [
    {
      name: 'profile-in-array',
      bug: 'The profile is wrapped in an array.',
      breaks: ['quatrix.profile.json-object'],
      alsoBreaks: { [described]: 'it is no object' },
      respond: onBody('getProfile', (body) => [body]),
    },
    {
      name: 'profile-not-json',
      bug: 'The profile is written with single quotes.',
      breaks: ['quatrix.profile.json-object'],
      alsoBreaks: { [described]: 'it is no JSON' },
      respond: onAnswer('getProfile', 200, (response) => ({
        ...response,
        body: String(response.body).replaceAll('"', "'"),
      })),
    },
    {
      name: 'profile-without-channel',
      bug: 'The profile names no channel.',
      breaks: ['quatrix.profile.channel-present'],
      alsoBreaks: {
        'quatrix.profile.channel-per-user': 'there is none',
        'quatrix.profile.channel-id-equal': 'there is none',
        'quatrix.profile.channel-stable': 'there is none',
        [described]: 'it is required',
      },
      behaviour: () => ({ channelMembers: () => ({}) }),
    },
    {
      name: 'profile-channel-of-another-user',
      bug: 'The second user is shown the channel of the first, from a cache.',
      breaks: ['quatrix.profile.channel-per-user'],
      alsoBreaks: { 'quatrix.mq.unaffected-not-notified': 'both poll one channel' },
      behaviour: (base) => ({
        channelMembers(user) {
          const [first] = user.account.users.values();
          const shown = user.login === 'second@example.com' ? (first ?? user) : user;
          return base.channelMembers(shown);
        },
      }),
    },
    {
      name: 'profile-channel-id-differs',
      bug: 'channel_id is a number of its own.',
      breaks: ['quatrix.profile.channel-id-equal'],
      behaviour: (base) => ({
        channelMembers: (user) => ({ ...base.channelMembers(user), channel_id: user.id }),
      }),
    },
    {
      name: 'profile-channel-id-empty',
      bug: 'channel_id is empty.',
      breaks: ['quatrix.profile.channel-id-equal'],
      alsoBreaks: { [described]: 'it may not be empty' },
      behaviour: (base) => ({
        channelMembers: (user) => ({ ...base.channelMembers(user), channel_id: '' }),
      }),
    },
    {
      name: 'profile-of-the-owner',
      bug: 'Everybody is shown the e-mail address of the first user.',
      breaks: ['quatrix.profile.own-data'],
      respond: onBody('getProfile', (body) => ({ ...body, email: 'user@example.com' })),
    },
    {
      name: 'profile-of-the-last-login',
      bug: 'The profile is that of whoever logged in last.',
      breaks: ['quatrix.profile.own-data'],
      respond: onBody('getProfile', (body) =>
        isFirst(String(body.email)) ? { ...body, email: 'second@example.com' } : body,
      ),
    },
    {
      name: 'profile-as-text',
      bug: 'The profile is labelled text/plain.',
      breaks: ['quatrix.profile.json-content-type'],
      respond: onAnswer('getProfile', 200, (response) =>
        withHeaders(response, { 'Content-Type': 'text/plain' }),
      ),
    },
    {
      name: 'profile-unlabelled',
      bug: 'The profile has an empty Content-Type.',
      breaks: ['quatrix.profile.json-content-type'],
      respond: onAnswer('getProfile', 200, (response) =>
        withHeaders(response, { 'Content-Type': '' }),
      ),
    },
  ],
);
