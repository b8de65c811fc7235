import { openapi } from '../../specs/keyservice/documents.gen.js';
import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import { excerpt, type Exchange } from '../engine/exchange.js';
import type { Driver, OnlineKey } from './driver.js';
import { readList, readToken, textsOf, xmlOf } from './reading.js';
import { expectGone, type SendOptions, type Values } from './requests.js';

const xmlInUri: SendOptions = { query: { format: 'xml' } };

function expectJson(t: TestContext, exchange: Exchange, what: string): void {
  let valid = true;
  try {
    JSON.parse(exchange.text);
  } catch {
    valid = false;
  }
  t.expect.ok(valid, `${exchange.label} (${what}) answered ${exchange.bodyKind}, not JSON`, {
    expected: 'a JSON body',
    actual: excerpt(exchange.text),
  });
}

/** A new key with one message. */
async function keyWithMessage(driver: Driver, message: string): Promise<OnlineKey> {
  const key = await driver.onlineKey();
  await driver.sent(key.token, message);
  return key;
}

/** Reads a key with one message in XML; the text must be in the document. */
async function expectXmlList(
  t: TestContext,
  driver: Driver,
  values: Values,
  options: SendOptions,
  text: string,
): Promise<void> {
  const answer = await driver.request('GET', values, options);
  t.expect.status(answer, 200, { what: 'asking for XML' });
  xmlOf(answer);
  t.expect.equal(textsOf(readList(answer)), [text], 'the texts of the XML list');
}

export const formatChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.format.json-default',
    title: 'without Accept header and without format the answers are JSON',
    run: async (t, driver) => {
      const passphrase = driver.passphrase();
      const made = await driver.request('POST', { passphrase });
      t.expect.status(made, 200);
      expectJson(t, made, 'POST without a wish');
      const token = readToken(made).token;
      const sent = await driver.request('PUT', { token, message: 'a text' });
      t.expect.status(sent, 200);
      if (sent.text === '') t.deviate('a successful send answers no body');
      else expectJson(t, sent, 'PUT without a wish');
      const read = await driver.request('GET', { token, passphrase });
      t.expect.status(read, 200);
      expectJson(t, read, 'GET without a wish');
      t.expect.equal(textsOf(readList(read)), ['a text'], 'the texts of the list');
    },
  },
  {
    requirement: 'keyservice.format.content-type',
    title: 'answers are labelled with their format',
    run: async (t, driver) => {
      const { token, passphrase } = await keyWithMessage(driver, 'a text');
      const json = await driver.request('GET', { token, passphrase });
      const xml = await driver.request('GET', { token, passphrase }, xmlInUri);
      for (const answer of [json, xml]) t.expect.status(answer, 200);
      t.expect.header(json, 'content-type', /^application\/json\b/i, 'application/json');
      t.expect.header(
        xml,
        'content-type',
        /^(text|application)\/xml\b/i,
        'application/xml or text/xml',
      );
    },
  },
  {
    requirement: 'keyservice.format.json-on-request',
    title: 'JSON can be asked for in the URI and by Accept',
    run: async (t, driver) => {
      const { token, passphrase } = await keyWithMessage(driver, 'a text');
      const ways: readonly (readonly [string, SendOptions])[] = [
        ['format=json', { query: { format: 'json' } }],
        ['Accept: application/json', { headers: { Accept: 'application/json' } }],
      ];
      for (const [what, options] of ways) {
        const answer = await driver.request('GET', { token, passphrase }, options);
        t.expect.status(answer, 200, { what });
        expectJson(t, answer, what);
        t.expect.equal(textsOf(readList(answer)), ['a text'], `the texts with ${what}`);
      }
    },
  },
  {
    requirement: 'keyservice.format.query-xml',
    title: 'XML can be asked for in the URI',
    run: async (t, driver) => {
      const { token, passphrase } = await keyWithMessage(driver, 'a text in XML');
      await expectXmlList(t, driver, { token, passphrase }, xmlInUri, 'a text in XML');
    },
  },
  {
    requirement: 'keyservice.format.accept-xml',
    title: 'XML can be asked for by Accept',
    run: async (t, driver) => {
      const { token, passphrase } = await keyWithMessage(driver, 'a text in XML');
      const options = { headers: { Accept: 'application/xml' } };
      await expectXmlList(t, driver, { token, passphrase }, options, 'a text in XML');
    },
  },
  {
    requirement: 'keyservice.format.xml-encrypted-read',
    title: 'ciphertexts can be read as XML',
    run: async (t, driver) => {
      const key = await driver.uploadedKey();
      const sealed = await driver.sentEncrypted(key);
      const values = { token: key.token, privatekeyhash: key.hash };
      await expectXmlList(t, driver, values, xmlInUri, sealed.encryptedmessage);
    },
  },
  {
    requirement: 'keyservice.format.accept-wildcard',
    title: 'a wildcard in Accept gives JSON',
    run: async (t, driver) => {
      const { token, passphrase } = await keyWithMessage(driver, 'a text');
      const options = { headers: { Accept: '*/*' } };
      const answer = await driver.request('GET', { token, passphrase }, options);
      t.expect.status(answer, 200, { what: 'Accept: */*' });
      expectJson(t, answer, 'Accept: */*');
    },
  },
  {
    requirement: 'keyservice.format.xml-every-operation',
    title: 'XML can be asked for when making, sending and deleting',
    run: async (t, driver) => {
      const passphrase = driver.passphrase();
      const made = await driver.request('POST', { passphrase }, xmlInUri);
      t.expect.status(made, 200, { what: 'format=xml' });
      xmlOf(made);
      const { token, name } = readToken(made);
      if (name !== 'KeyToken') {
        t.deviate(`the token in XML is ${name === '' ? 'the text of the root' : `in ${name}`}`);
      }
      const steps: readonly (readonly [string, Values])[] = [
        ['PUT', { token, message: 'a text' }],
        ['DELETE', { token, passphrase }],
      ];
      for (const [method, values] of steps) {
        const answer = await driver.request(method, values, { ...xmlInUri, place: 'body' });
        t.expect.status(answer, 200, { what: 'format=xml' });
        if (answer.text === '') t.deviate(`${method} answers no body`);
        else xmlOf(answer);
      }
    },
  },
  {
    requirement: 'keyservice.format.xml-markup-escaped',
    title: 'markup in a text is escaped in XML',
    run: async (t, driver) => {
      const message = `<b a='1'>&amp; & "x" ]]> &#65; ${t.random.text(6)}</b>`;
      const { token, passphrase } = await keyWithMessage(driver, message);
      await expectXmlList(t, driver, { token, passphrase }, xmlInUri, message);
    },
  },
  {
    requirement: 'keyservice.format.xml-shape',
    title: 'the XML list is a response with one Message per message',
    run: async (t, driver) => {
      const { token, passphrase } = await keyWithMessage(driver, 'one');
      await driver.sent(token, 'two');
      const answer = await driver.request('GET', { token, passphrase }, xmlInUri);
      t.expect.status(answer, 200);
      const root = xmlOf(answer);
      t.expect.equal(root.name, 'response', 'the name of the root');
      const names = root.children.map((child) => child.name);
      t.expect.equal(names, ['Message', 'Message'], 'the children of the root');
      // By the reader: under which names text and date stand is the subject of others.
      for (const { id, isFile, text, date } of readList(answer).entries) {
        const missing = Object.entries({ MessageId: id, IsFile: isFile, text, date })
          .filter(([, value]) => value === undefined || value === null)
          .map(([name]) => name);
        t.expect.equal(missing, [], 'what a Message lacks');
      }
    },
  },
  {
    requirement: 'keyservice.format.errors-follow-format',
    title: 'a refusal comes in the format that was asked for',
    run: async (t, driver) => {
      const xml = await driver.request('POST', {}, xmlInUri);
      const json = await driver.request('POST', {});
      await driver.onlineKey();
      for (const answer of [xml, json]) t.expect.status(answer, 400, { what: 'no input' });
      if (xml.text === '' || json.text === '') t.deviate('a refusal has no body');
      if (xml.text !== '') xmlOf(xml);
      if (json.text !== '') expectJson(t, json, 'no input');
    },
  },
  {
    requirement: 'keyservice.format.no-messages-any-format',
    title: 'a key without messages answers 304 in XML too',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      const answer = await driver.request('GET', { token, passphrase }, xmlInUri);
      await driver.sent(token, 'a text');
      await driver.messages(token, { passphrase });
      t.expect.status(answer, 304, { what: 'a new key, format=xml' });
    },
  },
  {
    requirement: 'keyservice.format.json-dates',
    title: 'dates in JSON are milliseconds between /Date( and )/',
    run: async (t, driver) => {
      const { token, passphrase } = await keyWithMessage(driver, 'a text');
      const { entries } = await driver.messages(token, { passphrase });
      const date = t.expect.text(entries[0]?.date?.value, 'the date of the message');
      if (/^\/Date\(\d+([+-]\d{4})?\)\/$/.test(date)) return;
      t.expect.ok(/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(date), 'the date has an unknown form', {
        expected: '/Date(milliseconds)/, or ISO 8601',
        actual: date,
      });
      t.deviate('dates in JSON are ISO 8601');
    },
  },
]);

