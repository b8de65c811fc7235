import { defineArea, type Check } from '../engine/check.js';
import type { TestContext } from '../engine/context.js';
import type { Driver } from './driver.js';
import { readList, textsOf } from './reading.js';

/** Sends one text and reads it again with the passphrase. */
async function roundTrip(t: TestContext, driver: Driver, message: string): Promise<string> {
  const { token, passphrase } = await driver.onlineKey();
  const sent = await driver.request('PUT', { token, message });
  t.expect.status(sent, 200, { what: `a text of ${String(message.length)} characters` });
  const answer = await driver.request('GET', { token, passphrase });
  t.expect.status(answer, 200);
  return textsOf(readList(answer))[0] ?? '';
}

/** A text that must come back exactly; a failure shows where it first differs. */
function exact(
  requirement: string,
  title: string,
  make: (t: TestContext) => string,
  variant?: string,
): Check<Driver> {
  return {
    requirement,
    ...(variant === undefined ? {} : { variant }),
    title,
    run: async (t, driver) => {
      const message = make(t);
      const read = await roundTrip(t, driver, message);
      if (read === message) return;
      t.expect.fail(`the text that was sent came back ${firstDifference(message, read)}`, {
        expected: `${String(message.length)} characters`,
        actual: `${String(read.length)} characters, ${firstDifference(message, read)}`,
      });
    },
  };
}

function firstDifference(sent: string, read: string): string {
  let at = 0;
  while (at < sent.length && sent[at] === read[at]) at += 1;
  const show = (text: string): string => JSON.stringify(text.slice(at, at + 12));
  return `different from character ${String(at)}: ${show(read)} in place of ${show(sent)}`;
}

function range(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_, at) => String.fromCharCode(from + at)).join('');
}

export const textChecks = defineArea<Driver>(import.meta.url, [
  exact(
    'keyservice.get.ascii-exact',
    'ASCII text comes back unchanged, white space included',
    () => `  \t${range(0x20, 0x7e)}\n\r\n\ttail \r\n `,
  ),
  exact('keyservice.get.latin1-exact', 'Latin-1 text comes back unchanged', () =>
    range(0xa0, 0xff),
  ),
  {
    requirement: 'keyservice.get.unicode-exact',
    title: 'text beyond Latin-1 comes back unchanged',
    run: async (t, driver) => {
      const message = '世界 \u{1F600} Ωж';
      const read = await roundTrip(t, driver, message);
      if (read !== message) t.deviate('text beyond Latin-1 comes back changed');
    },
  },
  exact(
    'keyservice.get.markup-unchanged',
    'markup and character references come back unchanged',
    () => `<script>alert("x")</script> &lt;b&gt; &#39; &amp;amp; ' " <!-- -->`,
  ),
  exact(
    'keyservice.get.repetitive-text-whole',
    '5000 equal letters come back whole',
    () => 'A'.repeat(5000),
    'long',
  ),
  exact(
    'keyservice.get.repetitive-text-whole',
    '100 equal letters come back whole',
    () => 'x'.repeat(100),
    'short',
  ),
  exact('keyservice.get.large-text', 'a text of 256 KiB comes back whole', (t) =>
    t.random.text(256 * 1024, range(0x20, 0x7e)),
  ),
  {
    requirement: 'keyservice.get.duplicates-kept',
    title: 'the same text sent twice is two messages',
    run: async (t, driver) => {
      const { token, passphrase } = await driver.onlineKey();
      await driver.sent(token, 'the same');
      await driver.sent(token, 'the same');
      const list = await driver.messages(token, { passphrase });
      t.expect.equal(textsOf(list), ['the same', 'the same'], 'the texts');
      t.expect.notEqual(list.entries[0]?.id, list.entries[1]?.id, 'the second MessageId');
    },
  },
]);
