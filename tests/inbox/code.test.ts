import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparable } from '../../suites/engine/inbox/address.js';
import { findCode, type CodePatterns } from '../../suites/engine/inbox/code.js';

const declared = /[a-hjkmnp-z2-9]{8}/;

function inHtml(html: string, patterns: CodePatterns = { declared }): string | null {
  return findCode({ subject: null, html, text: null }, patterns);
}

function inText(text: string, patterns: CodePatterns = { declared }): string | null {
  return findCode({ subject: null, html: null, text }, patterns);
}

describe('the code in a mail', () => {
  it.each([
    ['<p>first: abcd2345</p>'],
    ['<h1>Standard research database</h1><p>Your code is <b>abcd2345</b>.</p>'],
    ['<style>.standard { color: #abcdef22 }</style><p>answered: use abcd2345</p>'],
    ['<a href="https://x.test/aaaa2222?t=bbbb3333">standard</a> abcd2345'],
    ['<!-- zzzz2222 --><p>0f2a79cc-1111-4abc-8def-22abcdef2345 is your request</p>abcd2345'],
    ['<p>write to bbbb2222@x.test or see bbbb2222.test</p><p>Code:&nbsp;abcd2345</p>'],
    ['<td>abcd&#50;345</td>'],
  ])('stands in %s', (html) => {
    expect(inHtml(html)).toBe('abcd2345');
  });

  it('may be all letters, on its own or after a colon', () => {
    expect(inHtml('<p>Research and standard work</p><p>kmnpqrst</p>')).toBe('kmnpqrst');
    expect(inText('The standard text.\nYour code: kmnpqrst\nResearch')).toBe('kmnpqrst');
  });

  it('may be in the text or in the subject alone', () => {
    const mail = { subject: 'abcd2345 is your code', html: '<p>see above</p>', text: null };
    expect(findCode(mail, { declared })).toBe('abcd2345');
    expect(findCode({ ...mail, text: 'or wxyz6789' }, { declared })).toBe('wxyz6789');
  });

  it('has the usual shape where it lacks the declared one, or none is declared', () => {
    expect(inText('Your code is 123456.')).toBe('123456');
    expect(inText('Hello 2026 people,\nyour code is\nX7K2PQ\n', {})).toBe('X7K2PQ');
    expect(inText('Nothing here, sorry.')).toBeNull();
  });

  it('is what the expression of the profile finds, and nothing else then', () => {
    const text = 'ref abcd2345, PIN=99-88';
    expect(inText(text, { declared, own: /PIN=(\S+)/u })).toBe('99-88');
    expect(inText(text, { declared, own: /\d\d-\d\d/u })).toBe('99-88');
    expect(inText(text, { declared, own: /TAN/u })).toBeNull();
    expect(inHtml('<a href="?t=abc">Go</a>', { own: /\?t=(\w+)/u })).toBe('abc');
  });

  it('of the declared shape is found in any template that sets it apart', () => {
    const symbols = Array.from('abcdefghjkmnpqrstuvwxyz23456789');
    const code = fc
      .array(fc.constantFrom(...symbols), { minLength: 8, maxLength: 8 })
      .map((characters) => characters.join(''));
    fc.assert(
      fc.property(code, fc.uuid(), (challenge, id) => {
        const html = `<h1 class="a">Code &amp; "key" ${id}</h1><p>${challenge}</p><!-- end -->`;
        expect(inHtml(html)).toBe(challenge);
        expect(inText(`Your verification code is ${challenge}`)).toBe(challenge);
      }),
    );
  });

  it('is looked for in time in whatever a mail holds', () => {
    const html = '<'.repeat(50_000) + '&'.repeat(50_000) + '<style'.repeat(2_000);
    expect(inHtml(html)).toBeNull();
  });
});

describe('addresses', () => {
  it('are compared without letter case, white space and Unicode forms', () => {
    expect(comparable(' Ａnna @Box.TEST')).toBe('anna@box.test');
  });
});
