import { empty, json } from '../../../mocks/engine/http.js';
import type { Behaviour, Context } from '../../../mocks/systems/misakey/behaviour.js';
import { parseCookies } from '../../../mocks/systems/misakey/cookies.js';
import { defineMutants } from '../../model.js';
import {
  before,
  editAnswer,
  readAlso,
  replaceAnswer,
  sessionOf,
  tokenOfPath,
  type State,
  drop,
} from './tools.js';

const operation = 'contactUser';

/** Checks whose statement is that a contact is accepted, not only their condition. */
export const acceptances: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'misakey.contact.valid-request-created',
    'misakey.contact.documented-field-names-accepted',
    'misakey.contact.older-field-names-accepted',
    'misakey.contact.acr-1-accepted',
    'misakey.contact.seed-samples-accepted',
    'misakey.contact.public-key-forms-accepted',
    'misakey.contact.unknown-members-ignored',
    'misakey.csrf.token-issued',
    'misakey.generated.contact-user-answers-as-described',
  ].map((id) => [id, 'no contact is answered as it should be']),
);

function csrfHeader(context: Context): string | undefined {
  return context.header('x-csrf-token');
}

/** Accepts some contacts whose CSRF pair is not right. */
function csrfAlsoHolds(holds: (context: Context) => boolean) {
  return (base: Behaviour): Partial<Behaviour> => ({
    csrfHolds: (context) => base.csrfHolds(context) || holds(context),
  });
}

