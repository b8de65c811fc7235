/** Escaping for Markdown as GitHub and GitLab read it. */
import { visible, visibleLine } from './untrusted.js';

/**
 * Text inside a line of Markdown, where nothing of it may be markup: no tag, no image that would be
 * fetched, no link, no mention, no table cell.
 */
export function inline(text: string): string {
  return entities(visibleLine(text))
    .replaceAll(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/^(?=[#+-])|^(\d+)(?=[.)](?:\s|$))/, '$1\\')
    .replaceAll(
      /:\/\/|www\.|@/gi,
      (match) => `${match.slice(0, -1)}&#${String(match.charCodeAt(match.length - 1))};`,
    );
}

/** A name in code letters; also fit for a table cell. */
export function code(text: string): string {
  return `<code>${inline(text)}</code>`;
}

/**
 * A block that is shown as it is. An HTML block that starts with `<pre` ends at `</pre>` only, so
 * that no line of the text can be Markdown.
 */
export function block(text: string): string {
  return `<pre>${entities(visible(text)).replaceAll('@', '&#64;')}</pre>`;
}

function entities(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
