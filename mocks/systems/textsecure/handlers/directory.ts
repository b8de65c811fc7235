import { json, type PlainResponse } from '../../../engine/http.js';
import type { Context, Schemas } from '../behaviour.js';
import { peer } from '../federation.js';
import { limit } from '../limits.js';
import { refusals } from '../refusals.js';

type Contact = Schemas['Contact'];

/** Checks: credentials, body, limit (one unit per token), then the tokens. */
export function getContactIntersection(context: Context): PlainResponse {
  const { behaviour } = context;
  const caller = behaviour.authenticate(context);
  const query = behaviour.readDirectoryQuery(context);
  limit(context, 'directory', [caller.number], query.contacts.length);
  const contacts: Contact[] = [];
  for (const token of behaviour.readTokens(query.contacts, behaviour)) {
    const contact = find(context, token);
    if (contact !== undefined) contacts.push(contact);
  }
  return json(200, { contacts });
}

export function getContact(context: Context): PlainResponse {
  return lookUp(context, context.param('token'));
}

/** A single look-up. Checks: credentials, limit, then the token. */
export function lookUp(context: Context, text: string): PlainResponse {
  const { behaviour } = context;
  const caller = behaviour.authenticate(context);
  limit(context, 'directory', [caller.number]);
  const token = text.length < 2 ? null : behaviour.readToken(text);
  const contact = token === null ? undefined : find(context, token);
  return contact === undefined ? refusals.noContact : json(200, contact);
}

/** Accounts of this server come before those of the federated node. */
function find({ behaviour, state }: Context, token: string): Contact | undefined {
  const account = behaviour.accountByToken(state, token);
  if (account !== undefined && behaviour.isListed(account)) return behaviour.contactOf(account);
  if (token !== peer.account.token) return undefined;
  return { ...behaviour.contactOf(peer.account), relay: peer.relay };
}
