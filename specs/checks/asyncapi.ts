import { Parser } from '@asyncapi/parser';
import { exampleCheck, type ExampleCheck } from './examples.js';
import { below, follow, isJson, type Json, type Report } from './finding.js';
import { schemaJudge } from './schema-judge.js';

/** The severity that the parser gives to an error; higher numbers are advice. */
const errorSeverity: number = 0;

/**
 * An AsyncAPI 3.0 document: no error by the AsyncAPI parser, and every message example true to
 * its schemas.
 * @param text the document as it stands in the file
 * @returns the names of the operations
 */
export async function checkAsyncApi(
  text: string,
  document: Json,
  report: Report,
): Promise<readonly string[]> {
  const { diagnostics } = await new Parser().parse(text);
  for (const { severity, path, message } of diagnostics) {
    if ((severity as number) === errorSeverity) report(path.reduce(below, ''), message);
  }
  const examples = exampleCheck(document, schemaJudge(document), report);
  const { components, channels, operations } = document;
  if (isJson(components)) {
    for (const name of keysOf(components.schemas))
      examples.schema(below('/components/schemas', name));
    checkMessages(document, components.messages, '/components/messages', examples, report);
  }
  if (isJson(channels)) {
    for (const [name, channel] of Object.entries(channels)) {
      if (!isJson(channel)) continue;
      const place = below(below('/channels', name), 'messages');
      checkMessages(document, channel.messages, place, examples, report);
    }
  }
  return keysOf(operations);
}

function keysOf(value: unknown): string[] {
  return isJson(value) ? Object.keys(value) : [];
}

function checkMessages(
  document: Json,
  messages: unknown,
  place: string,
  examples: ExampleCheck,
  report: Report,
): void {
  if (!isJson(messages)) return;
  for (const name of Object.keys(messages)) {
    const { value: message, pointer } = follow(document, messages[name], below(place, name));
    if (!isJson(message)) continue;
    if (message.payload !== undefined) examples.schema(below(pointer, 'payload'));
    if (message.headers !== undefined) examples.schema(below(pointer, 'headers'));
    if (!Array.isArray(message.examples)) continue;
    message.examples.forEach((example: unknown, index) => {
      const at = below(below(pointer, 'examples'), index);
      if (!isJson(example)) report(at, 'an example is an object with payload, headers or both');
      else checkExample(message, pointer, example, at, examples);
    });
  }
}

function checkExample(
  message: Json,
  pointer: string,
  example: Json,
  at: string,
  examples: ExampleCheck,
): void {
  for (const part of ['payload', 'headers']) {
    if (example[part] === undefined || message[part] === undefined) continue;
    examples.value(below(at, part), below(pointer, part), example[part]);
  }
}
