import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMasker } from '../../suites/engine/secrets.js';

function masked(secrets: readonly string[], text: string): string {
  const masker = createMasker();
  for (const secret of secrets) masker.add(secret);
  return masker.mask(text);
}

describe('a mask', () => {
  it('replaces a secret wherever it is', () => {
    expect(masked(['hunter22'], 'hunter22 and xhunter22y')).toBe('*** and x***y');
  });

  it('replaces the longer of two secrets that begin alike', () => {
    expect(masked(['abcd', 'abcdefgh'], 'abcdefgh abcd')).toBe('*** ***');
  });

  it('takes characters of patterns for what they are', () => {
    expect(masked(['a.c*[x]$'], 'a.c*[x]$ abcc')).toBe('*** abcc');
  });

  it('leaves text alone that holds none, and short ones that would blot out everything', () => {
    expect(masked(['hunter22'], 'nothing here')).toBe('nothing here');
    expect(masked([], 'nothing here')).toBe('nothing here');
    expect(masked(['', 'a', '200'], 'HTTP/1.1 200 a')).toBe('HTTP/1.1 200 a');
  });

  it('hides the texts of secret members, whoever made them, also where the text is cut off', () => {
    const masker = createMasker(['session_id']);
    expect(masker.mask('{"session_id": "s-1234\\"5","other":"s-1234"}')).toBe(
      '{"session_id": "***","other":"s-1234"}',
    );
    expect(masker.mask('{"session_id":"s-1234')).toBe('{"session_id":"***');
    expect(masker.mask('{"session_id":"","session_id":7,"session_id":"abc"}')).toBe(
      '{"session_id":"","session_id":7,"session_id":"abc"}',
    );
  });

  it('learns on the way', () => {
    const masker = createMasker();
    masker.add('first-one');
    expect(masker.mask('first-one second-one')).toBe('*** second-one');
    masker.add('second-one');
    expect(masker.mask('first-one second-one')).toBe('*** ***');
  });

  it('hides the beginning of a secret where a text was cut off', () => {
    expect(masked(['hunter22hunter22'], 'the code was hunter22h…')).toBe('the code was ***…');
    expect(masked(['hunter22hunter22'], 'hunter22 … (99 bytes in all)')).toBe(
      '*** … (99 bytes in all)',
    );
    expect(masked(['hunter22hunter22'], 'a hunt… and hun… and more…')).toBe(
      'a ***… and hun… and more…',
    );
  });

  it('covers every form in which a secret travels', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 6, maxLength: 30 });
    fc.assert(
      fc.property(text, (secret) => {
        fc.pre(!/[\ud800-\udfff]/u.test(secret) && !secret.includes('*') && !secret.includes('…'));
        fc.pre(!['password', 'passphrase', 'secret'].includes(secret.toLowerCase()));
        const bytes = Buffer.from(secret);
        const forms = [
          secret,
          bytes.toString('base64'),
          bytes.toString('base64url'),
          bytes.toString('base64').replaceAll('=', ''),
          bytes.toString('hex'),
          bytes.toString('hex').toUpperCase(),
          encodeURIComponent(secret),
          new URLSearchParams({ v: secret }).toString().slice(2),
          JSON.stringify(secret).slice(1, -1),
        ];
        for (const form of forms) expect(masked([secret], `<${form}>`)).not.toContain(form);
      }),
    );
  });
});
