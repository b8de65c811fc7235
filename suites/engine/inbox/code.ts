/** What is searched for a code. */
export interface MailText {
  readonly subject: string | null;
  readonly html: string | null;
  readonly text: string | null;
}

export interface CodePatterns {
  /** The profile's own: where it matches, nothing else is looked at. */
  readonly own?: RegExp | undefined;
  /** The shape that the system's documents give its codes. */
  readonly declared?: RegExp | undefined;
}

/** Where nothing is declared: four to ten digits, or six to twelve letters and digits, mixed. */
const usual = /\d{4,10}|(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]{6,12}/;

/**
 * The code in a mail: what the profile's expression finds, else what has the declared shape, else
 * what codes usually look like. Only whole words that a reader sees are looked at, no part of an
 * address or an identifier. Of several the one that stands alone on its line or after a colon is
 * preferred, then the one with a digit in it, then the first.
 * @returns null where the mail holds none
 */
export function findCode(mail: MailText, patterns: CodePatterns): string | null {
  const texts = [mail.html === null ? null : seen(mail.html), mail.text, mail.subject].filter(
    (text) => text !== null,
  );
  if (patterns.own !== undefined) {
    for (const text of [...texts, mail.html ?? '']) {
      const match = patterns.own.exec(text);
      if (match !== null) return match[1] ?? match[0];
    }
    return null;
  }
  for (const shape of [patterns.declared, usual]) {
    if (shape === undefined) continue;
    for (const text of texts) {
      const found = bestWord(text, shape);
      if (found !== null) return found;
    }
  }
  return null;
}

function bestWord(text: string, shape: RegExp): string | null {
  const words = new RegExp(
    `(?<![\\p{L}\\p{N}_@#/=+.%&-])(?:${shape.source})(?![\\p{L}\\p{N}_@/=+-]|\\.[\\p{L}\\p{N}])`,
    'gu',
  );
  let best: { word: string; rank: number } | null = null;
  for (const line of text.split('\n')) {
    for (const match of line.matchAll(words)) {
      const [word] = match;
      const before = line.slice(0, match.index).trim();
      const after = line.slice(match.index + word.length).trim();
      const apart = /^\W?$/u.test(after) && (before === '' || /[:：]$/u.test(before));
      const rank = (apart ? 2 : 0) + (/\d/.test(word) ? 1 : 0);
      if (best === null || rank > best.rank) best = { word, rank };
    }
  }
  return best === null ? null : best.word;
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** What a reader of HTML sees, each run of text on a line of its own; in time for any length. */
function seen(html: string): string {
  const runs: string[] = [];
  for (let at = 0; at < html.length;) {
    const open = html.indexOf('<', at);
    runs.push(html.slice(at, open === -1 ? undefined : open));
    if (open === -1) break;
    at = endOfMarkup(html, open);
  }
  return runs.map((run) => decoded(run.replaceAll(/\s+/g, ' '))).join('\n');
}

/** Where the text goes on after a tag, a comment, or an element that shows nothing. */
function endOfMarkup(html: string, open: number): number {
  const hidden = /^<(style|script|title)\b/i.exec(html.slice(open, open + 8))?.[1];
  const close = html.startsWith('<!--', open) ? '-->' : hidden === undefined ? '>' : `</${hidden}`;
  const end = html.indexOf(close, open + 1);
  if (end === -1) return html.length;
  return hidden === undefined ? end + close.length : end;
}

function decoded(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
      const point = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
      return point <= 0x10ffff ? String.fromCodePoint(point) : '';
    },
  );
}
