import { Buffer } from 'node:buffer';

export interface Letter {
  readonly to: string;
  readonly cc?: string;
  readonly subject?: string;
  readonly html?: string;
  readonly text?: string;
}

/** A mail as a server of ours would send it: UTF-8 in base64, the subject as an encoded word. */
export function mimeOf(letter: Letter): string {
  const { to, cc, subject = 'Your code', html, text } = letter;
  const headers = [
    'From: Service <service@sender.test>',
    `To: ${to}`,
    ...(cc === undefined ? [] : [`Cc: ${cc}`]),
    `Subject: ${encodedWords(subject)}`,
    `Date: ${new Date().toUTCString()}`,
    `Message-ID: <${crypto.randomUUID()}@sender.test>`,
    'MIME-Version: 1.0',
  ];
  const parts = [
    ...(text === undefined ? [] : [part('text/plain', text)]),
    ...(html === undefined ? [] : [part('text/html', html)]),
  ];
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return [...headers, only].join('\r\n');
  const boundary = `b-${crypto.randomUUID()}`;
  return [
    ...headers,
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    ...parts.flatMap((each) => [`--${boundary}`, each]),
    `--${boundary}--`,
    '',
  ].join('\r\n');
}

function part(type: string, content: string): string {
  const base64 = Buffer.from(content, 'utf8').toString('base64');
  const lines = base64.match(/.{1,76}/g) ?? [];
  return [
    `Content-Type: ${type}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    '',
    ...lines,
    '',
  ].join('\r\n');
}

/** An encoded word holds 75 characters at most, and no part of a character (RFC 2047). */
function encodedWords(text: string): string {
  const pieces = text.match(/.{1,10}/gsu) ?? [''];
  return pieces
    .map((piece) => `=?UTF-8?B?${Buffer.from(piece, 'utf8').toString('base64')}?=`)
    .join('\r\n ');
}
