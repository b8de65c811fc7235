import type { PlainResponse } from '../../engine/http.js';

/** The page that the resource itself shows to people who open it in a browser. */
export const helpPage = servicePage(
  'Key Service',
  'POST makes a key, PUT sends a message, GET reads messages, DELETE removes a key.',
);

/** A small HTML document. Title and sentence are texts of this mock, never of a request. */
export function servicePage(title: string, sentence: string): string {
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>` +
    `<h1>${title}</h1><p>${sentence}</p></html>`
  );
}

export function page(status: number, html: string): PlainResponse {
  return { status, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: html };
}