export const contactAccessMutants = defineMutants<State, Behaviour>('misakey', import.meta.url, [
  {
    name: 'contact-answered-200',
    bug: 'A contact is answered 200 in place of 201.',
    breaks: [
      'misakey.contact.valid-request-created',
      'misakey.contact.documented-field-names-accepted',
      'misakey.contact.older-field-names-accepted',
      'misakey.contact.seed-samples-accepted',
    ],
    alsoBreaks: acceptances,
    respond: replaceAnswer(
      operation,
      ({ status }) => status === 201,
      (response) => ({ ...response, status: 200 }),
    ),
  },
  {
    name: 'contact-needs-acr-3',
    bug: 'A token of ACR 1 is taken for no token at all when it contacts.',
    breaks: ['misakey.contact.acr-1-accepted'],
    handlers: before(operation, (context) => {
      const token = context.state.tokens.get(tokenText(context));
      return token?.acr === 1 ? json(401, {}) : undefined;
    }),
  },
  {
    name: 'contact-with-acr-0',
    bug: 'The ACR is not looked at for a contact.',
    breaks: ['misakey.contact.acr-0-refused'],
    behaviour: (base) => ({ minimumAcr: (id) => (id === operation ? 0 : base.minimumAcr(id)) }),
  },
  {
    name: 'contact-by-tokentype-alone',
    bug: 'Without accesstoken the identity of the path is taken for the caller.',
    breaks: ['misakey.contact.no-cookies-refused'],
    behaviour: (base) =>
      readAlso(base, operation, (context, cookies) =>
        cookies.has('tokentype') && !cookies.has('accesstoken') ? tokenOfPath(context) : undefined,
      ),
  },
  {
    name: 'contact-without-cookies-crashes',
    bug: 'Without the two cookies a contact makes the server fail.',
    breaks: ['misakey.contact.no-cookies-refused'],
    alsoBreaks: {
      'misakey.generated.contact-user-credentials-refused': 'it comes without cookies',
    },
    respond: replaceAnswer(
      operation,
      ({ status }, context) => status === 401 && tokenText(context) === '',
      (response) => ({ ...response, status: 500 }),
    ),
  },
  {
    name: 'contact-without-tokentype',
    bug: 'A contact does not look for tokentype.',
    breaks: ['misakey.contact.missing-tokentype-refused'],
    behaviour: (base) =>
      readAlso(base, operation, (_, cookies) =>
        cookies.has('tokentype') ? undefined : cookies.get('accesstoken'),
      ),
  },
  {
    name: 'contact-of-any-tokentype',
    bug: 'A contact takes any tokentype.',
    breaks: ['misakey.contact.other-tokentype-refused'],
    behaviour: (base) =>
      readAlso(base, operation, (_, cookies) =>
        cookies.has('tokentype') ? cookies.get('accesstoken') : undefined,
      ),
  },
  {
    name: 'contact-token-not-looked-up',
    bug: 'For a contact any token that looks like one is taken.',
    breaks: ['misakey.contact.unknown-token-refused'],
    alsoBreaks: { 'misakey.contact.altered-token-refused': 'a changed token looks like one, too' },
    behaviour: (base) =>
      readAlso(base, operation, (context, cookies) => {
        const token = cookies.get('accesstoken') ?? '';
        const issued = context.state.tokens.has(token);
        return cookies.has('tokentype') && !issued && token.length === 43
          ? tokenOfPath(context)
          : undefined;
      }),
  },
  {
    name: 'contact-token-compared-as-prefix',
    bug: 'For a contact a token is found by its first 42 characters.',
    breaks: ['misakey.contact.altered-token-refused'],
    behaviour: (base) => ({
      findToken(state, value, id) {
        if (id !== operation) return base.findToken(state, value, id);
        return [...state.tokens.values()].find(
          (token) => value.length >= 42 && token.value.slice(0, 42) === value.slice(0, 42),
        );
      },
    }),
  },
  {
    name: 'contact-token-with-a-tail',
    bug: 'For a contact, what follows a known token is not looked at.',
    breaks: ['misakey.contact.altered-token-refused'],
    behaviour: (base) => ({
      findToken: (state, value, id) =>
        base.findToken(state, id === operation ? value.slice(0, 43) : value, id),
    }),
  },
  {
    name: 'contact-with-an-expired-token',
    bug: 'A contact does not look at the expiry of the token.',
    breaks: ['misakey.contact.expired-token-refused'],
    behaviour: (base) => ({
      hasExpired: (token, now, id) => id !== operation && base.hasExpired(token, now, id),
    }),
  },
  {
    name: 'contact-in-the-name-of-another',
    bug: 'The identity of the path is not compared with that of the token.',
    breaks: ['misakey.contact.other-identity-refused'],
    behaviour: (base) => ({
      mayActFor: (token, identityId, id) =>
        id === operation || base.mayActFor(token, identityId, id),
    }),
  },
  {
    name: 'contact-crashes-on-a-bad-path-id',
    bug: 'A path id that is no UUID makes a contact fail.',
    breaks: ['misakey.contact.malformed-path-id-refused'],
    respond: replaceAnswer(
      operation,
      ({ status, body }) => status === 400 && String(body).includes('"identity_id":"malformed"'),
      (response) => ({ ...response, status: 500 }),
    ),
  },
  {
    name: 'bad-path-id-called-forbidden',
    bug: 'The error for a path id that is no UUID has the code of another status.',
    breaks: ['misakey.contact.malformed-path-id-refused'],
    respond: editAnswer(
      operation,
      (body) =>
        JSON.stringify(body.details).includes('"identity_id":"malformed"')
          ? { ...body, code: 'forbidden' }
          : body,
      (status) => status === 400,
    ),
  },
  {
    name: 'contact-answers-get',
    bug: 'GET on the path of a contact is answered 200.',
    breaks: ['misakey.contact.other-methods-refused'],
    respond: (response, context) =>
      response.status === 405 && context.request.path.endsWith('/contact')
        ? { ...response, status: 200 }
        : response,
  },
  {
    name: 'csrf-cookie-suffices',
    bug: 'The CSRF cookie alone is enough.',
    breaks: ['misakey.contact.csrf-header-missing-refused'],
    behaviour: csrfAlsoHolds(
      (context) => sessionOf(context) !== '' && csrfHeader(context) === undefined,
    ),
  },
  {
    name: 'any-csrf-header',
    bug: 'X-CSRF-Token has to be there, whatever its value.',
    breaks: ['misakey.contact.csrf-header-wrong-refused'],
    behaviour: csrfAlsoHolds(
      (context) => sessionOf(context) !== '' && (csrfHeader(context) ?? '') !== '',
    ),
  },
  {
    name: 'csrf-compared-without-its-end',
    bug: 'The last character of the CSRF token is not compared.',
    breaks: ['misakey.contact.csrf-header-wrong-refused'],
    behaviour: csrfAlsoHolds((context) => {
      const header = csrfHeader(context) ?? '';
      return header.length === 32 && sessionOf(context).slice(0, 31) === header.slice(0, 31);
    }),
  },
  {
    name: 'csrf-absent-on-both-sides',
    bug: 'No cookie and no header count as equal.',
    breaks: ['misakey.contact.csrf-absent-entirely-refused'],
    behaviour: csrfAlsoHolds(
      (context) => sessionOf(context) === '' && csrfHeader(context) === undefined,
    ),
  },
  {
    name: 'csrf-fault-without-details',
    bug: 'The CSRF fault is not named in details.',
    breaks: ['misakey.contact.csrf-checked-before-token'],
    respond: editAnswer(
      operation,
      (body) => ({ ...body, details: {} }),
      (status) => status === 403,
    ),
  },
  {
    name: 'no-csrf-and-no-credentials-crashes',
    bug: 'A contact with neither CSRF token nor credentials makes the server fail.',
    breaks: ['misakey.contact.csrf-checked-before-token'],
    alsoBreaks: {
      'misakey.generated.contact-user-credentials-refused': 'it comes without cookies',
    },
    respond: replaceAnswer(
      operation,
      ({ status }, context) => status === 403 && context.header('cookie') === undefined,
      (response) => ({ ...response, status: 500 }),
    ),
  },
  {
    name: 'csrf-token-needs-credentials',
    bug: 'A CSRF token is given to who is signed in only.',
    breaks: ['misakey.csrf.token-issued'],
    alsoBreaks: { 'misakey.generated.get-csrf-token-answers-as-described': 'it is refused' },
    handlers: before('getCsrfToken', (context) =>
      tokenText(context) === '' ? json(401, {}) : undefined,
    ),
  },
  {
    name: 'csrf-token-without-cookie',
    bug: 'A CSRF token comes without its cookie.',
    breaks: ['misakey.csrf.token-issued'],
    alsoBreaks: acceptances,
    respond: (response, context) =>
      context.operation?.id === 'getCsrfToken'
        ? { ...response, headers: { 'Content-Type': 'application/json' } }
        : response,
  },
  {
    name: 'csrf-token-under-another-name',
    bug: 'The member of the CSRF token is called token.',
    breaks: ['misakey.csrf.token-issued'],
    alsoBreaks: {
      'misakey.generated.get-csrf-token-answers-as-described': 'csrf_token is missing',
    },
    respond: editAnswer('getCsrfToken', (body) => ({ token: body.csrf_token })),
  },
  {
    name: 'error-without-desc',
    bug: 'An error has no desc when there is nothing to say.',
    breaks: ['misakey.errors.four-members'],
    respond: editAnswer(
      operation,
      (body) => drop(body, 'desc'),
      (status) => status >= 400,
    ),
  },
  {
    name: 'error-details-a-list',
    bug: 'details is a list.',
    breaks: ['misakey.errors.four-members'],
    respond: editAnswer(
      operation,
      (body) => ({ ...body, details: [body.details] }),
      (status) => status === 404,
    ),
  },
  {
    name: 'error-in-plain-text',
    bug: 'An error for missing credentials is declared as plain text.',
    breaks: ['misakey.errors.four-members'],
    respond: replaceAnswer(
      operation,
      ({ status }) => status === 401,
      (response) => ({
        ...response,
        headers: { ...response.headers, 'Content-Type': 'text/plain; charset=utf-8' },
      }),
    ),
  },
  {
    name: 'conflict-called-bad-request',
    bug: 'The error for a used share hash has the code of a 400.',
    breaks: ['misakey.errors.code-matches-status'],
    respond: editAnswer(
      operation,
      (body) => ({ ...body, code: 'bad_request' }),
      (status) => status === 409,
    ),
  },
  {
    name: 'not-found-in-other-words',
    bug: 'The code for an unknown contact is spelt with a hyphen.',
    breaks: ['misakey.errors.code-matches-status'],
    respond: editAnswer(
      operation,
      (body) => ({ ...body, code: 'not-found' }),
      (status) => status === 404,
    ),
  },
  {
    name: 'refused-contact-leaves-a-box',
    bug: 'The box of a contact that fails for its hash is not rolled back.',
    breaks: ['misakey.contact.refused-contact-creates-no-box'],
    behaviour: (base) => ({ hashIsUsed: (state, hash) => base.hashIsUsed(state, hash) }),
    respond: (response, context) => {
      if (context.operation?.id === operation && response.status === 409) {
        refusedTitles.push(titleIn(context));
      }
      if (context.operation?.id !== 'listJoinedBoxes' || response.status !== 200) {
        return response;
      }
      const boxes = JSON.parse(String(response.body)) as Record<string, unknown>[];
      const left = refusedTitles.map((title) => ({ ...boxes[0], title }));
      return { ...response, body: JSON.stringify([...left, ...boxes]) };
    },
  },
  {
    name: 'joined-boxes-empty',
    bug: 'The list of joined boxes is empty for the creator.',
    breaks: ['misakey.contact.refused-contact-creates-no-box'],
    respond: (response, context) =>
      context.operation?.id === 'listJoinedBoxes' &&
      response.status === 200 &&
      tokenText(context) === firstToken(context)
        ? { ...response, body: '[]' }
        : response,
  },
  {
    name: 'joined-boxes-without-count',
    bug: 'HEAD on the joined boxes does not count.',
    breaks: ['misakey.events.contact-box-has-two-events'],
    respond: replaceAnswer(
      'countJoinedBoxes',
      ({ status }) => status === 204,
      () => empty(204),
    ),
  },
]);

/** Titles of contacts that the mutant above refused and kept. */
const refusedTitles: string[] = [];

function titleIn(context: Context): string {
  return /"title":"([^"]*)"/.exec(new TextDecoder().decode(context.request.body))?.[1] ?? '';
}

function tokenText(context: Context): string {
  return parseCookies(context.header('cookie')).get('accesstoken') ?? '';
}

/** The best token of the first identity. */
function firstToken(context: Context): string {
  const [first] = context.state.tokens.keys();
  return first ?? '';
}
