import { RequestContext } from '../../../mocks/engine/context.js';
import { json, text } from '../../../mocks/engine/http.js';
import type { Behaviour, Context } from '../../../mocks/systems/textsecure/behaviour.js';
import { refuseWith } from '../../../mocks/systems/textsecure/refusals.js';
import type { State } from '../../../mocks/systems/textsecure/state.js';
import { defineMutants } from '../../model.js';
import { although, answers, around, isJson, open, status, trusting, type Spec } from './seams.js';

/** Operations that need credentials, with the requirement that says so. */
const guarded = [
  ['setGcmRegistration', 'textsecure.push.gcm-credentials-required'],
  ['setApnRegistration', 'textsecure.push.apn-credentials-required'],
  ['registerPreKeys', 'textsecure.prekeys.upload-credentials-required'],
  ['getPreKey', 'textsecure.prekeys.get-credentials-required'],
  ['getContactIntersection', 'textsecure.directory.credentials-required'],
  ['submitMessages', 'textsecure.messages.credentials-required'],
  ['allocateAttachment', 'textsecure.attachments.allocation-credentials-required'],
  ['getAttachmentLocation', 'textsecure.attachments.location-credentials-required'],
] as const;

/** Operations that take JSON, with the requirement on bodies that are none. */
const readers = [
  ['setGcmRegistration', 'textsecure.push.gcm-malformed-json-415'],
  ['setApnRegistration', 'textsecure.push.apn-malformed-json-415'],
  ['registerPreKeys', 'textsecure.prekeys.upload-malformed-json-415'],
  ['getContactIntersection', 'textsecure.directory.malformed-json-415'],
  ['submitMessages', 'textsecure.messages.malformed-json-415'],
] as const;

function kebab(operation: string): string {
  return operation.replaceAll(/([A-Z])/g, '-$1').toLowerCase();
}

/** The generated requirement that sees the same bug. */
function generated(operation: string, kind: string): string {
  const name = operation.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
  return `textsecure.generated.${name}-${kind}`;
}

/** The generated check of the same fault; submissions have none (errata, E3). */
function cutsOff(operation: string): Record<string, string> {
  return operation === 'submitMessages'
    ? {}
    : { [generated(operation, 'body-syntax-refused')]: 'cuts the JSON off too' };
}

const gcmTriesPasswords = {
  'textsecure.auth.wrong-password-401': 'tries passwords on this operation',
  'textsecure.registration.reregistration-replaces-password': 'tries the old password on it',
  'textsecure.registration.failed-confirmation-keeps-account': 'tries a refused password on it',
};

const openings: readonly Spec[] = guarded.map(([operation, requirement]) => ({
  name: `${kebab(operation)}-without-header`,
  bug: `${operation} is served without an Authorization header.`,
  breaks: [requirement],
  alsoBreaks: {
    [generated(operation, 'credentials-refused')]: 'leaves the header out too',
    ...(operation === 'getPreKey' ? { 'textsecure.auth.challenge-header': 'gets no 401' } : {}),
  },
  ...open(operation),
}));

const trustings: readonly Spec[] = guarded.map(([operation, requirement]) => ({
  name: `${kebab(operation)}-with-any-password`,
  bug: `${operation} does not look at the password.`,
  breaks: [requirement],
  alsoBreaks: operation === 'setGcmRegistration' ? gcmTriesPasswords : {},
  ...trusting(operation),
}));

const forbidden: readonly Spec[] = guarded.map(([operation, requirement]) => ({
  name: `${kebab(operation)}-403`,
  bug: `${operation} answers 403 to wrong credentials.`,
  breaks: [requirement],
  alsoBreaks: {
    [generated(operation, 'credentials-refused')]: 'wants 401',
    ...(operation === 'setGcmRegistration' ? gcmTriesPasswords : {}),
    ...(operation === 'setGcmRegistration'
      ? {
          'textsecure.auth.unknown-number-401': 'wants 401 on this operation',
          'textsecure.registration.failed-confirmation-creates-no-account': 'likewise',
          'textsecure.registration.bad-body-refused': 'likewise',
        }
      : {}),
  },
  ...status([operation], 401, 403),
}));

