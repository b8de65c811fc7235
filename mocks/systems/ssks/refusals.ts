import { json, Refusal } from '../../engine/http.js';
import type { components } from '../../../specs/ssks/types.gen.js';

type Detail = components['schemas']['Detail'];
type Model = components['schemas']['NotFound']['model'];
/** Texts by member, one level deeper for the members of a factor. */
export type MemberErrors = components['schemas']['MemberErrors'];

/** The texts of refusals in one sentence. Clients compare `wrongCredentials`. */
export const details = {
  missingCredentials: 'Authentication credentials were not provided.',
  wrongCredentials: 'Incorrect authentication credentials.',
  noPermission: 'You do not have permission to perform this action.',
  smsQuota: 'SMSQuotaFailed',
  fakeOtp: 'FakeOTPForbidden',
  throttled: 'Request was throttled.',
  unknownPath: 'Not found.',
  tooLarge: 'Request body too large.',
  internal: 'The mock met a bug of its own; please report it with this request.',
  method: (method: string) => `Method "${method}" not allowed.`,
  mediaType: (type: string) => `Unsupported media type "${type}" in request.`,
  syntax: (message: string) => `JSON parse error - ${message}`,
} as const;

/** The texts of refused members. */
export const memberTexts = {
  required: 'This field is required.',
  null: 'This field may not be null.',
  blank: 'This field may not be blank.',
  notString: 'Not a valid string.',
  notBoolean: 'Must be a valid boolean.',
  phone: 'Enter a valid phone number.',
  email: 'Enter a valid email address.',
  placeholder: 'The template must contain $$CHALLENGE$$.',
  tooLong: (limit: number) => `Ensure this field has no more than ${String(limit)} characters.`,
  notObject: (type: string) => `Invalid data. Expected a dictionary, but got ${type}.`,
  choice: (value: string) => `${JSON.stringify(value)} is not a valid choice.`,
} as const;

/** A refusal in one text: `{"detail":…}`. */
export function refused(
  status: 400 | 403 | 404 | 405 | 406 | 413 | 415 | 429,
  detail: string,
  headers?: Readonly<Record<string, string>>,
): Refusal {
  return new Refusal(json(status, { detail } satisfies Detail, headers));
}

/** What was not found: `{"model":…}`, in the bytes that clients compare. */
export function notFound(model: Model): Refusal {
  return new Refusal(json(404, { model }));
}

/** Refused members, all of them at once. */
export function invalidMembers(errors: MemberErrors): Refusal {
  return new Refusal(json(400, errors));
}
