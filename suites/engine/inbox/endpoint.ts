/** Where an adapter is reached: what a check, in any process, needs to know of it. */
export type Endpoint =
  | {
      /** A URL of the shape of the contracts. */
      readonly http: string;
      /** Set where the URL is our own bridge to something else; never written in a profile. */
      readonly bridge?: Bridge;
    }
  | {
      /** A command line for the shell. */
      readonly command: string;
    };

/** What stands behind the URL of a bridge. */
export interface Bridge {
  /** In words for messages, such as `IMAP at mail.example.test:993`. */
  readonly name: string;
  /** True where a person answers: slowly, and with the code of a message alone. */
  readonly byHand: boolean;
}

export const channels = ['sms', 'voice', 'email', 'apn', 'gcm'] as const;

export type Channel = (typeof channels)[number];

/** One endpoint for every channel, or one for each that is served. */
export type Inbox = Endpoint | { readonly [Key in Channel]?: Endpoint };

/** The endpoint that serves a channel; null where none does. */
export function endpointOf(inbox: Inbox | null, channel: Channel): Endpoint | null {
  if (inbox === null) return null;
  return isEndpoint(inbox) ? inbox : (inbox[channel] ?? null);
}

/** The channels of which a person reads the messages. */
export function byHand(inbox: Inbox | null): readonly Channel[] {
  return channels.filter((channel) => {
    const endpoint = endpointOf(inbox, channel);
    return endpoint !== null && 'http' in endpoint && endpoint.bridge?.byHand === true;
  });
}

function isEndpoint(inbox: Inbox): inbox is Endpoint {
  return 'http' in inbox || 'command' in inbox;
}