const lenient: readonly Spec[] = readers.map(([operation, requirement]) => ({
  name: `${kebab(operation)}-lenient-json`,
  bug: `${operation} takes a body that is cut-off JSON for an empty one, and succeeds.`,
  breaks: [requirement],
  alsoBreaks: cutsOff(operation),
  ...around(operation, (next, context) => {
    if (isJson(context) || context.header('authorization') === undefined) return next(context);
    return operation === 'submitMessages'
      ? json(200, { success: [], failure: [] })
      : json(200, { contacts: [] });
  }),
}));

const crashing: readonly Spec[] = readers.map(([operation, requirement]) => ({
  name: `${kebab(operation)}-crashes-on-json`,
  bug: `${operation} ends in 500 for a body that is cut-off JSON.`,
  breaks: [requirement],
  alsoBreaks: cutsOff(operation),
  ...around(operation, (next, context) =>
    isJson(context) ? next(context) : text(500, 'unexpected end of input'),
  ),
}));

/** Everything that tries a password with a wrong last character. */
const nearMisses = guarded.map(([, requirement]) => requirement);

/** Runs an operation's handler once more with the credentials of its number, unseen. */
function runTrusted(
  operation: 'registerPreKeys' | 'getPreKey' | 'submitMessages',
): Spec['handlers'] {
  return {
    [operation]: (next) => (context) => {
      const { behaviour, state } = context;
      const given = behaviour.credentials(context.header('authorization'), context);
      const account = given === null ? undefined : state.accounts.get(given.number);
      if (account !== undefined) {
        const { operation, params, request, system, world } = context;
        const trusting = { ...behaviour, authenticate: () => account };
        const trusted = new RequestContext(
          request,
          operation,
          params,
          { ...system, behaviour: trusting },
          state,
          world,
        );
        if (!behaviour.passwordMatches(account, given?.password ?? '', context)) run(trusted);
      }
      return next(context);

      function run(trusted: Context): void {
        try {
          void next(trusted);
        } catch {
          // What the hidden run would have answered is of no interest.
        }
      }
    },
  };
}

