import { empty } from '../../engine/http.js';
import type { Behaviour } from './behaviour.js';
import { documented } from './documented.js';
import { observedFormat } from './format.js';
import { helpPage, page } from './pages.js';
import type { RefusalKind, RefusalShape } from './refusals.js';

const badRequest: RefusalShape = { status: 400, form: 'sentence' };
const missing: RefusalShape = { status: 404, form: 'object' };
/** An exception that nothing caught was answered by a page of the web framework. */
const uncaught: RefusalShape = { status: 500, form: 'page' };

const byOperation: Readonly<Record<string, Partial<Record<RefusalKind, RefusalShape>>>> = {
  sendMessage: { 'no-token': uncaught, 'unknown-token': uncaught, 'unusable-public-key': uncaught },
  getMessages: { 'unknown-token': missing, 'wrong-secret': missing },
  deleteKey: { 'wrong-secret': uncaught },
};
const everywhere: Partial<Record<RefusalKind, RefusalShape>> = {
  'malformed-body': uncaught,
  undecryptable: uncaught,
  failure: { status: 500, form: 'sentence' },
};

/** What the server of 2013 did where that differs and no documented operation is broken by it. */
export const observed: Behaviour = {
  ...documented,
  chooseFormat: observedFormat,
  preflight: () => empty(200),
  otherVerb: () => page(200, helpPage),
  refusal: (kind, operation) =>
    (operation === undefined ? undefined : byOperation[operation]?.[kind]) ??
    everywhere[kind] ??
    badRequest,
  requiresPrivateKey: true,
  encryptedWithoutKey: 'take-as-message',
  emptyIsNotModified: (flavour) => flavour === 'online',
  showsPage: () => true,
  deletesByHash: false,
};
