import { describe, expect, it } from 'vitest';
import { inline } from '../../reports/markdown.js';
import { cut, cutLine, terminalLine, visible, visibleLine } from '../../reports/untrusted.js';
import { hostile } from './sample.js';

const everyControl = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code))
  .filter((character) => /\p{Cc}/u.test(character))
  .join('');

describe('text of a target', () => {
  it('has no control character but tab and line feed in a document', () => {
    expect(visible(everyControl).replaceAll(/[\t\n]/g, '')).not.toMatch(/\p{Cc}/u);
    expect(visible('a\tb\r\nc')).toBe('a\tb\nc');
  });

  it('shows control characters instead of dropping them', () => {
    expect(visible('\x1b[31m\x7f\x9b')).toBe('␛[31m␡<U+009B>');
    expect(visible('\u202egnp.exe')).toBe('<U+202E>gnp.exe');
  });

  it('replaces lone surrogates and non-characters, and keeps pairs', () => {
    expect(visible('\ud800 \uffff 😀')).toBe('\ufffd \ufffd 😀');
  });

  it('is one line where one line is wanted', () => {
    expect(visibleLine('  a\n\n b\t c ')).toBe('a b c');
    expect(terminalLine('a\r\nb')).toBe('a b');
  });

  it('brings no sequence to a terminal', () => {
    expect(terminalLine('\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b2J ok')).toBe('red ok');
    expect(terminalLine(hostile)).not.toMatch(/\p{Cc}/u);
    expect(terminalLine(everyControl)).toBe('');
  });

  it('is cut between characters, never inside one', () => {
    expect(cut('abcdef', 3)).toBe('abc… (6 characters in all)');
    expect(cut('ab😀cd', 3)).toBe('ab… (6 characters in all)');
    expect(cut('abc', 3)).toBe('abc');
    expect(cutLine('😀😀😀', 2)).toBe('😀…');
  });

  it.each([
    ['![i](http://evil.test/i)', /!\\\[i\\\]/],
    ['<b>', /&lt;b&gt;/],
    ['a | b', /a \\\| b/],
    ['@someone', /&#64;someone/],
    ['`tick`', /\\`tick\\`/],
    ['# not a heading', /^\\#/],
    ['- not a list', /^\\-/],
    ['1. not a list', /^1\\\./],
    ['https://evil.test', /:\/&#47;/],
    ['www.evil.test', /www&#46;/],
  ])('is no markup in a line of Markdown: %s', (text, expected) => {
    expect(inline(text)).toMatch(expected);
  });
});
