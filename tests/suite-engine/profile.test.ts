import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  loadProfile,
  parseProfile,
  ProfileError,
  type LoadOptions,
  type WrittenProfile,
} from '../../suites/engine/profile.js';

const options: LoadOptions = {
  sections: {
    phone: {
      type: 'object',
      properties: {
        prefix: { type: 'string', pattern: '^\\+[0-9]+$' },
        mode: { enum: ['test', 'production'] },
        app: {
          type: 'object',
          required: ['id'],
          properties: { id: { type: 'string' } },
          additionalProperties: false,
        },
        users: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            required: ['login'],
            properties: { login: { type: 'string' }, password: { type: 'string' } },
            additionalProperties: false,
          },
        },
      },
    },
    mail: { type: 'object', properties: {} },
  },
  environment: { TOKEN: 's3cret', EMPTY: '' },
  requirements: new Set(['phone.codes.sent-once', 'phone.codes.expire']),
  today: '2026-06-01',
};

function parse(text: string): WrittenProfile {
  return parseProfile(text, 'p.yaml', options);
}

/** The one line that a mistake is answered with. */
function mistake(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    expect(error.message).not.toContain('\n');
    return error.message;
  }
  throw new Error('no mistake was found');
}

describe('a profile', () => {
  it('of every shared member is taken as it is', () => {
    const profile = parse(`
target: http://127.0.0.1:4010
inbox: { http: "http://127.0.0.1:4010/_countersign/inbox" }
trigger: { command: ./trigger.sh }
clock: { http: "http://127.0.0.1:4010/_countersign/clock" }
capabilities: [inbox, push-inbox, destructive]
headers: { X-Test: "1" }
tls: { insecure: true }
maxRequestsPerSecond: 5
maxConnections: 2
systems:
  phone:
    url: http://127.0.0.1:4011
    capabilities: [inbox]
    prefix: "+1555"
    users: [{ login: a, password: b }]
  mail:
waivers:
  - { requirement: phone.codes.expire, reason: known, until: 2026-06-01 }
`);
    expect(profile.target).toBe('http://127.0.0.1:4010');
    expect(profile.trigger).toEqual({ command: './trigger.sh' });
    expect(profile.systems).toEqual({
      phone: {
        url: 'http://127.0.0.1:4011',
        capabilities: ['inbox'],
        prefix: '+1555',
        users: [{ login: 'a', password: 'b' }],
      },
      mail: null,
    });
    expect(profile.waivers).toEqual([
      { requirement: 'phone.codes.expire', reason: 'known', until: '2026-06-01' },
    ]);
  });

  it.each([
    '{ mailpit: "http://127.0.0.1:8025" }',
    '{ mailpit: { url: "https://mail.test", user: a, password: b, code: "[a-z]+" } }',
    '{ imap: { host: mail.test, port: 143, secure: false, user: a, password: b, mailbox: Codes } }',
    '{ prompt: true }',
    '{ email: { imap: { host: a, user: b, password: c } }, sms: { prompt: true }, gcm: { command: d } }',
  ])('may read its inbox elsewhere: %s', (text) => {
    expect(Object.keys(parse(`inbox: ${text}`))).toEqual(['inbox']);
    expect(Object.keys(parse(`systems: { phone: { inbox: ${text} } }`))).toEqual(['systems']);
  });

  it.each(['', '# only a comment\n', '{}', 'null'])('may be empty: %j', (text) => {
    expect(parse(text)).toEqual({});
  });
});

describe('the environment', () => {
  it('fills every string, more than once and within', () => {
    expect(parse('headers: { A: "x ${TOKEN}-${TOKEN}", B: "${EMPTY}" }').headers).toEqual({
      A: 'x s3cret-s3cret',
      B: '',
    });
  });

  it('leaves other dollars alone, and is not filled twice', () => {
    const env = { ...options, environment: { A: '${B}', B: 'b' } };
    const text = 'headers: { X: "$A $ {A} ${} ${1} ${A}" }';
    expect(parseProfile(text, 'p', env).headers?.X).toBe('$A $ {A} ${} ${1} ${B}');
  });

  it('that lacks a name is a mistake with its line and key', () => {
    expect(mistake('target: http://a.test\nheaders:\n  X: "${NOT_SET}"\n')).toBe(
      'p.yaml:3: headers.X needs the environment variable NOT_SET, which is not set',
    );
    expect(mistake('systems:\n  phone:\n    users:\n      - login: "${NOT_SET}"\n')).toBe(
      'p.yaml:4: systems.phone.users.0.login needs the environment variable NOT_SET, which is not set',
    );
  });

  it('cannot bring in structure: a value stays a string', () => {
    const env = { ...options, environment: { X: '"\n}: [' } };
    expect(parseProfile('headers: { A: "${X}" }', 'p', env).headers?.A).toBe('"\n}: [');
  });
});

