import { describe, expect, it } from 'vitest';
import { junit } from '../../reports/junit.js';
import { check, hostile, requirement, resultsOf, smallResults } from './sample.js';
import { elements, parseXml, type XmlElement } from './xml.js';

const document = parseXml(junit(smallResults()));

function caseOf(id: string, from = document): XmlElement {
  const found = elements(from, 'testcase').find(({ attributes }) => attributes['name'] === id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return found;
}

describe('junit.xml', () => {
  it('has one suite for each area and one case for each requirement', () => {
    expect(elements(document, 'testsuite').map(({ attributes }) => attributes['name'])).toEqual([
      'textsecure.prekeys',
      'textsecure.messages',
      'ssks.auth',
    ]);
    expect(elements(document, 'testcase')).toHaveLength(8);
  });

  it('counts what it holds', () => {
    const { tests, failures, errors, skipped } = document.attributes;
    expect([tests, failures, errors, skipped]).toEqual(['8', '2', '1', '3']);
  });

  it('names id, level, basis and source of each requirement', () => {
    const properties = Object.fromEntries(
      elements(caseOf('textsecure.prekeys.fails-softly'), 'property').map(({ attributes }) => [
        attributes['name'] ?? '',
        attributes['value'] ?? '',
      ]),
    );
    expect(properties).toMatchObject({
      requirement: 'textsecure.prekeys.fails-softly',
      level: 'should',
      basis: 'documented',
      source: 'TextSecure Server: API Protocol, lines 12-20',
      verdict: 'fail',
    });
  });

  it('shows a failure with expected and actual', () => {
    const [failure] = elements(caseOf('textsecure.prekeys.fails'), 'failure');
    expect(failure?.attributes['message']).toContain('answered 500');
    expect(failure?.text).toContain('expected: status 200');
    expect(failure?.text).toContain('actual:   status 500');
  });

  it('passes a deviation with a note', () => {
    const deviation = caseOf('textsecure.prekeys.deviates');
    expect(elements(deviation, 'failure')).toHaveLength(0);
    expect(elements(deviation, 'system-out')[0]?.text).toContain('answered 404 instead of 400');
  });

  it('fails a deviation of a strict run', () => {
    const strict = parseXml(junit(smallResults({ strict: true })));
    const [failure] = elements(caseOf('textsecure.prekeys.deviates', strict), 'failure');
    expect(failure?.attributes['type']).toBe('deviation');
  });

  it.each([
    ['textsecure.messages.skipped', 'needs capability push-inbox'],
    ['ssks.auth.untested', 'no check of this run covers it'],
    ['ssks.auth.waived', 'waived: answered 200'],
  ])('skips %s and says why', (id, reason) => {
    expect(elements(caseOf(id), 'skipped')[0]?.attributes['message']).toBe(reason);
  });

  it('makes an error of what was not decided, since the target is not to blame', () => {
    const [error] = elements(caseOf('textsecure.messages.undecided'), 'error');
    expect(error?.attributes).toEqual({ type: 'inconclusive', message: 'no answer within 10 s' });
  });

  it('stays well-formed whatever the target sends', () => {
    const everything = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code));
    const evil = `${everything.join('')}]]>${hostile}\ud800\uffff]]>`;
    const results = resultsOf(
      [requirement('a.b.c'), requirement('a.b.d'), requirement('a.b.e')],
      [
        check(['a.b.c'], 'failed', {
          message: evil,
          title: evil,
          file: evil,
          comparison: { expected: evil, actual: evil },
        }),
        check(['a.b.d'], 'deviated', { message: evil }),
        check(['a.b.e'], 'skipped', { message: evil }),
      ],
      { target: evil },
    );
    expect(elements(parseXml(junit(results)), 'testcase')).toHaveLength(3);
  });

  it('of two runs in one process shares nothing', () => {
    expect(junit(smallResults())).toBe(junit(smallResults()));
  });
});
