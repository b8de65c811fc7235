import { Buffer } from 'node:buffer';

/** Replaces secrets in everything that leaves the suite. */
export interface Masker {
  /** Remembers a secret in plain, base64, hex and percent-encoded form. */
  add(secret: string): void;
  mask(text: string): string;
  /** The value of a header as it may be shown: credentials by nature are hidden. */
  header(name: string, value: string): string;
  /** True where nothing is hidden: somebody asked to see the secrets on their own screen. */
  readonly reveals: boolean;
}

/** Secrets shorter than this would blot out innocent text. */
const shortest = 4;
/** A secret that is the name of its own kind is guessed anyway, and masking it hides every sentence. */
const ownNames: ReadonlySet<string> = new Set(['password', 'passphrase', 'secret', 'token']);

/** Hides nothing. */
export const openMasker: Masker = {
  add: () => undefined,
  mask: (text) => text,
  header: (_name, value) => value,
  reveals: true,
};

/**
 * @param members names of JSON members whose texts are secret whoever made them, such as a session
 *   that a target gives out
 */
export function createMasker(members: readonly string[] = []): Masker {
  const secrets = new Set<string>();
  const named =
    members.length === 0
      ? null
      : new RegExp(
          `("(?:${members.join('|')})"\\s*:\\s*")(?:[^"\\\\\n]|\\\\.){${String(shortest)},}`,
          'g',
        );
  // Made when a text is masked: for a check that passes, none is.
  let compiled: { pattern: RegExp; forms: ReadonlySet<string> } | null = null;
  return {
    reveals: false,
    header: (name, value) => (secretHeaders.has(name.toLowerCase()) ? maskValue(value) : value),
    add(secret) {
      if (secret.length < shortest || ownNames.has(secret.toLowerCase())) return;
      if (secrets.has(secret)) return;
      secrets.add(secret);
      compiled = null;
    },
    mask(shown) {
      const text = named === null ? shown : shown.replaceAll(named, '$1***');
      if (secrets.size === 0) return text;
      compiled ??= compile(secrets);
      const masked = text.replaceAll(compiled.pattern, '***');
      return masked.includes(cut) ? maskCut(masked, compiled.forms) : masked;
    },
  };
}

function compile(secrets: Iterable<string>): { pattern: RegExp; forms: ReadonlySet<string> } {
  const forms = new Set([...secrets].flatMap(formsOf));
  const alternatives = [...forms]
    .sort((a, b) => b.length - a.length)
    .map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return { pattern: new RegExp(alternatives.join('|'), 'g'), forms };
}

/** A secret in plain, base64, hex, percent-encoded and JSON-escaped form. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const base64 = bytes.toString('base64');
  return [
    secret,
    base64,
    base64.replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    encodeURIComponent(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
  ];
}

/** What stands where a long text was cut off. */
const cut = '…';

/** Hides the beginning of a secret that was cut off in its middle. */
function maskCut(text: string, forms: ReadonlySet<string>): string {
  const parts = text.split(cut);
  const last = parts.pop() ?? '';
  return [...parts.map((part) => withoutTail(part, forms)), last].join(cut);
}

function withoutTail(part: string, forms: ReadonlySet<string>): string {
  const kept = part.trimEnd();
  let hidden = 0;
  for (const form of forms) {
    for (let length = Math.min(form.length - 1, kept.length); length > hidden; length -= 1) {
      if (length >= shortest && kept.endsWith(form.slice(0, length))) hidden = length;
    }
  }
  if (hidden === 0) return part;
  return `${kept.slice(0, kept.length - hidden)}***${part.slice(kept.length)}`;
}

/** Keeps the scheme word, hides the rest. */
function maskValue(value: string): string {
  if (value === '') return '';
  const scheme = /^(Basic|Bearer|Digest|Token)( +)/i.exec(value);
  return scheme === null ? '***' : `${scheme[0]}***`;
}

/** Header names whose values are credentials by nature, in lower case. */
export const secretHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-auth-token',
  'x-csrf-token',
  'x-seald-apikey',
  'x-seald-session',
  'passphrase',
  'privatekeyhash',
]);
