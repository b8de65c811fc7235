import type { TestContext } from '../engine/context.js';
import type { Exchange, RequestSpec } from '../engine/exchange.js';
import type { SystemTarget } from '../engine/target.js';
import { bodyOf, freshPlan, type ContactPlan, type Spelling } from './contact-body.js';
import { asRecord, openFeed, withLowerIds, type Feed } from './feed.js';
import type { MisakeySection, Person } from './profile.js';
import { fetchCsrf, headersOf, type Credentials, type CsrfPair } from './session.js';

/** A box that a contact made, as far as checks need it. */
export interface MadeBox {
  readonly id: string;
  readonly plan: ContactPlan;
  readonly title: string;
  readonly answer: Exchange;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ContactOptions {
  /** Who contacts; the first identity by default. */
  readonly as?: Person;
  /** The identity id in the path; that of `as` by default. */
  readonly pathId?: string;
  /** Credentials that differ from the right ones. */
  readonly credentials?: Credentials;
}

/** What every check starts from. One per check; what is true of a target is looked up once. */
export interface Driver {
  readonly me: Person;
  readonly other: Person;
  /** A third identity, where the profile has one. */
  readonly third: Person | null;
  readonly section: MisakeySection;
  /** The names that the target takes (the document's, or the older ones with `observed-fields`). */
  spelling(): Promise<Spelling>;
  /** One CSRF pair for the whole check. */
  csrf(): Promise<CsrfPair>;
  /** The right credentials of a person, for requests that change something. */
  credentials(person: Person): Promise<Credentials>;
  /** A fresh plan for a contact of the second identity by the first. */
  plan(changes?: Partial<ContactPlan>): ContactPlan;
  /** The request of a plan. */
  contactRequest(plan: ContactPlan, options?: ContactOptions): Promise<RequestSpec>;
  /** The request with any body. */
  contactWith(json: unknown, options?: ContactOptions): Promise<RequestSpec>;
  contact(plan: ContactPlan, options?: ContactOptions): Promise<Exchange>;
  /** A contact that must succeed before anything can be judged. */
  contacted(plan?: ContactPlan, options?: ContactOptions): Promise<MadeBox>;
  /** A request of a person to a route around a box. */
  request(person: Person, method: string, path: string, json?: unknown): Promise<RequestSpec>;
  send(person: Person, method: string, path: string, json?: unknown): Promise<Exchange>;
  /** Skips the check where the target does not serve the routes around a box. */
  needsBoxRoutes(): Promise<void>;
  /** An open, subscribed socket; its opening is a condition of the check. */
  open(person: Person): Promise<Feed>;
  /** Makes sure that the target refuses a contact without cookies: else a 201 shows nothing. */
  tellsContactsApart(): Promise<void>;
  /** The same for the socket: without cookies no 101. */
  tellsHandshakesApart(): Promise<void>;
}

const spellings = new WeakMap<SystemTarget, Promise<Spelling>>();
const boxRoutes = new WeakMap<SystemTarget, Promise<number>>();

/** A question about the target that is asked once; a failure is forgotten and asked again. */
function once<T>(
  cache: WeakMap<SystemTarget, Promise<T>>,
  target: SystemTarget,
  ask: () => Promise<T>,
): Promise<T> {
  let answer = cache.get(target);
  if (answer === undefined) {
    answer = ask();
    cache.set(target, answer);
    answer.catch(() => cache.delete(target));
  }
  return answer;
}

export function createDriver(t: TestContext): Driver {
  const section = t.target.section as unknown as MisakeySection;
  const person = (index: number): Person => {
    const found = section.identities?.[index];
    return found ?? t.skip('the profile must name two identities in systems.misakey.identities');
  };
  let pair: Promise<CsrfPair> | undefined;
  const csrf = (): Promise<CsrfPair> =>
    (pair ??= t.given('getting a CSRF token', () => fetchCsrf(t)));

  const driver: Driver = {
    get me() {
      return person(0);
    },
    get other() {
      return person(1);
    },
    third: section.identities?.[2] ?? null,
    section,
    csrf,
    spelling: () => once(spellings, t.target, () => probeSpelling(t, driver)),
    async credentials({ accessToken }) {
      return { accessToken, tokenType: 'bearer', csrf: await csrf() };
    },
    plan: (changes) => ({ ...freshPlan(t.random, driver.other), ...changes }),
    async contactRequest(plan, options) {
      return driver.contactWith(bodyOf(plan, await driver.spelling()), options);
    },
    async contactWith(json, options = {}) {
      const caller = options.as ?? driver.me;
      const credentials = options.credentials ?? (await driver.credentials(caller));
      return {
        method: 'POST',
        path: `/box-users/${options.pathId ?? caller.id}/contact`,
        headers: headersOf(credentials),
        json,
      };
    },
    contact: async (plan, options) => t.send(await driver.contactRequest(plan, options)),
    contacted: (plan = driver.plan(), options = {}) =>
      t.given('contacting the second identity', async () => {
        const answer = await driver.contact(plan, options);
        t.expect.status(answer, 201, { what: 'a complete contact' });
        const body = asRecord(withLowerIds(answer.object()));
        const id = t.expect.text(body.id, 'id of the new box');
        return { id, plan, title: String(plan.title), answer, body };
      }),
    async request(caller, method, path, json) {
      const changes = method !== 'GET' && method !== 'HEAD';
      const credentials: Credentials = changes
        ? await driver.credentials(caller)
        : { accessToken: caller.accessToken, tokenType: 'bearer' };
      const headers = headersOf(credentials);
      return { method, path, headers, ...(json === undefined ? {} : { json }) };
    },
    send: async (caller, method, path, json) =>
      t.send(await driver.request(caller, method, path, json)),
    async needsBoxRoutes() {
      const status = await once(boxRoutes, t.target, () => probeBoxRoutes(driver));
      if ([404, 405, 501].includes(status)) {
        t.skip(`no box routes: HEAD /boxes/joined answered ${String(status)}`);
      }
    },
    open: (who) => t.given(`opening the socket of identity ${who.id}`, () => openFeed(t, who)),
    tellsContactsApart: () =>
      t.given('a contact without cookies being refused', async () => {
        const credentials: Credentials = { csrf: await csrf() };
        const answer = await driver.contact(driver.plan(), { credentials });
        t.expect.ok(isRefusal(answer.status), 'it was not', {
          expected: 'a 4xx',
          actual: `status ${String(answer.status)}`,
        });
      }),
    tellsHandshakesApart: () =>
      t.given('a handshake without cookies being refused', async () => {
        const outcome = await t.openSocket(`/box-users/${driver.me.id}/ws`, { headers: {} });
        t.expect.ok('refused' in outcome, 'it opened a socket');
      }),
  };
  return driver;
}

/** A refusal is a 4xx; a 5xx is none. */
export function isRefusal(status: number): boolean {
  return status >= 400 && status < 500;
}

/** Every 4xx but some: "any other 4xx" of the catalogue. */
export function anyOther4xx(...expected: readonly number[]): readonly number[] {
  return Array.from({ length: 100 }, (_, index) => 400 + index).filter(
    (status) => !expected.includes(status),
  );
}

async function probeSpelling(t: TestContext, driver: Driver): Promise<Spelling> {
  // In a session of its own: what a check then does in its session is the first of its kind.
  const csrf = await t.given('getting a CSRF token', () => fetchCsrf(t));
  const { accessToken } = driver.me;
  const credentials = { accessToken, tokenType: 'bearer', csrf };
  const probe = async (spelling: Spelling): Promise<number> => {
    const body = bodyOf(driver.plan(), spelling);
    return (await t.send(await driver.contactWith(body, { credentials }))).status;
  };
  if ((await probe('documented')) === 201 || !t.has('observed-fields')) return 'documented';
  return (await probe('older')) === 201 ? 'older' : 'documented';
}

async function probeBoxRoutes(driver: Driver): Promise<number> {
  return (await driver.send(driver.me, 'HEAD', '/boxes/joined')).status;
}
