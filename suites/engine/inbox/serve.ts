import { ProfileError, type Profile, type SystemSection, type WrittenProfile } from '../profile.js';
import { openBridge, type BridgeHandler, type BridgeServer } from './bridge.js';
import type { Channel, Endpoint, Inbox } from './endpoint.js';
import { createImapReader } from './imap.js';
import { mailInbox } from './mail-inbox.js';
import { createMailpitReader } from './mailpit.js';
import { createPrompter, type Prompter, type Terminal } from './prompt.js';
import { promptInbox } from './prompt-inbox.js';
import type { MailReader } from './reader.js';
import { isEndpoint, isSource, type InboxSetting, type Source } from './source.js';

export interface ServeOptions {
  /** The shapes of the codes that systems send, by slug. */
  readonly codes: ReadonlyMap<string, RegExp>;
  /** Null where nobody sits: then a profile that wants a person is a mistake. */
  readonly terminal: Terminal | null;
}

/** A profile whose inboxes every process can ask. */
export interface ServedProfile {
  readonly profile: Profile;
  /** Ends what serves the inboxes. */
  close(): Promise<void>;
}

/**
 * Makes every inbox of a profile one that any process of the run can ask by HTTP or by command.
 * Mailpit, IMAP and the person at the terminal are behind a bridge in this process, so that their
 * credentials go nowhere else.
 * @throws ProfileError for a person where there is no terminal, and for files that cannot be read
 */
export async function serveInboxes(
  profile: WrittenProfile,
  options: ServeOptions,
): Promise<ServedProfile> {
  const readers: MailReader[] = [];
  let prompter: Prompter | undefined;
  let bridge: BridgeServer | undefined;

  const bridged = async (
    name: string,
    byHand: boolean,
    handler: BridgeHandler,
  ): Promise<Endpoint> => {
    bridge ??= await openBridge();
    return { http: bridge.add(handler), bridge: { name, byHand } };
  };
  const mail = async (
    reader: MailReader,
    code: string | undefined,
    place: string,
  ): Promise<Inbox> => {
    readers.push(reader);
    const handler = mailInbox(reader, expression(code, place), options.codes);
    return { email: await bridged(reader.name, false, handler) };
  };
  const person = async (place: string): Promise<Inbox> => {
    if (options.terminal === null) {
      throw new ProfileError(
        `${place}.prompt asks a person, and standard input is no terminal; name http, command, mailpit or imap instead`,
      );
    }
    prompter ??= createPrompter(options.terminal);
    const endpoint = await bridged('a person at the terminal', true, promptInbox(prompter));
    return { sms: endpoint, voice: endpoint, email: endpoint };
  };
  const ofSource = async (source: Source, place: string): Promise<Inbox> => {
    if (isEndpoint(source)) return source;
    if ('imap' in source) {
      return mail(createImapReader(source.imap), source.imap.code, `${place}.imap`);
    }
    if ('prompt' in source) return person(place);
    const { mailpit } = source;
    const code = typeof mailpit === 'string' ? undefined : mailpit.code;
    return mail(createMailpitReader(mailpit), code, `${place}.mailpit`);
  };
  const resolve = async (setting: InboxSetting, place: string): Promise<Inbox> => {
    if (isSource(setting)) return ofSource(setting, place);
    const served: { [Key in Channel]?: Endpoint } = {};
    for (const [channel, source] of Object.entries(setting) as [Channel, Source][]) {
      const inbox = await ofSource(source, `${place}.${channel}`);
      const endpoint = 'http' in inbox || 'command' in inbox ? inbox : inbox[channel];
      if (endpoint !== undefined) served[channel] = endpoint;
    }
    return served;
  };

  const close = async (): Promise<void> => {
    prompter?.close();
    await bridge?.close();
    await Promise.all(readers.map((reader) => reader.close()));
  };
  try {
    const { inbox, systems, ...rest } = profile;
    const sections: Record<string, SystemSection | null> = {};
    for (const [slug, section] of Object.entries(systems ?? {})) {
      if (section === null) sections[slug] = null;
      else {
        const { inbox: own, ...members } = section;
        sections[slug] = {
          ...members,
          ...(own === undefined ? {} : { inbox: await resolve(own, `systems.${slug}.inbox`) }),
        };
      }
    }
    return {
      profile: {
        ...rest,
        ...(inbox === undefined ? {} : { inbox: await resolve(inbox, 'inbox') }),
        ...(systems === undefined ? {} : { systems: sections }),
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function expression(code: string | undefined, place: string): RegExp | undefined {
  if (code === undefined) return undefined;
  try {
    return new RegExp(code, 'u');
  } catch {
    throw new ProfileError(`${place}.code is no regular expression: ${code}`);
  }
}