describe('a mistake names file, line, key and remedy', () => {
  it.each<[string, string]>([
    ['targt: http://a.test', 'p.yaml:1: unknown key targt; did you mean target?'],
    [
      'target: http://a.test\n\ncapabilites: []',
      'p.yaml:3: unknown key capabilites; did you mean capabilities?',
    ],
    ['systems:\n  phon: {}', 'p.yaml:2: unknown key phon in systems; did you mean phone?'],
    [
      'systems:\n  phone:\n    prefx: "+1"',
      'p.yaml:3: unknown key prefx in systems.phone; did you mean prefix?',
    ],
    [
      'systems:\n  phone:\n    app: { id: a, ky: b }',
      'p.yaml:3: unknown key ky in systems.phone.app',
    ],
    [
      'systems:\n  phone:\n    users:\n      - login: a\n      - login: b\n        pasword: c',
      'p.yaml:6: unknown key pasword in systems.phone.users.1; did you mean password?',
    ],
    ['inbox: { htp: "http://a.test" }', 'p.yaml:1: unknown key htp in inbox; did you mean http?'],
    ['qqqqqqqqqq: 1', 'p.yaml:1: unknown key qqqqqqqqqq'],
    ['7: 1', 'p.yaml:1: unknown key 7'],
    [
      'capabilities:\n  - inbox\n  - inbx',
      'p.yaml:3: unknown value inbx in capabilities.1; did you mean inbox?',
    ],
    [
      'systems:\n  phone:\n    mode: tset',
      'p.yaml:3: unknown value tset in systems.phone.mode; did you mean test?',
    ],
    [
      'systems:\n  phone:\n    mode: xxxxxxxx',
      'p.yaml:3: unknown value xxxxxxxx in systems.phone.mode; known: test, production',
    ],
    [
      'systems:\n  phone:\n    prefix: 1555',
      'p.yaml:3: member systems.phone.prefix must be string',
    ],
    ['systems:\n  phone:\n    app: {}', 'p.yaml:3: member systems.phone.app.id is required'],
    [
      'systems:\n  phone:\n    users: []',
      'p.yaml:3: member systems.phone.users must NOT have fewer than 1 items',
    ],
    ['target: nonsense', 'p.yaml:1: member target must match format "uri"'],
    ['maxConnections: 0', 'p.yaml:1: member maxConnections must be >= 1'],
    [
      'waivers:\n  - { requirement: phone.codes.expire, reason: x, until: soon }',
      'p.yaml:2: member waivers.0.until must match pattern',
    ],
    [
      'waivers:\n  - requirement: phone.codes.expire\n    until: 2027-01-01',
      'p.yaml:2: member waivers.0.reason is required',
    ],
    ['just text', 'p.yaml:1: the profile must be object'],
    ['- a\n- b', 'p.yaml:1: the profile must be object'],
    ['target: [unclosed', 'p.yaml:1: '],
    ['a: 1\n  b: 2', 'p.yaml:1: Nested mappings'],
    ['target: http://a.test\ntarget: http://b.test', 'p.yaml:2: Map keys must be unique'],
    ['\ntarget: *nobody', 'p.yaml:2: *nobody has no anchor before it'],
    ['a: 1\n---\nb: 2', 'p.yaml:2: a profile is one YAML document'],
  ])('%j', (text, message) => {
    expect(mistake(text).startsWith(message)).toBe(true);
  });

  it('for an endpoint that is neither or both', () => {
    for (const value of ['{}', '{ http: "http://a.test", command: b }', 'x']) {
      expect(mistake(`trigger: ${value}`)).toMatch(
        /^p\.yaml:1: (trigger takes one of http and command|member trigger must be object)$/,
      );
    }
  });

  it.each([
    ['{}', /^p\.yaml:1: inbox takes one of http, command, mailpit, imap, prompt, email/],
    ['{ http: "http://a.test", prompt: true }', /; only sources by channel stand side by side$/],
    ['{ prompt: true, sms: { command: b } }', /; only sources by channel stand side by side$/],
    ['{ prompt: false }', /inbox\.prompt/],
    ['{ sms: { mailpit: "http://a.test" } }', /unknown key mailpit in inbox\.sms/],
    ['{ email: { http: "http://a.test", command: b } }', /inbox\.email takes one of http, command/],
    ['{ mailpit: "a.test" }', /inbox\.mailpit/],
    ['{ mailpit: { user: a } }', /member inbox\.mailpit\.url is required/],
    ['{ imap: { host: a, user: b } }', /member inbox\.imap\.password is required/],
    [
      '{ imap: { host: a, user: b, password: c, mailbx: d } }',
      /key mailbx in inbox\.imap; did you mean mailbox/,
    ],
  ])('for an inbox %s', (text, words) => {
    expect(mistake(`inbox: ${text}`)).toMatch(words);
  });

  it('for aliases that multiply', () => {
    const rows = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (const [name, before] of ['ba', 'cb', 'dc', 'ed', 'fe'].map((pair) => pair.split(''))) {
      rows.push(
        `${String(name)}: &${String(name)} [${Array(9)
          .fill(`*${String(before)}`)
          .join(',')}]`,
      );
    }
    expect(mistake(rows.join('\n'))).toMatch(/^p\.yaml/);
  });

  it('whatever the text is: never another kind of error', () => {
    const line = fc.constantFrom(
      'target: http://a.test',
      'systems:',
      '  phone:',
      '    users: [{login: a}]',
      'waivers: [',
      '- x',
      '? y',
      '&a b: *a',
      '!!set {a, b}',
      '"${TOKEN}": 1',
      '\t',
      '...',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(line).map((lines) => lines.join('\n')),
        ),
        (text) => {
          try {
            parse(text);
          } catch (error) {
            expect(error).toBeInstanceOf(ProfileError);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a waiver', () => {
  const waiver = (requirement: string, until: string): string =>
    `target: http://a.test\nwaivers:\n  - requirement: ${requirement}\n    reason: known\n    until: ${until}\n`;

  it('lasts through its last day', () => {
    expect(parse(waiver('phone.codes.expire', '2026-06-01')).waivers).toHaveLength(1);
  });

  it('that has expired is a mistake', () => {
    expect(mistake(waiver('phone.codes.expire', '2026-05-31'))).toBe(
      'p.yaml:5: the waiver of phone.codes.expire expired on 2026-05-31; fix the target or renew it',
    );
  });

  it('of an unknown requirement is a mistake, with the nearest known one', () => {
    expect(mistake(waiver('phone.codes.expires', '2027-01-01'))).toBe(
      'p.yaml:3: a waiver names the unknown requirement phone.codes.expires; did you mean phone.codes.expire?',
    );
    expect(mistake(waiver('x', '2027-01-01'))).toBe(
      'p.yaml:3: a waiver names the unknown requirement x',
    );
  });
});

describe('a profile file', () => {
  it('is read, and its name is in every message', () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-profile-'));
    const path = join(folder, 'target.yaml');
    writeFileSync(path, 'target: http://a.test\n');
    expect(loadProfile(path, options)).toEqual({ target: 'http://a.test' });
    writeFileSync(path, 'tarket: http://a.test\n');
    expect(() => loadProfile(path, options)).toThrow(`${path}:1: unknown key tarket`);
    rmSync(folder, { recursive: true });
    expect(() => loadProfile(path, options)).toThrow(`${path}: the file cannot be read`);
    expect(() => loadProfile(tmpdir(), options)).toThrow('the file cannot be read');
  });

  it('names other files from its own folder, or by absolute paths', () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-profile-'));
    const path = join(folder, 'target.yaml');
    writeFileSync(
      path,
      `tls: { ca: pki/ca.pem, cert: ../client.pem, key: /etc/key.pem, insecure: true }
inbox: { sms: { command: ./sms.sh }, email: { imap: { host: h, user: u, password: p, ca: ca.pem } } }
systems:
  phone: { inbox: { imap: { host: h, user: u, password: p, ca: /etc/ca.pem } }, prefix: '+1' }
  mail:
`,
    );
    const imap = { host: 'h', user: 'u', password: 'p' };
    expect(loadProfile(path, options)).toEqual({
      tls: {
        ca: join(folder, 'pki/ca.pem'),
        cert: join(folder, '../client.pem'),
        key: '/etc/key.pem',
        insecure: true,
      },
      inbox: {
        sms: { command: './sms.sh' },
        email: { imap: { ...imap, ca: join(folder, 'ca.pem') } },
      },
      systems: {
        phone: { inbox: { imap: { ...imap, ca: '/etc/ca.pem' } }, prefix: '+1' },
        mail: null,
      },
    });
    rmSync(folder, { recursive: true });
  });
});
