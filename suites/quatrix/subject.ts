/** A line of a subject: a header's name and its value as sent. */
export type SubjectLine = readonly [name: string, value: string];

/** How the subject of a call is written; the document and the clients differ (errata E1). */
export interface CallForm {
  readonly names: 'lower' | 'capitalised';
  readonly finalLf: boolean;
}

/** The four forms, in the order in which the suite tries them. */
export const callForms: readonly CallForm[] = [
  { names: 'lower', finalLf: true },
  { names: 'capitalised', finalLf: true },
  { names: 'capitalised', finalLf: false },
  { names: 'lower', finalLf: false },
];

/** The form of a login's subject, which the document gives exactly (lines 66-76). */
export const loginForm: CallForm = { names: 'lower', finalLf: true };

/** The text that is signed: a request line, then one line per header. */
export function subjectText(
  form: CallForm,
  method: string,
  path: string,
  lines: readonly SubjectLine[],
): string {
  const written = lines.map(([name, value]) => {
    const spelled = form.names === 'lower' ? name.toLowerCase() : name;
    return `${spelled}: ${value}`;
  });
  return [`${method} ${path}`, ...written].join('\n') + (form.finalLf ? '\n' : '');
}

export const loginPath = '/session/login';
export const profilePath = '/profile/get';
export const pollPath = '/mq/req';
/** The prefix under which the vendor's clients call the API (errata E8). */
export const apiPrefix = '/api/0.1';

/** The subject of a login. */
export function loginSubject(login: string, timestamp: string): string {
  return subjectText(loginForm, 'GET', loginPath, [
    ['X-Auth-Login', login],
    ['X-Auth-Timestamp', timestamp],
  ]);
}

/** The lines of the subject of a call. */
export function callLines(timestamp: string, token: string): readonly SubjectLine[] {
  return [
    ['X-Auth-Timestamp', timestamp],
    ['X-Auth-Token', token],
  ];
}

/** The subject of a call in a given form. */
export function callSubject(
  form: CallForm,
  path: string,
  timestamp: string,
  token: string,
): string {
  return subjectText(form, 'GET', path, callLines(timestamp, token));
}
