import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { checkResultOf, type EndedResult, type EndedTest } from '../../reports/check-result.js';
import { check } from './sample.js';

const test: EndedTest = {
  title: 'a prekey is served once',
  annotations: [
    { type: 'check', description: 'textsecure/prekeys/served-once' },
    { type: 'requirement', description: 'textsecure.prekeys.one' },
    { type: 'requirement', description: 'textsecure.prekeys.two' },
    { type: 'system', description: 'textsecure' },
  ],
  location: { file: '/home/someone/project/suites/playwright.spec.ts', line: 1, column: 1 },
  timeout: 30_000,
};

function ended(status: EndedResult['status'], more: Partial<EndedResult> = {}): EndedResult {
  return { status, duration: 17, attachments: [], ...more };
}

describe('the outcome of a Playwright test', () => {
  it('is the attached one', () => {
    const result = check(['textsecure.prekeys.one'], 'deviated');
    const body = Buffer.from(JSON.stringify(result));
    const attachment = { name: 'countersign', contentType: 'application/json', body };
    expect(checkResultOf(test, ended('passed', { attachments: [attachment] }))).toEqual(result);
  });

  it('is undecided without an attachment, and names what it was by its annotations', () => {
    expect(checkResultOf(test, ended('timedOut'))).toEqual({
      check: 'textsecure/prekeys/served-once',
      title: 'a prekey is served once',
      system: 'textsecure',
      file: 'suites/playwright.spec.ts',
      requirements: ['textsecure.prekeys.one', 'textsecure.prekeys.two'],
      status: 'inconclusive',
      message: 'The time-out of 30000 ms ended this check before it decided anything.',
      comparison: null,
      durationMs: 17,
      exchanges: [],
    });
  });

  it.each([
    ['failed', /^The harness ended this check before it decided anything: .*boom$/],
    ['interrupted', /^The run was interrupted/],
    ['skipped', /^The harness did not run/],
    ['passed', /did not reach the report/],
  ] as const)('blames the harness for a test that %s without one', (status, message) => {
    const result = checkResultOf(test, ended(status, { error: { message: '\x1b[31mboom' } }));
    expect(result.status).toBe('inconclusive');
    expect(result.message).toMatch(message);
    expect(result.message).not.toMatch(/\p{Cc}/u);
  });

  it.each(['not json', '{}', 'null', '{"check":1}'])(
    'does not trust an attachment of %s',
    (text) => {
      const attachment = {
        name: 'countersign',
        contentType: 'application/json',
        body: Buffer.from(text),
      };
      const result = checkResultOf(test, ended('passed', { attachments: [attachment] }));
      expect(result.status).toBe('inconclusive');
    },
  );

  it('takes system and check from what there is when annotations are missing', () => {
    const bare = {
      ...test,
      annotations: [{ type: 'requirement', description: 'ssks.auth.one' }],
      location: { file: 'C:\\work\\other.spec.ts', line: 1, column: 1 },
    };
    expect(checkResultOf(bare, ended('failed'))).toMatchObject({
      check: 'a prekey is served once',
      system: 'ssks',
      file: 'other.spec.ts',
    });
  });
});