/** Names of all members that the document gives to any object. */
const documentedNames: ReadonlySet<string> = new Set(namesIn(openapi.components?.schemas));

function namesIn(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { readonly properties?: object };
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(namesIn)];
}

/**
 * The form of a JSON value without its contents: member names and types. Other members than the
 * documented ones are the server's own affair, and need not come with every answer.
 */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? ['empty'] : [shapeOf(value[0])];
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => documentedNames.has(name))
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([name, member]) => [name, shapeOf(member)]),
    );
  }
  return value === null ? 'null' : typeof value;
}

/** A walk through the service: the status and the shape of every answer. */
async function walk(t: TestContext, driver: Driver, version: Values): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  const note = (answer: Exchange): Exchange => {
    seen.push([answer.status, answer.text === '' ? 'none' : shapeOf(answer.json())]);
    return answer;
  };
  const passphrase = driver.passphrase();
  const made = note(await driver.request('POST', { passphrase, ...version }));
  t.expect.status(made, 200, { what: describe(version) });
  const token = readToken(made).token;
  note(await driver.request('GET', { token, passphrase, ...version }));
  note(await driver.request('PUT', { token, message: 'a text', ...version }));
  const read = note(await driver.request('GET', { token, passphrase, ...version }));
  t.expect.status(read, 200, { what: describe(version) });
  note(await driver.request('DELETE', { token, passphrase, ...version }));
  expectGone(t, await driver.request('GET', { token, passphrase, ...version }), {
    what: 'a deleted key',
  });
  return seen;
}

function describe(version: Values): string {
  return version.v === undefined ? 'without v' : `with v=${version.v}`;
}

export const versionChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'keyservice.version.omitted-or-one',
    title: 'requests with v=1 are answered like requests without v',
    run: async (t, driver) => {
      const without = await t.given('a walk without v', () => walk(t, driver, {}));
      const withOne = await walk(t, driver, { v: '1' });
      t.expect.equal(
        withOne,
        without,
        'statuses and members of the answers to requests with v=1, against those without',
      );
    },
  },
]);
