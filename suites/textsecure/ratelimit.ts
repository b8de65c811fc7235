import { defineArea } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Exchange, RequestSpec } from '../engine/exchange.js';
import { CheckFailure } from '../engine/outcome.js';
import { succeeded, targetOf, type Account, type Driver } from './driver.js';
import {
  allocation,
  authorized,
  basic,
  codeRequest,
  confirmation,
  locationRequest,
  messages,
  preKeyRequest,
  upload,
} from './requests.js';
import { readPush } from './push-reader.js';

/**
 * Sends requests at once, more of them when no limit was met, up to a cap. A burst well inside a
 * second is fair to a limit that refills every second.
 */
async function burst(
  t: TestContext,
  make: (index: number) => RequestSpec,
  sizes: readonly number[],
): Promise<Exchange[]> {
  const answers: Exchange[] = [];
  for (const size of sizes) {
    const from = answers.length;
    const batch = Array.from({ length: size }, (_, at) => t.send(make(from + at)));
    answers.push(...(await Promise.all(batch)));
    if (answers.some((answer) => answer.status === 413)) break;
  }
  return answers;
}

/** Sends requests one after the other until one answers 413, up to a cap. */
async function untilLimit(t: TestContext, spec: RequestSpec, cap: number): Promise<Exchange[]> {
  const answers: Exchange[] = [];
  while (answers.length < cap && answers.at(-1)?.status !== 413) answers.push(await t.send(spec));
  return answers;
}

/** Some answers have a right status, at least one is 413, and there is nothing else. */
function expectLimit(
  t: TestContext,
  answers: readonly Exchange[],
  right: readonly number[],
  what: string,
): void {
  const shown = (): string => {
    const counts = new Map<number, number>();
    for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
    return [...counts].map(([status, count]) => `${String(count)} × ${String(status)}`).join(', ');
  };
  const expected = `some ${right.join(' or ')}, then 413, within ${String(answers.length)} requests`;
  const passed = answers.filter((answer) => right.includes(answer.status));
  const limited = answers.filter((answer) => answer.status === 413);
  const comparison = { expected, actual: shown() };
  t.expect.ok(passed.length > 0, `none of ${what} was accepted`, comparison);
  const others = answers.find((answer) => !right.includes(answer.status));
  const met =
    others === undefined
      ? `no limit was met by ${what}`
      : `no 413 was answered to ${what}, but ${String(others.status)}`;
  t.expect.ok(limited.length > 0, met, comparison);
  t.expect.equal(
    passed.length + limited.length,
    answers.length,
    `the answers to ${what} (${shown()})`,
  );
}

function statuses(answers: readonly Exchange[]): number[] {
  return answers.map((answer) => (answer.status === 204 ? 200 : answer.status));
}

async function sendAll(t: TestContext, specs: readonly RequestSpec[]): Promise<number[]> {
  const answers: Exchange[] = [];
  for (const spec of specs) answers.push(await t.send(spec));
  return statuses(answers);
}

/** The burst of messages of one sender, each with a body of its own. */
async function messageBurst(
  t: TestContext,
  driver: Driver,
  sender: Account,
  recipient: Account,
): Promise<{ body: Buffer; answer: Exchange }[]> {
  const bodies: Buffer[] = [];
  const answers = await burst(
    t,
    (index) => {
      const body = (bodies[index] = driver.body(24));
      const spec = messages(driver.message(recipient.number, body));
      return authorized(sender.authorization, spec);
    },
    [80, 160],
  );
  return answers.map((answer, index) => ({ body: bodies[index] ?? Buffer.alloc(0), answer }));
}

