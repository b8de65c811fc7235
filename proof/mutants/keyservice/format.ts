import { answerValue, formatOf } from '../../../mocks/systems/keyservice/answers.js';
import { defineMutants } from '../../model.js';
import {
  around,
  editJson,
  type Behaviour,
  type Context,
  type Respond,
  type State,
} from './tools.js';

/** Answers of one operation are JSON whatever was asked for. */
function alwaysJson(operation: string, value: unknown): Respond {
  return (response, context) =>
    context.operation?.id === operation && response.status === 200 && formatOf(context) === 'xml'
      ? { ...response, body: JSON.stringify(value) }
      : response;
}

function hasVersion(context: Context): boolean {
  return /(?:^|[&?])v=/.test(
    `${context.request.query}&${new TextDecoder().decode(context.request.body)}`,
  );
}

/** What asks for XML in the URI. */
const askingInUri = {
  'keyservice.get.is-file-flag': 'it asks for XML in the URI',
  'keyservice.format.content-type': 'it asks for XML in the URI',
  'keyservice.format.xml-encrypted-read': 'it asks for XML in the URI',
  'keyservice.format.xml-every-operation': 'it asks for XML in the URI',
  'keyservice.format.xml-markup-escaped': 'it asks for XML in the URI',
  'keyservice.format.xml-shape': 'it asks for XML in the URI',
  'keyservice.format.errors-follow-format': 'it asks for XML in the URI',
  'keyservice.status.error-body-string': 'it asks for XML in the URI',
};

