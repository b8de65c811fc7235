/**
 * What a target sent ends up in reports. Nothing of it may act there: no control character reaches
 * a terminal, no direction override hides what a line says, no invalid character breaks XML.
 */
import { stripVTControlCharacters } from 'node:util';

/** C0 (without tab and line feed), DEL, C1. */
const controls = /(?![\n\t])\p{Cc}/gu;
/** Characters that reorder or hide text, and line separators that editors treat as line ends. */
const invisible = /[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
/** Lone surrogates and non-characters: not allowed in XML, replaced everywhere. */
const invalid = /\p{Surrogate}|[\ufffe\uffff]/gu;

/**
 * Text for a document (HTML, XML, Markdown): control characters become their visible pictures
 * (ESC becomes ␛), invisible ones their code point. Tab and line feed stay. Markup is not escaped:
 * that is for the renderer, which knows its format.
 */
export function visible(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(controls, picture)
    .replaceAll(invisible, codePoint)
    .replaceAll(invalid, '\ufffd');
}

/** The same in one line, runs of white space made one space. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll(/\s+/g, ' ').trim();
}

/** Text for a terminal: escape sequences and every control character are gone, one line. */
export function terminalLine(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(controls, '')
    .replaceAll(invisible, '')
    .replaceAll(invalid, '\ufffd')
    .trim();
}

/** The first `limit` UTF-16 units and a note of how many there were, when there were more. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
  return `${text.slice(0, end)}… (${String(text.length)} characters in all)`;
}

/** For a single line: cut with an ellipsis only. */
export function cutLine(text: string, limit: number): string {
  const characters = Array.from(text);
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('')}…`;
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : codePoint(character);
}

function codePoint(character: string): string {
  return `<U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`;
}
