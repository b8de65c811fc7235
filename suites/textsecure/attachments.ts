import { Buffer } from 'node:buffer';
import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange } from '../engine/exchange.js';
import { CheckFailure } from '../engine/outcome.js';
import { succeeded, type Account, type Driver } from './driver.js';
import { allocation, authorized, basic, download, locationRequest, upload } from './requests.js';
import { shown } from './push-reader.js';
import { contrast, control, nearMiss, refusesStrangers } from './shared.js';
import { sealAttachment } from './wire/attachment.js';

interface Allocation {
  /** In decimal, read from the raw text: it may be too large for a double. */
  readonly id: string;
  readonly location: string;
}

/** The id of an allocation as it stands in the JSON text, quoted or not; null for another form. */
function idOf(exchange: Exchange): string | null {
  return /"id"\s*:\s*"?([0-9]+)"?\s*[,}]/.exec(exchange.text)?.[1] ?? null;
}

/** The absolute URL in an answer; null for anything else. */
function locationOf(exchange: Exchange): string | null {
  const { location } = exchange.object();
  if (typeof location !== 'string' || !/^https?:\/\//i.test(location)) return null;
  return URL.canParse(location) ? location : null;
}

function allocate(t: TestContext, driver: Driver, account: Account): Promise<Allocation> {
  return t.given('allocating an attachment', async () => {
    const exchange = await driver.as(account, allocation);
    succeeded(exchange);
    const [id, location] = [idOf(exchange), locationOf(exchange)];
    if (id === null || location === null) throw new CheckFailure('it answers no id and location');
    return { id, location };
  });
}

function store(t: TestContext, location: string, blob: Uint8Array): Promise<void> {
  return t.given('uploading an attachment', async () => {
    const exchange = await t.send(upload(location, blob));
    if (exchange.status !== 201) succeeded(exchange);
  });
}

/** An attachment of an account with its blob in place. */
async function uploaded(
  t: TestContext,
  driver: Driver,
  account: Account,
  blob: Uint8Array,
): Promise<Allocation> {
  const made = await allocate(t, driver, account);
  await store(t, made.location, blob);
  return made;
}

/** Where an account can download an attachment; as set-up. */
function locate(t: TestContext, driver: Driver, account: Account, id: string): Promise<string> {
  return t.given('asking for the location', async () => {
    const exchange = await driver.as(account, locationRequest(id));
    succeeded(exchange);
    const location = locationOf(exchange);
    if (location === null) throw new CheckFailure('it answers no absolute location');
    return location;
  });
}

/** A blob as clients make it: a short text, encrypted and authenticated. */
function sealed(t: TestContext): Buffer {
  const plain = Buffer.from(t.random.bytes(40));
  return sealAttachment(Buffer.from(t.random.bytes(64)), Buffer.from(t.random.bytes(16)), plain);
}

function wrongPassword(account: Account): string {
  return basic(account.number, nearMiss(account.password));
}

export const attachmentChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'textsecure.attachments.allocation-members',
    title: 'an allocation gives an id, as text, and an absolute location',
    async run(t, driver) {
      const account = await driver.account();
      await contrast(t, 'refusing a stranger', allocation);
      const exchange = await driver.as(account, allocation);
      t.expect.status(exchange, 200);
      const { id } = exchange.object();
      t.expect.ok(locationOf(exchange) !== null, 'location is no absolute http or https URL', {
        expected: 'an absolute URL',
        actual: shown(exchange.object().location),
      });
      t.expect.ok(typeof id === 'string' || typeof id === 'number', 'id is missing', {
        expected: 'a string of digits',
        actual: exchange.text.slice(0, 200),
      });
      if (typeof id === 'number') t.deviate('id is a JSON number, in place of a string');
    },
  },
  {
    requirement: 'textsecure.attachments.id-fits-64-bits',
    title: 'an id is decimal and fits 64 bits',
    async run(t, driver) {
      const account = await driver.account();
      await contrast(t, 'refusing a stranger', allocation);
      const exchange = await control(
        t,
        'an allocation',
        authorized(account.authorization, allocation),
      );
      const id = idOf(exchange);
      t.expect.ok(
        id !== null && BigInt(id) < 2n ** 64n,
        'the id does not fit AttachmentPointer.id',
        {
          expected: 'decimal digits, less than 2^64',
          actual: shown(exchange.object().id),
        },
      );
    },
  },
  {
    requirement: 'textsecure.attachments.ids-unique',
    title: 'every allocation gives a new id',
    async run(t, driver) {
      const [account, other] = [await driver.account(), await driver.account()];
      const ids = new Set<string>();
      for (const caller of [account, account, account, account, account, other]) {
        ids.add((await allocate(t, driver, caller)).id);
      }
      t.expect.equal(ids.size, 6, 'the number of different ids of six allocations');
    },
  },
  {
    requirement: 'textsecure.attachments.allocation-credentials-required',
    title: 'an allocation needs valid credentials',
    async run(t, driver) {
      const account = await driver.account();
      await refusesStrangers(t, account, allocation, wrongPassword(account));
    },
  },
  {
    requirement: 'textsecure.attachments.upload-without-authorization',
    title: 'a location takes the blob without credentials',
    async run(t, driver) {
      const account = await driver.account();
      const { location } = await allocate(t, driver, account);
      await contrast(t, 'refusing a stranger', allocation);
      const exchange = await t.send(upload(location, sealed(t)));
      t.expect.status(exchange, 200, { tolerate: [201, 204], what: 'an upload' });
    },
  },
  {
    requirement: 'textsecure.attachments.location-returned',
    title: 'the location of an uploaded attachment can be asked for by its id',
    async run(t, driver) {
      const account = await driver.account();
      const { id } = await uploaded(t, driver, account, sealed(t));
      await contrast(t, 'refusing a stranger', locationRequest(id));
      const exchange = await driver.as(account, locationRequest(id));
      t.expect.status(exchange, 200);
      t.expect.ok(locationOf(exchange) !== null, 'location is no absolute http or https URL', {
        expected: '{"location": an absolute URL}',
        actual: exchange.text.slice(0, 200),
      });
    },
  },
  {
    requirement: 'textsecure.attachments.location-credentials-required',
    title: 'asking for a location needs valid credentials',
    async run(t, driver) {
      const account = await driver.account();
      const { id } = await uploaded(t, driver, account, sealed(t));
      await refusesStrangers(t, account, locationRequest(id), wrongPassword(account));
    },
  },
  {
    requirement: 'textsecure.attachments.blob-returned-intact',
    title: 'a download gives the uploaded bytes, each attachment its own',
    async run(t, driver) {
      const account = await driver.account();
      const every = Uint8Array.from({ length: 272 }, (_, at) => (at < 256 ? at : 0));
      const blobs = [every, t.random.bytes(100_000)];
      const made = [];
      for (const blob of blobs) made.push(await uploaded(t, driver, account, blob));
      for (const [at, blob] of blobs.entries()) {
        const location = await locate(t, driver, account, made[at]?.id ?? '');
        const exchange = await t.send(download(location));
        t.expect.status(exchange, 200, { what: 'a download' });
        t.expect.bytes(exchange.body, blob, 'the blob');
      }
    },
  },
  {
    requirement: 'textsecure.attachments.recipient-can-download',
    title: 'another account can fetch an attachment whose id it knows',
    async run(t, driver) {
      const [owner, recipient] = [await driver.account(), await driver.account()];
      const blob = sealed(t);
      const { id } = await uploaded(t, driver, owner, blob);
      const exchange = await driver.as(recipient, locationRequest(id));
      t.expect.status(exchange, 200, { what: 'the attachment of another account' });
      const location = locationOf(exchange);
      if (location === null) return t.expect.fail('location is no absolute http or https URL');
      const downloaded = await t.send(download(location));
      t.expect.status(downloaded, 200, { what: 'a download' });
      t.expect.bytes(downloaded.body, blob, 'the blob');
    },
  },
  {
    requirement: 'textsecure.attachments.malformed-id-404',
    title: 'an id that is no number has no location',
    async run(t, driver) {
      const account = await driver.account();
      const { id } = await uploaded(t, driver, account, sealed(t));
      const exchange = await driver.as(account, locationRequest(`${id.slice(0, -1)}x`));
      await locate(t, driver, account, id);
      t.expect.status(exchange, 404, { tolerate: 400, what: 'an id with a letter' });
    },
  },
  {
    requirement: 'textsecure.attachments.altered-location-refused',
    title: 'a location cannot be turned into that of another attachment',
    async run(t, driver) {
      const account = await driver.account();
      const first = await uploaded(t, driver, account, sealed(t));
      const second = await uploaded(t, driver, account, sealed(t));
      const location = await locate(t, driver, account, first.id);
      const url = new URL(location);
      if (url.search === '' || !url.pathname.includes(first.id)) {
        t.skip('the location holds no signature in its query, or no id in its path');
      }
      const altered = location.replace(first.id, second.id);
      const exchange = await t.send(download(altered));
      await control(t, 'the location as it was given', download(location));
      t.expect.ok(
        exchange.status >= 400 && exchange.status < 500,
        'an altered location is served',
        {
          expected: 'a 4xx status',
          actual: `status ${String(exchange.status)}`,
        },
      );
    },
  },
]);
