import type { PlainResponse } from '../../engine/http.js';
import type { Context, Format, Key, Message, MessageContent } from './behaviour.js';
import { jsonList, jsonText } from './json.js';
import type { KeyRecord } from './state.js';
import { ciphertextOf, isUnsealed } from './unsealed.js';
import { element, escapeXml, xmlDocument, type XmlNode } from './xml.js';

/** Members of a key that its XML form shows, in this order; arrays and the rest are left out. */
const keyMembers = [
  'KeyId',
  'KeyToken',
  'PublicKey',
  'IsPrivateKeyEncrypted',
  'IsPublicKeyOnly',
  'RequestDate',
  'ReleaseDate',
  'LockDate',
  'DeleteMessagesAfterReading',
  'DeleteKeyAfterReading',
] as const satisfies readonly (keyof Key)[];

const messageMembers = [
  'MessageId',
  'EncryptionKey',
  'MessageData',
  'Created',
  'MessageHash',
  'IsFile',
  'TemporaryDownloadId',
] as const satisfies readonly (keyof Message)[];

/** The format that this request asks for. */
export function formatOf(context: Context): Format {
  return context.behaviour.chooseFormat(formatParameter(context), context.header('accept'));
}

/** `format` counts in the URI only; its name is matched like that of any parameter. */
function formatParameter(context: Context): string | undefined {
  if (context.request.query === '') return undefined;
  for (const [name, value] of context.query) {
    if (context.behaviour.foldName(name) === 'format') return value;
  }
  return undefined;
}

/** A bare string or boolean. Refusals, which have statuses from 400, may have a format of theirs. */
export function answerValue(
  context: Context,
  status: number,
  value: string | boolean,
): PlainResponse {
  return write(context, status, value, () => [String(value)]);
}

/** An object of texts. */
export function answerObject(
  context: Context,
  status: number,
  value: Readonly<Record<string, string>>,
): PlainResponse {
  return write(context, status, value, () =>
    Object.entries(value).map(([name, text]) => element(name, [text])),
  );
}

/** The object of a new key. */
export function answerKey(context: Context, record: KeyRecord): PlainResponse {
  const { behaviour } = context;
  const key = behaviour.keyObject(record, behaviour.dates[formatOf(context)]);
  return write(context, 200, key, () => [
    ...members(context, key, keyMembers),
    ...(key.Messages ?? []).map(() => element('Messages', [])),
  ]);
}

/** The list of messages. */
export function answerMessages(
  context: Context,
  contents: readonly MessageContent[],
): PlainResponse {
  const { behaviour } = context;
  const date = behaviour.dates[formatOf(context)];
  const list = contents.map((content) => behaviour.messageObject(content, date));
  return write(
    context,
    200,
    list,
    () =>
      list.map((message) =>
        element(behaviour.xmlNames.message, members(context, message, messageMembers)),
      ),
    () => jsonList(list),
  );
}

/** Null members are left out, but for the lock date, which is marked as nil. */
function members<T extends object>(
  { behaviour }: Context,
  value: T,
  names: readonly (keyof T & string)[],
): XmlNode[] {
  const nodes: XmlNode[] = [];
  for (const name of names) {
    const member = value[name];
    if (name === 'LockDate') nodes.push(element(name, [], { 'xsi:nil': 'true' }));
    else if (isUnsealed(member)) {
      // A way of escaping that is not the usual one gets to see the text.
      const asUsual = behaviour.escapeXml === escapeXml;
      nodes.push(element(name, [asUsual ? member : ciphertextOf(member)]));
    } else if (member !== null && member !== undefined) {
      nodes.push(element(name, [String(member)]));
    }
  }
  return nodes;
}

function write(
  context: Context,
  status: number,
  value: unknown,
  xml: () => readonly XmlNode[],
  json: (value: unknown) => string | Uint8Array = jsonText,
): PlainResponse {
  const { behaviour } = context;
  const chosen = formatOf(context);
  const format = status < 400 ? chosen : behaviour.refusalFormat(chosen);
  const body =
    format === 'json'
      ? json(value)
      : xmlDocument(behaviour.xmlNames.root, xml(), (text) => behaviour.escapeXml(text));
  return { status, headers: { 'Content-Type': behaviour.contentTypes[format] }, body };
}