export const accessMutants = defineMutants<State, Behaviour>('textsecure', import.meta.url, [
  ...openings,
  ...trustings,
  ...forbidden,
  ...lenient,
  ...crashing,
  {
    name: 'password-without-last-character',
    bug: 'The last character of a password is not compared.',
    breaks: ['textsecure.auth.wrong-password-401', ...nearMisses],
    behaviour: (base) => ({
      passwordDigest: (salt, password) => base.passwordDigest(salt, password.slice(0, 15)),
    }),
  },
  {
    name: 'password-of-sixteen-characters',
    bug: 'Only sixteen characters of a password are compared.',
    breaks: ['textsecure.auth.wrong-password-401'],
    behaviour: (base) => ({
      passwordDigest: (salt, password) => base.passwordDigest(salt, password.slice(0, 16)),
    }),
  },
  {
    name: 'password-without-case',
    bug: 'Passwords are compared without their case.',
    breaks: ['textsecure.auth.wrong-password-401'],
    behaviour: (base) => ({
      passwordDigest: (salt, password) => base.passwordDigest(salt, password.toLowerCase()),
    }),
  },
  {
    name: 'password-of-any-account',
    bug: 'The password of any account is accepted.',
    breaks: ['textsecure.auth.wrong-password-401'],
    alsoBreaks: {
      'textsecure.registration.reregistration-replaces-password': 'finds no old one, but may',
    },
    behaviour: (base) => ({
      passwordMatches: (account, password, context) =>
        base.passwordMatches(account, password, context) ||
        [...context.state.accounts.values()].some((other) =>
          base.passwordMatches(other, password, context),
        ),
    }),
  },
  {
    name: 'empty-password',
    bug: 'An empty password is accepted.',
    breaks: ['textsecure.auth.wrong-password-401'],
    behaviour: (base) => ({
      credentials(header, context) {
        const blob = (header ?? '').replace(/^Basic /i, '');
        const decoded = /^[A-Za-z0-9+/]+={0,2}$/.test(blob) ? atob(blob) : '';
        return decoded.endsWith(':')
          ? { number: decoded.slice(0, -1), password: '' }
          : base.credentials(header, context);
      },
      passwordMatches: (account, password, context) =>
        password === '' || base.passwordMatches(account, password, context),
    }),
  },
  {
    name: 'pending-number-is-account',
    bug: 'A number with a pending code counts as an account with any password.',
    breaks: ['textsecure.auth.unknown-number-401'],
    alsoBreaks: {
      'textsecure.registration.failed-confirmation-creates-no-account': 'its number is pending',
      'textsecure.registration.bad-body-refused': 'its number is pending',
    },
    behaviour: (base) => ({
      authenticate(context) {
        const given = base.credentials(context.header('authorization'), context);
        const { state } = context;
        if (
          given === null ||
          state.accounts.has(given.number) ||
          !state.pending.has(given.number)
        ) {
          return base.authenticate(context);
        }
        return {
          number: given.number,
          token: '',
          passwordDigest: new Uint8Array(0),
          signalingKey: null,
          supportsSms: false,
          push: [],
        };
      },
    }),
  },
  {
    name: 'unknown-number-404',
    bug: 'Credentials of an unknown number answer 404.',
    breaks: ['textsecure.auth.unknown-number-401'],
    alsoBreaks: {
      'textsecure.registration.failed-confirmation-creates-no-account': 'wants 401',
      'textsecure.registration.bad-body-refused': 'wants 401',
    },
    behaviour: (base) => ({
      authenticate(context) {
        const given = base.credentials(context.header('authorization'), context);
        return given !== null && !context.state.accounts.has(given.number)
          ? refuseWith(text(404, 'no such account'))
          : base.authenticate(context);
      },
    }),
  },
  {
    name: 'no-challenge',
    bug: 'A 401 has no WWW-Authenticate header.',
    breaks: ['textsecure.auth.challenge-header'],
    respond: (response) =>
      response.status === 401
        ? { ...response, headers: { 'Content-Type': 'text/plain; charset=utf-8' } }
        : response,
  },
  {
    name: 'digest-challenge',
    bug: 'A 401 asks for the scheme Digest.',
    breaks: ['textsecure.auth.challenge-header'],
    respond: (response) =>
      response.status === 401
        ? { ...response, headers: { 'WWW-Authenticate': 'Digest realm="WhisperServer"' } }
        : response,
  },
  {
    name: 'scheme-compared-exactly',
    bug: 'The scheme must be written Basic.',
    breaks: ['textsecure.auth.scheme-case-insensitive'],
    behaviour: (base) => ({
      credentials: (header, context) =>
        header?.startsWith('Basic ') === true ? base.credentials(header, context) : null,
    }),
  },
  {
    name: 'upload-stored-although-refused',
    bug: 'Prekeys are stored before the password is looked at.',
    breaks: ['textsecure.prekeys.upload-credentials-required'],
    handlers: runTrusted('registerPreKeys') ?? {},
  },
  {
    name: 'prekey-consumed-although-refused',
    bug: 'A prekey is used up before the password is looked at.',
    breaks: ['textsecure.prekeys.get-credentials-required'],
    handlers: runTrusted('getPreKey') ?? {},
  },
  {
    name: 'message-delivered-although-refused',
    bug: 'A message is delivered before the password is looked at.',
    breaks: ['textsecure.messages.credentials-required'],
    handlers: runTrusted('submitMessages') ?? {},
  },
  {
    name: 'prekey-consumed-by-strangers',
    bug: 'A request without credentials uses up a prekey.',
    breaks: ['textsecure.prekeys.get-credentials-required'],
    ...although('getPreKey', [401], ({ behaviour, state, params }) => {
      const store = state.preKeys.get(behaviour.preKeyOwner(params.number ?? ''));
      if (store !== undefined) behaviour.takePreKey(store);
    }),
  },
  {
    name: 'body-before-credentials-415',
    bug: 'A wrong password on a message answers 415.',
    breaks: ['textsecure.messages.credentials-required'],
    ...answers(['submitMessages'], (response, context) =>
      response.status === 401 && context.header('authorization') !== undefined
        ? { ...response, status: 415 }
        : response,
    ),
  },
]);