/** Bugs in the format of answers, their statuses and versions. */
export const formatMutants = defineMutants<State, Behaviour>('keyservice', import.meta.url, [
  {
    name: 'send-answers-xml',
    bug: 'A send without a wish is answered in XML.',
    breaks: ['keyservice.format.json-default'],
    respond: (response, context) =>
      context.operation?.id === 'sendMessage' && response.body === 'true'
        ? {
            ...response,
            headers: { ...response.headers, 'Content-Type': 'text/xml' },
            body: '<response>true</response>',
          }
        : response,
  },
  {
    name: 'json-labelled-as-page',
    bug: 'JSON is labelled as text/html.',
    breaks: ['keyservice.format.content-type'],
    behaviour: (base) => ({ contentTypes: { ...base.contentTypes, json: 'text/html' } }),
  },
  {
    name: 'xml-labelled-as-text',
    bug: 'XML is labelled as text/plain.',
    breaks: ['keyservice.format.content-type'],
    behaviour: (base) => ({ contentTypes: { ...base.contentTypes, xml: 'text/plain' } }),
  },
  {
    name: 'any-format-is-xml',
    bug: 'Any value of format gives XML.',
    breaks: ['keyservice.format.json-on-request'],
    behaviour: (base) => ({
      chooseFormat: (format, accept) =>
        format === undefined ? base.chooseFormat(format, accept) : 'xml',
    }),
  },
  {
    name: 'accept-json-gives-xml',
    bug: 'Any Accept header with a type of application gives XML.',
    breaks: ['keyservice.format.json-on-request'],
    behaviour: (base) => ({
      chooseFormat: (format, accept) =>
        accept?.startsWith('application/') === true ? 'xml' : base.chooseFormat(format, accept),
    }),
  },
  {
    name: 'format-ignored',
    bug: 'The format in the URI is ignored.',
    breaks: ['keyservice.format.query-xml'],
    alsoBreaks: askingInUri,
    behaviour: (base) => ({ chooseFormat: (_, accept) => base.chooseFormat(undefined, accept) }),
  },
  {
    name: 'xml-not-closed',
    bug: 'The root of an XML list is not closed.',
    breaks: ['keyservice.format.query-xml', 'keyservice.format.accept-xml'],
    alsoBreaks: {
      'keyservice.get.is-file-flag': 'it reads XML',
      'keyservice.format.xml-encrypted-read': 'it reads XML',
      'keyservice.format.xml-markup-escaped': 'it reads XML',
      'keyservice.format.xml-shape': 'it reads XML',
    },
    respond: (response, context) =>
      context.operation?.id === 'getMessages' && typeof response.body === 'string'
        ? { ...response, body: response.body.replace('</Message></response>', '</Message>') }
        : response,
  },
  {
    name: 'accept-ignored',
    bug: 'The Accept header is ignored.',
    breaks: ['keyservice.format.accept-xml'],
    behaviour: (base) => ({ chooseFormat: (format) => base.chooseFormat(format, undefined) }),
  },
  {
    name: 'ciphertexts-not-as-xml',
    bug: 'The encrypted list cannot be written as XML.',
    breaks: ['keyservice.format.xml-encrypted-read'],
    handlers: around('getMessages', (context, values, run) => {
      const answer = run();
      const asked = values.has('privatekeyhash') && formatOf(context) === 'xml';
      return asked && answer.status === 200 ? answerValue(context, 500, 'No XML.') : answer;
    }),
  },
  {
    name: 'wildcard-is-xml',
    bug: 'A wildcard in Accept gives XML.',
    breaks: ['keyservice.format.accept-wildcard'],
    behaviour: (base) => ({
      chooseFormat: (format, accept) =>
        accept === '*/*' ? 'xml' : base.chooseFormat(format, accept),
    }),
  },
  {
    name: 'new-key-always-json',
    bug: 'A new key is always JSON.',
    breaks: ['keyservice.format.xml-every-operation'],
    respond: alwaysJson('createKey', { KeyToken: 'made' }),
  },
  {
    name: 'send-always-json',
    bug: 'The answer to a send is always JSON.',
    breaks: ['keyservice.format.xml-every-operation'],
    respond: alwaysJson('sendMessage', true),
  },
  {
    name: 'delete-always-json',
    bug: 'The answer to a delete is always JSON.',
    breaks: ['keyservice.format.xml-every-operation'],
    respond: alwaysJson('deleteKey', 'Deleted.'),
  },
  {
    name: 'ampersands-not-escaped',
    bug: 'Ampersands are not escaped in XML.',
    breaks: ['keyservice.format.xml-markup-escaped'],
    behaviour: (base) => ({ escapeXml: (text) => base.escapeXml(text).replaceAll('&amp;', '&') }),
  },
  {
    name: 'text-escaped-twice',
    bug: 'Text is escaped twice in XML.',
    breaks: ['keyservice.format.xml-markup-escaped'],
    behaviour: (base) => ({ escapeXml: (text) => base.escapeXml(base.escapeXml(text)) }),
  },
  {
    name: 'text-in-cdata',
    bug: 'Text is put into CDATA without a look for its end.',
    breaks: ['keyservice.format.xml-markup-escaped'],
    behaviour: () => ({ escapeXml: (text) => (text === '' ? '' : `<![CDATA[${text}]]>`) }),
  },
  {
    name: 'root-of-another-name',
    bug: 'The root of an XML list is named after its type.',
    breaks: ['keyservice.format.xml-shape'],
    behaviour: (base) => ({ xmlNames: { ...base.xmlNames, root: 'ArrayOfMessage' } }),
  },
  {
    name: 'xml-without-date',
    bug: 'Entries in XML have no date.',
    breaks: ['keyservice.format.xml-shape'],
    respond: (response) =>
      typeof response.body === 'string'
        ? { ...response, body: response.body.replaceAll(/<Created>[^<]*<\/Created>/g, '') }
        : response,
  },
  {
    name: 'refusals-always-json',
    bug: 'Refusals are always JSON.',
    breaks: ['keyservice.format.errors-follow-format'],
    alsoBreaks: { 'keyservice.status.error-body-string': 'it reads a refusal in XML' },
    behaviour: () => ({ refusalFormat: () => 'json' }),
  },
  {
    name: 'refusals-are-pages',
    bug: 'A refusal is the error page of the framework.',
    breaks: ['keyservice.format.errors-follow-format', 'keyservice.status.error-body-string'],
    behaviour: (base) => ({
      refusal: (kind, operation) => ({ ...base.refusal(kind, operation), form: 'page' }),
    }),
  },
  {
    name: 'no-messages-in-xml-200',
    bug: 'An empty mailbox is an empty root when XML is asked for.',
    breaks: ['keyservice.format.no-messages-any-format'],
    handlers: around('getMessages', (context, _, run) => {
      const answer = run();
      return answer.status === 304 && formatOf(context) === 'xml'
        ? { status: 200, headers: { 'Content-Type': 'text/xml' }, body: '<response />' }
        : answer;
    }),
  },
  {
    name: 'dates-for-people',
    bug: 'Dates in JSON are written for people.',
    breaks: ['keyservice.format.json-dates'],
    alsoBreaks: {
      'keyservice.get.sent-date': 'it cannot be read as a date',
      'keyservice.getenc.metadata': 'it cannot be read as a date',
      'keyservice.generated.create-key-answers-as-described': 'its dates have another form',
      'keyservice.generated.get-messages-answers-as-described': 'its dates have another form',
    },
    behaviour: (base) => ({
      dates: { ...base.dates, json: (time) => new Date(time).toUTCString() },
    }),
  },
  {
    name: 'version-one-unknown',
    bug: 'A request with v=1 is refused as of an unknown version.',
    breaks: ['keyservice.version.omitted-or-one'],
    handlers: around('createKey', (context, _, run) =>
      hasVersion(context) ? answerValue(context, 400, 'Unknown version.') : run(),
    ),
  },
  {
    name: 'version-one-renames',
    bug: 'A list that is asked for with v=1 has the labels of the page as member names.',
    breaks: ['keyservice.version.omitted-or-one'],
    respond: (response, context) =>
      hasVersion(context)
        ? editJson('getMessages', (value) =>
            (value as { MessageData: unknown }[]).map(({ MessageData, ...entry }) => ({
              ...entry,
              Message: MessageData,
            })),
          )(response, context)
        : response,
  },
  {
    name: 'second-message-201',
    bug: 'A text for a mailbox that holds one already is answered 201.',
    breaks: ['keyservice.status.documented-codes'],
    handlers: around('sendMessage', (context, values, run) => {
      const holds = (context.state.keys.get(values.get('token') ?? '')?.messages.length ?? 0) > 0;
      const answer = run();
      return holds && values.has('message') && answer.status === 200
        ? { ...answer, status: 201 }
        : answer;
    }),
  },
  {
    name: 'refusal-says-nothing',
    bug: 'The body of a 400 is an empty string.',
    breaks: ['keyservice.status.error-body-string'],
    respond: (response, context) =>
      context.operation?.id === 'createKey' && response.status === 400
        ? { ...response, body: formatOf(context) === 'json' ? '""' : '<response />' }
        : response,
  },
  {
    name: 'failure-503',
    bug: 'A failure inside the server is answered 503.',
    breaks: ['keyservice.status.server-error-500'],
    behaviour: (base) => ({
      refusal: (kind, operation) =>
        kind === 'failure' ? { status: 503, form: 'sentence' } : base.refusal(kind, operation),
    }),
  },
  {
    name: 'failure-stores',
    bug: 'A failure inside the server comes after the message was stored.',
    breaks: ['keyservice.status.server-error-500'],
    respond: (response, context) => {
      const token = new URLSearchParams(new TextDecoder().decode(context.request.body)).get(
        'token',
      );
      const key = context.state.keys.get(token ?? '');
      if (response.status === 500 && key !== undefined) {
        key.messages.push({
          id: 0,
          data: '',
          encryptionKey: '',
          hash: null,
          isFile: false,
          utf8: false,
          created: 0,
        });
      }
      return response;
    },
  },
]);
