import type { TestContext } from '../engine/context.js';
import type { Exchange, RequestSpec } from '../engine/exchange.js';
import { asyncapi } from '../../specs/misakey/documents.gen.js';
import { schemaSet } from '../../specs/schemas.js';
import type { ContactPlan } from './contact-body.js';
import type { ContactOptions, Driver } from './driver.js';
import { asRecord } from './feed.js';

/** One request that must be refused. */
export interface Faulty {
  /** What is wrong with it, for messages. */
  readonly what: string;
  readonly spec: RequestSpec;
}

export interface Refused {
  readonly expected: number;
  readonly tolerate: readonly number[];
  /** What the error must say beyond its status; returns false where it says it otherwise. */
  readonly says?: (answer: Exchange) => boolean;
}

/**
 * Sends contacts with one fault each, then the valid one as positive control, and judges only when
 * that made a box: a server that refuses everything has shown nothing.
 */
export async function contactsRefused(
  t: TestContext,
  driver: Driver,
  faults: readonly Faulty[],
  { expected, tolerate, says }: Refused,
): Promise<readonly Exchange[]> {
  const answers: Exchange[] = [];
  for (const { spec } of faults) answers.push(await t.send(spec));
  await driver.contacted();
  answers.forEach((answer, index) => {
    const what = faults[index]?.what ?? 'the fault';
    const right = t.expect.status(answer, expected, { tolerate, what });
    if (right && says?.(answer) === false) {
      t.deviate(`${what}: the error does not say so in the usual form (${answer.text.trim()})`);
    }
  });
  return answers;
}

/** The request of a plan with some members changed, as a fault. */
export async function faultyPlan(
  driver: Driver,
  what: string,
  changes: Partial<ContactPlan>,
  options?: ContactOptions,
): Promise<Faulty> {
  return { what, spec: await driver.contactRequest(driver.plan(changes), options) };
}

/** An object without one of its members. */
export function without(
  object: Readonly<Record<string, unknown>>,
  name: string,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

/** The members of `details` in a JSON error; none where the body is no such error. */
export function detailsOf(answer: Exchange): Readonly<Record<string, unknown>> {
  try {
    return asRecord(asRecord(JSON.parse(answer.text)).details);
  } catch {
    return {};
  }
}

/** The members of a JSON error; none where the body is no JSON object. */
export function errorOf(answer: Exchange): Readonly<Record<string, unknown>> {
  try {
    return asRecord(JSON.parse(answer.text));
  } catch {
    return {};
  }
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A UUID of any version in canonical text form. */
export function expectUuid(t: TestContext, value: unknown, what: string): string {
  const text = t.expect.text(value, what);
  t.expect.ok(uuidForm.test(text), `${what} is no UUID`, { expected: 'a UUID', actual: text });
  return text;
}

export function isUuid(value: unknown): boolean {
  return typeof value === 'string' && uuidForm.test(value);
}

/** The five members of an identity view. */
export function expectIdentityView(t: TestContext, value: unknown, what: string): void {
  const view = asRecord(value);
  for (const member of ['id', 'display_name', 'identifier_value', 'identifier_kind']) {
    t.expect.text(view[member], `${what}.${member}`);
  }
  const avatar = view.avatar_url;
  t.expect.ok(
    'avatar_url' in view && (avatar === null || typeof avatar === 'string'),
    `${what}.avatar_url is ${'avatar_url' in view ? 'neither a string nor null' : 'missing'}`,
  );
}

type MessageName =
  'boxEvent' | 'notification' | 'boxDeletion' | 'boxSettings' | 'fileSaved' | 'ack';

const schemas = schemaSet(asyncapi);

/** Checks a message against the AsyncAPI document. */
export function expectMessage(t: TestContext, name: MessageName, message: unknown): void {
  const faults = schemas.at(`/components/messages/${name}/payload`)(message);
  const fault = faults?.[0]?.message ?? '';
  const { type } = asRecord(message);
  const kind = typeof type === 'string' ? `a message of type ${type}` : 'a message';
  t.expect.ok(faults === null, `${kind} departs from the AsyncAPI document: ${fault}`, {
    expected: `the payload of the message ${name}`,
    actual: faults?.map((fault) => fault.message).join('; ') ?? '',
  });
}
