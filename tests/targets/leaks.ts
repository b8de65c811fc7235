/** Secrets in what a run leaves: in plain, base64, hex, percent-encoded and escaped form. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

function formsOf(secret: string): readonly (readonly [string, string])[] {
  const bytes = Buffer.from(secret, 'utf8');
  const json = JSON.stringify(secret).slice(1, -1);
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return [
    ['plain', secret],
    ['base64', bytes.toString('base64').replace(/=+$/, '')],
    ['base64url', bytes.toString('base64url')],
    ['hex', bytes.toString('hex')],
    ['percent-encoded', encodeURIComponent(secret)],
    ['form-encoded', new URLSearchParams({ '': secret }).toString().slice(1)],
    ['JSON', json],
    ['HTML', html],
  ];
}

/**
 * Where secrets stand in the files of a folder and in what was printed; a sentence for each, which
 * does not repeat the secret.
 * @param secrets by name
 */
export function leaks(
  folder: string,
  printed: string,
  secrets: Readonly<Record<string, string>>,
): string[] {
  const texts = new Map([['what was printed', printed]]);
  for (const name of readdirSync(folder)) texts.set(name, readFileSync(join(folder, name), 'utf8'));
  return [...texts].flatMap(([where, text]) =>
    Object.entries(secrets).flatMap(([name, secret]) =>
      formsOf(secret)
        .filter(([, form]) => text.toLowerCase().includes(form.toLowerCase()))
        .map(([kind]) => `${where} holds ${name} (${kind})`),
    ),
  );
}
