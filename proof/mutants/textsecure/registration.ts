import { text } from '../../../mocks/engine/http.js';
import type { Behaviour } from '../../../mocks/systems/textsecure/behaviour.js';
import {
  basicPart,
  equalBytes,
  readCredentials,
} from '../../../mocks/systems/textsecure/credentials.js';
import { splitSignalingKey } from '../../../mocks/systems/textsecure/crypto/envelope.js';
import { refuseWith } from '../../../mocks/systems/textsecure/refusals.js';
import type { State } from '../../../mocks/systems/textsecure/state.js';
import { defineMutants } from '../../model.js';
import { although, answers, around, confirmAnyway, isJson, status } from './seams.js';

const codeRequest = ['requestVerificationCode'];
const confirmation = ['confirmVerificationCode'];
const id = (name: string): string => `textsecure.registration.${name}`;
const limit = (name: string): string => `textsecure.ratelimit.${name}`;

export const registrationMutants = defineMutants<State, Behaviour>('textsecure', import.meta.url, [
  {
    name: 'voice-unknown',
    bug: 'The transport voice was forgotten.',
    breaks: [id('code-request-accepted')],
    alsoBreaks: {
      [limit('code-request-413')]: 'asks by voice as well',
      [limit('code-burst-of-two')]: 'asks by voice as well',
    },
    behaviour: () => ({ transportOf: (word) => (word === 'sms' ? 'sms' : null) }),
  },
  {
    name: 'code-request-needs-credentials',
    bug: 'A code request is refused without an Authorization header.',
    breaks: [id('code-request-accepted')],
    alsoBreaks: {
      [limit('code-request-413')]: 'no code request succeeds',
      [limit('code-burst-of-two')]: 'no code request succeeds',
      [id('percent-encoded-plus')]: 'no code request succeeds',
      'textsecure.generated.request-verification-code-answers-as-described': 'likewise',
    },
    ...around('requestVerificationCode', (next, context) =>
      context.header('authorization') === undefined ? text(401, 'no') : next(context),
    ),
  },
  {
    name: 'voice-code-by-sms',
    bug: 'A code that was asked for by voice is sent by SMS.',
    breaks: [id('code-delivered')],
    deliver: (message, next) => {
      next(message.channel === 'voice' ? { ...message, channel: 'sms' } : message);
    },
  },
  {
    name: 'voice-code-by-sms-too',
    bug: 'A code that was asked for by voice is sent by SMS as well.',
    breaks: [id('code-delivered')],
    deliver: (message, next) => {
      if (message.channel === 'voice') next({ ...message, channel: 'sms' });
      next(message);
    },
  },
  {
    name: 'voice-code-lost',
    bug: 'No call is ever made.',
    breaks: [id('code-delivered')],
    deliver: (message, next) => {
      if (message.channel !== 'voice') next(message);
    },
  },
  {
    name: 'code-with-dash',
    bug: 'The dash of the SMS text is a part of the code.',
    breaks: [id('code-is-numeric')],
    behaviour: (base) => ({
      newCode: (random) => base.newCode(random).replace(/^(\d{3})/, '$1-'),
    }),
  },
  {
    name: 'code-hexadecimal',
    bug: 'Codes are hexadecimal.',
    breaks: [id('code-is-numeric')],
    behaviour: () => ({ newCode: (random) => `a${random.text(7, '0123456789abcdef')}` }),
  },
  {
    name: 'number-with-letters',
    bug: 'Only the first characters of a number are looked at.',
    breaks: [id('malformed-number-400')],
    behaviour: () => ({
      isNumber: (number) => /^\+[0-9]{4}/.test(number) && number.length > 10,
    }),
  },
  {
    name: 'malformed-number-404',
    bug: 'A malformed number answers 404.',
    breaks: [id('malformed-number-400'), id('number-needs-plus-and-ten-digits')],
    ...status(codeRequest, 400, 404),
  },
  {
    name: 'number-without-plus',
    bug: 'The plus of a number is optional.',
    breaks: [id('number-needs-plus-and-ten-digits')],
    behaviour: () => ({ isNumber: (number) => /^\+?[0-9]{10,}$/.test(number) }),
  },
  {
    name: 'number-of-nine-digits',
    bug: 'Off by one: nine digits are enough.',
    breaks: [id('number-needs-plus-and-ten-digits')],
    behaviour: () => ({ isNumber: (number) => /^\+[0-9]{9,}$/.test(number) }),
  },
  {
    name: 'number-of-eleven-digits',
    bug: 'Off by one: ten digits are not enough.',
    breaks: [id('number-needs-plus-and-ten-digits')],
    behaviour: () => ({ isNumber: (number) => /^\+[0-9]{11,}$/.test(number) }),
  },
  {
    name: 'transport-by-prefix',
    bug: 'A transport is known by its beginning.',
    breaks: [id('invalid-transport-415')],
    behaviour: () => ({
      transportOf: (word) =>
        word.startsWith('sms') ? 'sms' : word.startsWith('voice') ? 'voice' : null,
    }),
  },
  {
    name: 'transport-defaults-to-sms',
    bug: 'An unknown transport counts as sms.',
    breaks: [id('invalid-transport-415')],
    behaviour: () => ({ transportOf: (word) => (word === 'voice' ? 'voice' : 'sms') }),
  },
  {
    name: 'transport-400',
    bug: 'An unknown transport answers 400.',
    breaks: [id('invalid-transport-415')],
    ...status(codeRequest, 415, 400),
  },
  {
    name: 'code-request-checks-credentials',
    bug: 'Credentials on a code request are checked when they are there.',
    breaks: [id('credentials-ignored-on-code-request')],
    ...around('requestVerificationCode', (next, context) => {
      if (context.header('authorization') !== undefined) context.behaviour.authenticate(context);
      return next(context);
    }),
  },
  {
    name: 'old-code-stays',
    bug: 'A new code is added to the ones before.',
    breaks: [id('new-code-replaces-old')],
    behaviour: () => ({ codesAfterRequest: (pending, fresh) => [...pending, fresh] }),
  },
  {
    name: 'confirmation-202',
    bug: 'A confirmation answers 202.',
    breaks: [id('right-code-accepted')],
    alsoBreaks: {
      [id('minimal-body-accepted')]: 'confirms',
      'textsecure.generated.confirm-verification-code-answers-as-described': 'confirms',
    },
    ...status(confirmation, 200, 202),
  },
  {
    name: 'confirmation-forgotten',
    bug: 'A confirmation answers 200 and stores nothing.',
    breaks: [id('right-code-accepted')],
    alsoBreaks: {
      [id('minimal-body-accepted')]: 'uses the account',
      'textsecure.push.gcm-id-accepted': 'uses a confirmed account at once',
      'textsecure.push.apn-id-accepted': 'uses a confirmed account at once',
      'textsecure.push.missing-member-refused': 'uses a confirmed account at once',
      'textsecure.generated.set-apn-registration-answers-as-described': 'likewise',
      'textsecure.generated.set-gcm-registration-answers-as-described': 'likewise',
    },
    ...although('confirmVerificationCode', [200], (context) => {
      const wanted = context.behaviour.wantedCredentials(context.header('authorization'));
      if (wanted !== null) context.state.accounts.delete(wanted.number);
    }),
  },
  {
    name: 'code-without-last-digit',
    bug: 'The last digit of a code is not compared.',
    breaks: [id('wrong-code-403')],
    alsoBreaks: { [limit('confirm-burst-of-two')]: 'its wrong code differs in the last digit' },
    behaviour: () => ({
      codeMatches: (pending, given) => pending.slice(0, -1) === given.slice(0, -1),
    }),
  },
  {
    name: 'code-without-first-digit',
    bug: 'The first digit of a code is not compared.',
    breaks: [id('wrong-code-403')],
    alsoBreaks: { [id('printed-path-alias')]: 'its wrong code differs in the first digit' },
    behaviour: () => ({ codeMatches: (pending, given) => pending.slice(1) === given.slice(1) }),
  },
  {
    name: 'wrong-code-401',
    bug: 'A wrong code answers 401.',
    breaks: [id('wrong-code-403'), id('code-bound-to-number'), id('new-code-replaces-old')],
    alsoBreaks: {
      [limit('confirm-413')]: 'wants 403 before the limit',
      [limit('confirm-burst-of-two')]: 'wants 403 before the limit',
      [id('printed-path-alias')]: 'tries a wrong code there as well',
    },
    ...status([...confirmation, 'confirmVerificationCodeAsPrinted'], 403, 401),
  },
  {
    name: 'code-of-any-number',
    bug: 'A code is looked for among those of all numbers.',
    breaks: [id('code-bound-to-number')],
    behaviour: () => ({ codesFor: (state) => [...state.pending.values()].flat() }),
  },
  {
    name: 'code-of-any-number-when-none-pending',
    bug: 'A number without a pending code may use that of another.',
    breaks: [id('code-bound-to-number')],
    behaviour: () => ({
      codesFor: (state, number) => state.pending.get(number) ?? [...state.pending.values()].flat(),
    }),
  },
  {
    name: 'account-before-code',
    bug: 'A new account is stored before the code is looked at.',
    breaks: [id('failed-confirmation-creates-no-account')],
    ...although('confirmVerificationCode', [403], (context) => {
      const wanted = context.behaviour.wantedCredentials(context.header('authorization'));
      if (wanted !== null && !context.state.accounts.has(wanted.number)) confirmAnyway(context);
    }),
  },
  {
    name: 'account-replaced-before-code',
    bug: 'The account is replaced before the code is looked at.',
    breaks: [id('failed-confirmation-keeps-account'), id('failed-confirmation-creates-no-account')],
    ...although('confirmVerificationCode', [403], confirmAnyway),
  },
  {
    name: 'wrong-code-removes-account',
    bug: 'A wrong code removes the account of the number.',
    breaks: [id('failed-confirmation-keeps-account')],
    ...although('confirmVerificationCode', [403], (context) => {
      const wanted = context.behaviour.wantedCredentials(context.header('authorization'));
      if (wanted !== null) context.state.accounts.delete(wanted.number);
    }),
  },
  {
    name: 'confirmation-without-header-403',
    bug: 'A confirmation without credentials counts as one with a wrong code.',
    breaks: [id('missing-authorization-401')],
    ...answers(confirmation, (response, context) =>
      response.status === 401 && context.header('authorization') === undefined
        ? { ...response, status: 403 }
        : response,
    ),
  },
  {
    name: 'any-scheme',
    bug: 'The name of the scheme is not looked at.',
    breaks: [id('malformed-authorization-401')],
    behaviour: () => ({
      wantedCredentials: (header) =>
        readCredentials(basicPart(header?.replace(/^\S+/, 'Basic'), false)),
    }),
  },
  {
    name: 'credentials-without-colon',
    bug: 'Credentials without a colon are a number with an empty password.',
    breaks: [id('malformed-authorization-401')],
    behaviour: (base) => ({
      wantedCredentials(header) {
        const blob = basicPart(header, false) ?? '!';
        if (!/^[A-Za-z0-9+/]+={0,2}$/.test(blob)) return base.wantedCredentials(header);
        return base.wantedCredentials(header) ?? { number: atob(blob), password: 'x' };
      },
    }),
  },
  {
    name: 'broken-base64-crashes',
    bug: 'Credentials that are no Base64 end in 500.',
    breaks: [id('malformed-authorization-401')],
    behaviour: (base) => ({
      wantedCredentials: (header) =>
        header?.includes('!') === true
          ? refuseWith(text(500, 'crash'))
          : base.wantedCredentials(header),
    }),
  },
  {
    name: 'signaling-key-optional',
    bug: 'A confirmation without a signaling key is accepted.',
    breaks: [id('bad-body-refused')],
    alsoBreaks: {
      'textsecure.generated.confirm-verification-code-body-schema-refused': 'leaves it out too',
    },
    behaviour: (base) => ({
      readConfirmation: (context) =>
        context.json<Record<string, unknown>>({ schema: false }).signalingKey === undefined
          ? { signalingKey: '', supportsSms: null }
          : base.readConfirmation(context),
      readSignalingKey: (key) =>
        key === '' ? splitSignalingKey(new Uint8Array(52)) : base.readSignalingKey(key),
    }),
  },
  {
    name: 'account-in-spite-of-bad-body',
    bug: 'A confirmation with a bad body is refused, and makes the account nevertheless.',
    breaks: [id('bad-body-refused')],
    ...although('confirmVerificationCode', [415], confirmAnyway),
  },
  {
    name: 'bad-confirmation-body-500',
    bug: 'A confirmation whose body is not JSON ends in 500.',
    breaks: [id('bad-body-refused')],
    alsoBreaks: {
      'textsecure.generated.confirm-verification-code-body-syntax-refused': 'the same fault',
    },
    ...answers(confirmation, (response, context) =>
      isJson(context) ? response : { ...response, status: 500 },
    ),
  },
  {
    name: 'supports-sms-required',
    bug: 'supportsSms may not be left out.',
    breaks: [id('minimal-body-accepted')],
    behaviour: (base) => ({
      readConfirmation(context) {
        const body = base.readConfirmation(context);
        return !('supportsSms' in body) ? refuseWith(text(415, 'supportsSms')) : body;
      },
    }),
  },
  {
    name: 'unknown-members-refused',
    bug: 'A confirmation with a member that the server does not know is refused.',
    breaks: [id('minimal-body-accepted')],
    behaviour: (base) => ({
      readConfirmation(context) {
        const body = base.readConfirmation(context);
        const known = new Set(['signalingKey', 'supportsSms']);
        return Object.keys(body).every((name) => known.has(name))
          ? body
          : refuseWith(text(415, 'unknown member'));
      },
    }),
  },
  {
    name: 'password-not-replaced',
    bug: 'A new confirmation keeps the old password.',
    breaks: [id('reregistration-replaces-password')],
    behaviour: () => ({
      accountAfterConfirmation: (previous, fresh) => ({
        ...fresh,
        passwordDigest: previous?.passwordDigest ?? fresh.passwordDigest,
      }),
    }),
  },
  {
    name: 'old-password-stays',
    bug: 'The old password keeps working beside the new one.',
    breaks: [id('reregistration-replaces-password')],
    behaviour: (base) => {
      const older = new Map<string, Uint8Array>();
      return {
        accountAfterConfirmation(previous, fresh) {
          if (previous !== undefined) older.set(previous.number, previous.passwordDigest);
          return fresh;
        },
        passwordMatches: (account, password, context) =>
          base.passwordMatches(account, password, context) ||
          equalBytes(
            older.get(account.number) ?? new Uint8Array(0),
            base.passwordDigest(context.state.salt, password),
          ),
      };
    },
  },
  {
    name: 'push-id-survives-confirmation',
    bug: 'A new confirmation keeps the push id.',
    breaks: [id('reregistration-drops-push-id')],
    behaviour: () => ({
      accountAfterConfirmation: (previous, fresh) => ({ ...fresh, push: previous?.push ?? [] }),
    }),
  },
  {
    name: 'prekeys-dropped-on-confirmation',
    bug: 'A new confirmation drops the prekeys.',
    breaks: [id('reregistration-keeps-prekeys')],
    ...although('confirmVerificationCode', [200], (context) => {
      const wanted = context.behaviour.wantedCredentials(context.header('authorization'));
      if (wanted !== null) context.state.preKeys.delete(wanted.number);
    }),
  },
]);
