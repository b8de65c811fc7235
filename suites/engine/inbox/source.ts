import type { JsonSchema } from '../../../specs/model.js';
import type { Channel } from './endpoint.js';

/** Mailpit; user and password where its interface asks for them. */
export interface MailpitSource {
  /** Where its web interface is, such as `http://127.0.0.1:8025`. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  /** A regular expression that finds the code of a message; its first group, if it has one. */
  readonly code?: string;
}

/** A mailbox to which all mail for the test accounts goes. */
export interface ImapSource {
  readonly host: string;
  /** 993 by default, or 143 where `secure` is false. */
  readonly port?: number;
  /** TLS from the first byte; true by default. */
  readonly secure?: boolean;
  readonly user: string;
  readonly password: string;
  /** `INBOX` by default. */
  readonly mailbox?: string;
  /** Path of a PEM file with authorities to trust in addition. */
  readonly ca?: string;
  /** True accepts any certificate, and a password over a connection without TLS. */
  readonly insecure?: boolean;
  readonly code?: string;
}

/** One place where messages are read, as a profile names it. */
export type Source =
  | { readonly http: string }
  | { readonly command: string }
  | { readonly mailpit: string | MailpitSource }
  | { readonly imap: ImapSource }
  | { readonly prompt: true };

/** The member `inbox` of a profile: one source, or one by channel. */
export type InboxSetting = Source | { readonly [Key in Channel]?: Source };

const http: JsonSchema = {
  type: 'string',
  format: 'uri',
  description: 'URL that is asked, with the JSON of the inbox, the trigger or the clock.',
};
const command: JsonSchema = {
  type: 'string',
  minLength: 1,
  description: 'Command line that is run for each question, and prints the answer as JSON.',
};
const text: JsonSchema = { type: 'string', minLength: 1 };
const code: JsonSchema = {
  ...text,
  description: 'Regular expression that finds the code in a mail; its first group, if it has one.',
};

const mailpit: JsonSchema = {
  type: ['string', 'object'],
  description: 'A Mailpit that takes all mail of the target: its URL, or more about it.',
  pattern: '^https?://',
  required: ['url'],
  properties: {
    url: {
      type: 'string',
      pattern: '^https?://',
      description: 'Where its web interface is, such as http://127.0.0.1:8025.',
    },
    user: { ...text, description: 'User name, where its interface asks for one.' },
    password: { ...text, description: 'Password of that user.' },
    code,
  },
  additionalProperties: false,
};

const imap: JsonSchema = {
  type: 'object',
  description: 'A mailbox to which all mail for the test accounts goes.',
  required: ['host', 'user', 'password'],
  properties: {
    host: { ...text, description: 'Name or address of the mail server.' },
    port: {
      type: 'integer',
      minimum: 1,
      maximum: 65_535,
      description: '993 by default, or 143 where secure is false.',
    },
    secure: { type: 'boolean', description: 'TLS from the first byte on; true by default.' },
    user: { ...text, description: 'User name of the mailbox.' },
    password: { ...text, description: 'Password of that user.' },
    mailbox: { ...text, description: 'The folder that is read; INBOX by default.' },
    ca: { ...text, description: 'PEM file with authorities to trust beside the usual ones.' },
    insecure: {
      type: 'boolean',
      description: 'Accepts any certificate, and a password over a connection without TLS.',
    },
    code,
  },
  additionalProperties: false,
};

const prompt: JsonSchema = {
  const: true,
  description: 'A person at the terminal is asked for each code.',
};

function oneOf(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return {
    type: 'object',
    minProperties: 1,
    maxProperties: 1,
    properties,
    additionalProperties: false,
  };
}

const sources = { http, command, mailpit, imap, prompt };
const texts = oneOf({ http, command, prompt });
const pushes = oneOf({ http, command });

/** The JSON Schema of the member `inbox`. */
export const inboxSchema: JsonSchema = {
  type: 'object',
  description: 'Where the suite reads what the target sends out of band.',
  minProperties: 1,
  properties: {
    ...sources,
    email: { ...oneOf(sources), description: 'Where e-mail is read.' },
    sms: { ...texts, description: 'Where SMS are read.' },
    voice: { ...texts, description: 'Where the codes of calls are read.' },
    apn: { ...pushes, description: 'Where pushes handed to APN are read.' },
    gcm: { ...pushes, description: 'Where pushes handed to GCM are read.' },
  },
  additionalProperties: false,
  // A source for everything stands alone; sources by channel stand side by side.
  if: { anyOf: Object.keys(sources).map((name) => ({ required: [name] })) },
  then: { maxProperties: 1 },
};

/** The JSON Schema of `trigger` and `clock`. */
export const endpointSchema: JsonSchema = oneOf({ http, command });

/** True for what every process can ask by itself, without a bridge. */
export function isEndpoint(
  source: Source,
): source is Extract<Source, { readonly http: string } | { readonly command: string }> {
  return 'http' in source || 'command' in source;
}

/** True for one source; false for sources by channel. */
export function isSource(setting: InboxSetting): setting is Source {
  return Object.keys(sources).some((name) => name in setting);
}
