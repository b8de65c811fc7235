import { zipSync } from 'fflate';
import type { Behaviour } from '../../mocks/systems/keyservice/behaviour.js';
import { freedoms } from '../../mocks/systems/keyservice/freedoms.js';
import type { State } from '../../mocks/systems/keyservice/state.js';
import { editJson } from '../mutants/keyservice/tools.js';
import { defineVariant, type Variant } from '../model.js';
import { freedomVariants } from './freedoms.js';
import { genericVariants } from './generic.js';

const system = 'keyservice';

type Members = Readonly<Record<string, unknown>>;

/** Changes every entry of a message list in JSON. */
function editEntries(change: (entry: Members) => Members): ReturnType<typeof editJson> {
  return editJson('getMessages', (value) => (Array.isArray(value) ? value.map(change) : value));
}

/** Servers that differ from the mock as the document and the tolerated outcomes allow. */
export const keyserviceVariants: readonly Variant[] = [
  ...genericVariants(system, {
    'error-bodies': 'line 34 of the document lets the client choose the format of every answer',
  }),
  ...freedomVariants(system, freedoms),
  defineVariant<State, Behaviour>({
    family: 'observed-dialect',
    system,
    difference: 'The server of 2013: other statuses of refusals, no delete by hash, no preflight.',
    dialect: 'observed',
  }),
  defineVariant<State, Behaviour>({
    family: 'token-under-another-name',
    system,
    difference: 'The token is under Token: the document names no member.',
    alteration: {
      respond: editJson('createKey', (value) => {
        const { KeyToken, ...rest } = value as Members;
        return { Token: KeyToken, ...rest };
      }),
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'token-of-another-kind',
    system,
    difference: 'Tokens are UUIDs: the document says nothing of their form.',
    alteration: { behaviour: () => ({ newToken: (_, random) => random.uuid() }) },
  }),
  defineVariant<State, Behaviour>({
    family: 'labels-as-members',
    system,
    difference: 'Text and date are under the labels that the page shows.',
    alteration: {
      respond: editEntries(({ MessageData, Created, ...rest }) => ({
        ...rest,
        Message: MessageData,
        'Send On': Created,
      })),
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'wrapped-list',
    system,
    difference: 'The list is the only array of an object.',
    alteration: {
      respond: editJson('getMessages', (value) =>
        Array.isArray(value) ? { Messages: value, Total: value.length } : value,
      ),
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'iso-dates',
    system,
    difference: 'Dates in JSON are ISO 8601 with fractions and without a zone.',
    alteration: {
      behaviour: (base) => ({
        dates: { ...base.dates, json: (time) => new Date(time).toISOString().replace('Z', '00') },
      }),
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'other-message-ids',
    system,
    difference: 'Message ids are texts that do not grow; the order of the list is right.',
    alteration: {
      respond: editEntries((entry) => ({
        ...entry,
        MessageId: `m-${String((Number(entry.MessageId) * 7919) % 10_007)}`,
      })),
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'refusals-500',
    system,
    difference: 'Refused tokens and secrets are answered 500.',
    alteration: {
      behaviour: (base) => ({
        refusal: (kind, operation) => {
          const shape = base.refusal(kind, operation);
          return kind === 'unknown-token' || kind === 'wrong-secret'
            ? { ...shape, status: 500 }
            : shape;
        },
      }),
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'refusals-as-objects',
    system,
    difference: 'Refusals are objects with a sentence: their body is not described.',
    alteration: {
      behaviour: (base) => ({
        refusal: (kind, operation) => ({ ...base.refusal(kind, operation), form: 'object' }),
      }),
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'no-bodies',
    system,
    difference: 'Sends, deletes and refusals have no body.',
    alteration: {
      respond: (response, context) => {
        const operation = context.operation?.id;
        const done = operation === 'sendMessage' || operation === 'deleteKey';
        const { 'Content-Type': _type, ...headers } = response.headers;
        return done || response.status >= 400
          ? { status: response.status, headers, body: null }
          : response;
      },
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'origin-echoed',
    system,
    difference: 'The allowed origin is the one that asked.',
    alteration: {
      behaviour: () => ({ allowedOrigin: (context) => context.header('origin') ?? '*' }),
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'download-as-archive',
    system,
    difference: 'A file is fetched as the zip archive that holds it.',
    alteration: {
      respond: (response, context) =>
        context.operation?.id === 'downloadFile' && response.body instanceof Uint8Array
          ? { ...response, body: zipSync({ 'notes.bin': response.body }) }
          : response,
    },
  }),
  defineVariant<State, Behaviour>({
    family: 'latin1-only',
    system,
    difference: 'Text beyond Latin-1 comes back changed.',
    alteration: {
      behaviour: (base) => ({
        compress: (text) => base.compress(text.replaceAll(/[\u0100-\uffff]/g, '?')),
      }),
    },
  }),
];
