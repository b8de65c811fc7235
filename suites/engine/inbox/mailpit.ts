import { comparable } from './address.js';
import { MailError, type Mail, type MailReader } from './reader.js';
import type { MailpitSource } from './source.js';

/** Mails that are asked for at once; a test account gets a handful. */
const pageSize = 50;
const timeoutMs = 8_000;

/** The members that are read of Mailpit's REST API, version 1. */
interface Summary {
  readonly ID: string;
  /** When Mailpit got it, ISO 8601. */
  readonly Created: string;
  readonly To: readonly { readonly Address: string }[] | null;
}

interface Message {
  readonly Subject: string;
  readonly Text: string;
  readonly HTML: string;
}

/**
 * Reads mail from Mailpit by its REST API (`GET /api/v1/search` and `/api/v1/message/{ID}`).
 * Credentials may stand in the URL as well. Nothing is deleted; Mailpit marks what is read as read.
 */
export function createMailpitReader(setting: string | MailpitSource): MailReader {
  const source = typeof setting === 'string' ? { url: setting } : setting;
  const address = new URL(source.url);
  const user = source.user ?? decodeURIComponent(address.username);
  const password = source.password ?? decodeURIComponent(address.password);
  const base = `${address.origin}${address.pathname.replace(/\/$/, '')}`;
  const name = `Mailpit at ${base}`;
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (user !== '' || password !== '') {
    const credentials = Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
    headers.Authorization = `Basic ${credentials}`;
  }
  const known = new Map<string, Mail>();

  const get = async (path: string): Promise<unknown> => {
    let answer: Response;
    let text: string;
    try {
      // Redirects would carry the credentials elsewhere.
      const signal = AbortSignal.timeout(timeoutMs);
      answer = await fetch(base + path, { headers, redirect: 'error', signal });
      text = await answer.text();
    } catch (error) {
      throw new MailError(`${name} cannot be used: ${reasonOf(error)}`);
    }
    if (answer.status === 401) {
      throw new MailError(`${name} refused the credentials; give user and password under mailpit`);
    }
    if (answer.status !== 200) {
      throw new MailError(
        `${name} answered ${String(answer.status)} to ${path.replace(/\?.*/, '')}`,
      );
    }
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new MailError(`${name} answered text that is not JSON: is it the web interface's URL?`);
    }
  };

  const read = async ({ ID, Created }: Summary): Promise<Mail> => {
    const found = known.get(ID);
    if (found !== undefined) return found;
    const message = (await get(`/api/v1/message/${encodeURIComponent(ID)}`)) as Partial<Message>;
    const mail: Mail = {
      key: ID,
      receivedAt: new Date(Created).toISOString(),
      subject: message.Subject ?? null,
      html: nonEmpty(message.HTML),
      text: nonEmpty(message.Text),
    };
    known.set(ID, mail);
    return mail;
  };

  return {
    name,
    async find(recipient) {
      // Quotes group words, and the value is looked for anywhere in the list of recipients.
      const query = encodeURIComponent(`to:"${recipient.replaceAll('"', '')}"`);
      const summaries: Summary[] = [];
      for (;;) {
        const range = `start=${String(summaries.length)}&limit=${String(pageSize)}`;
        const page = await get(`/api/v1/search?query=${query}&${range}`);
        const { messages } = page as { messages?: unknown };
        if (!Array.isArray(messages)) {
          throw new MailError(`${name} answered a search without a list "messages"`);
        }
        summaries.push(...(messages as Summary[]));
        if (messages.length < pageSize) break;
      }
      const own = summaries.filter(({ To }) =>
        (To ?? []).some((entry) => comparable(entry.Address) === recipient),
      );
      // Newest first, and of one moment in the order of the search.
      return Promise.all(own.reverse().map(read));
    },
    close: () => Promise.resolve(),
  };
}

function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'TimeoutError') return `no answer within ${String(timeoutMs / 1000)} s`;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message === '' ? ((cause as { code?: string }).code ?? 'no answer') : cause.message;
}