export const rateLimitChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'textsecure.ratelimit.code-request-413',
    title: 'too many code requests are refused with 413',
    async run(t, driver) {
      for (const transport of ['sms', 'voice']) {
        const spec = codeRequest(driver.number(), transport);
        const answers = await burst(t, () => spec, [8]);
        expectLimit(t, answers, [200, 204], `8 requests by ${transport} at once`);
      }
    },
  },
  {
    requirement: 'textsecure.ratelimit.confirm-413',
    title: 'too many confirmations are refused with 413',
    async run(t, driver) {
      const number = driver.number();
      const body = driver.confirmationBody(driver.signalingKey());
      const authorization = basic(number, driver.password());
      const spec = authorized(authorization, confirmation('000000', body));
      expectLimit(t, await untilLimit(t, spec, 8), [403], 'the wrong codes');
    },
  },
  {
    requirement: 'textsecure.ratelimit.prekey-413',
    title: 'too many prekey requests are refused with 413',
    async run(t, driver) {
      const [owner, caller] = [await driver.account(), await driver.account()];
      await driver.store(owner, driver.upload(Array.from({ length: 16 }, (_, at) => at + 1)));
      const spec = authorized(caller.authorization, preKeyRequest(owner.number));
      expectLimit(t, await untilLimit(t, spec, 12), [200], 'the prekey requests');
    },
  },
  {
    requirement: 'textsecure.ratelimit.messages-413',
    title: 'too many messages are refused with 413',
    async run(t, driver) {
      const [sender, recipient] = [await driver.account(), await driver.account()];
      const sent = await messageBurst(t, driver, sender, recipient);
      expectLimit(
        t,
        sent.map(({ answer }) => answer),
        [200],
        'the messages',
      );
    },
  },
  {
    requirement: 'textsecure.ratelimit.refused-message-not-delivered',
    title: 'a message that is refused with 413 is not delivered',
    async run(t, driver) {
      const [sender, recipient] = [await driver.account(), await driver.account()];
      const sent = await messageBurst(t, driver, sender, recipient);
      const accepted = sent.filter(({ answer }) => answer.status === 200);
      await t.given('a burst that meets the limit', () => {
        if (accepted.length === sent.length) throw new CheckFailure('no message was refused');
        return Promise.resolve();
      });
      // A last message by another sender shows when all before it have arrived.
      const [last, marker] = [await driver.account(), driver.body()];
      await driver.deliver(last, recipient, marker);
      const { channel, id } = targetOf(recipient);
      const isMarker = (message: Parameters<typeof readPush>[0]): boolean =>
        readPush(message, recipient.signalingKey).signal.message?.equals(marker) === true;
      await t.given('receiving the last message', () =>
        t.inbox.next(channel, id, { fits: isMarker }),
      );
      const pushes = await t.inbox.list(channel, id);
      const received = pushes.map((message) =>
        (readPush(message, recipient.signalingKey).signal.message ?? Buffer.alloc(0)).toString(
          'hex',
        ),
      );
      const expected = [...accepted.map(({ body }) => body), marker].map((body) =>
        body.toString('hex'),
      );
      const strays = received.filter((body) => !expected.includes(body));
      t.expect.equal(strays.length, 0, 'the number of pushes with bodies of refused messages');
      const missing = expected.filter((body) => !received.includes(body));
      t.expect.equal(missing.length, 0, 'the number of accepted messages without a push');
    },
  },
  {
    requirement: 'textsecure.ratelimit.allocation-413',
    title: 'too many allocations are refused with 413',
    async run(t, driver) {
      const account = await driver.account();
      const spec = authorized(account.authorization, allocation);
      expectLimit(t, await burst(t, () => spec, [70, 130]), [200], 'the allocations');
    },
  },
  {
    requirement: 'textsecure.ratelimit.location-413',
    title: 'too many location requests are refused with 413',
    async run(t, driver) {
      const account = await driver.account();
      const id = await t.given('uploading an attachment', async () => {
        const exchange = await driver.as(account, allocation);
        succeeded(exchange);
        succeeded(await t.send(upload(String(exchange.object().location), t.random.bytes(96))));
        return /"id"\s*:\s*"?([0-9]+)/.exec(exchange.text)?.[1] ?? t.expect.fail('no id');
      });
      const spec = authorized(account.authorization, locationRequest(id));
      const answers = await burst(t, () => spec, [70, 130]);
      if (answers.every((answer) => answer.status === 200)) {
        t.deviate(`${String(answers.length)} location requests at once met no limit`);
        return;
      }
      expectLimit(t, answers, [200], 'the location requests');
    },
  },
  {
    requirement: 'textsecure.ratelimit.code-burst-of-two',
    title: 'two code requests pass, the third is refused; by transport and number',
    async run(t, driver) {
      const number = driver.number();
      const by = (transport: string): Promise<number[]> =>
        sendAll(t, Array<RequestSpec>(3).fill(codeRequest(number, transport)));
      t.expect.equal(await by('sms'), [200, 200, 413], 'the statuses of three requests by sms');
      t.expect.equal(await by('voice'), [200, 200, 413], 'the statuses of three requests by voice');
      const other = await sendAll(t, [codeRequest(driver.number(), 'sms')]);
      t.expect.equal(other, [200], 'the status of a request for another number');
    },
  },
  {
    requirement: 'textsecure.ratelimit.confirm-burst-of-two',
    title: 'two confirmations pass to the check of the code, the third is refused',
    async run(t, driver) {
      const number = driver.number();
      const code = await driver.code(number);
      const authorization = basic(number, driver.password());
      const body = driver.confirmationBody(driver.signalingKey());
      const wrong = `${code.slice(0, -1)}${String((Number(code.at(-1)) + 1) % 10)}`;
      const seen = await sendAll(
        t,
        [wrong, wrong, code].map((text) => authorized(authorization, confirmation(text, body))),
      );
      t.expect.equal(seen, [403, 403, 413], 'the statuses of two wrong codes and the right one');
    },
  },
  {
    requirement: 'textsecure.ratelimit.prekey-burst-of-three-per-pair',
    title: 'three prekey requests pass, the fourth is refused; by caller and number',
    async run(t, driver) {
      const [owner, otherOwner] = [await driver.account(), await driver.account()];
      const [caller, otherCaller] = [await driver.account(), await driver.account()];
      await driver.store(owner, driver.upload([1, 2, 3, 4, 5, 6]));
      await driver.store(otherOwner, driver.upload([1, 2]));
      const by = (who: Account, whom: Account): RequestSpec =>
        authorized(who.authorization, preKeyRequest(whom.number));
      const burstOfFour = await sendAll(t, Array<RequestSpec>(4).fill(by(caller, owner)));
      t.expect.equal(burstOfFour, [200, 200, 200, 413], 'the statuses of four requests');
      const others = await sendAll(t, [by(caller, otherOwner), by(otherCaller, owner)]);
      t.expect.equal(others, [200, 200], 'the statuses for another number and by another caller');
    },
  },
  {
    requirement: 'textsecure.ratelimit.refused-prekey-not-consumed',
    title: 'a request that is refused with 413 uses up no prekey',
    async run(t, driver) {
      const owner = await driver.account();
      const caller = await driver.account();
      const uploaded = Array.from({ length: 14 }, (_, at) => at + 1);
      await driver.store(owner, driver.upload(uploaded));
      const spec = preKeyRequest(owner.number);
      const mine = authorized(caller.authorization, spec);
      const answers = await untilLimit(t, mine, 12);
      answers.push(await t.send(mine));
      await t.given('a limit on prekey requests', () => {
        const limited = answers.filter((answer) => answer.status === 413);
        if (limited.length < 2) throw new CheckFailure('no limit was met');
        return Promise.resolve();
      });
      const idOf = (answer: Exchange): number => Number(answer.object().keyId);
      const served = answers.filter((answer) => answer.status === 200).map(idOf);
      const inOrder = served.every((id, at) => id === uploaded[at]);
      const second = await driver.account();
      const next = await driver.as(second, spec);
      t.expect.status(next, 200, { what: 'a request by another caller' });
      served.push(idOf(next));
      if (inOrder && idOf(next) === uploaded[served.length - 1]) return;
      for (let further = 0; further < 6 && served.at(-1) !== 0xffffff; further += 1) {
        const another = await driver.account();
        for (const answer of await untilLimit(t, authorized(another.authorization, spec), 12)) {
          if (answer.status === 200) served.push(idOf(answer));
        }
      }
      const missing = uploaded.filter((id) => !served.includes(id));
      t.expect.equal(missing, [], 'the uploaded ids that were never served');
    },
  },
]);
