import { describe, expect, it } from 'vitest';
import { json, type PlainResponse } from '../../mocks/engine/http.js';
import { extraMembers, jsonLaidOut, membersReversed } from '../../mocks/engine/legal-forms.js';

const extra = '"x-extra":{"nested":["value",1,null]}';

function answer(body: string): PlainResponse {
  return { ...json(200, {}), body };
}

describe('another form of JSON', () => {
  it('keeps what it says', () => {
    const given = answer('{"a":{"b":1,"c":"x/y"},"d":[2]}');
    expect(membersReversed(given).body).toBe('{"d":[2],"a":{"c":"x/y","b":1}}');
    expect(extraMembers(given).body).toBe(`{${extra},"a":{${extra},"b":1,"c":"x/y"},"d":[2]}`);
    expect(JSON.parse(String(jsonLaidOut(given).body))).toEqual(JSON.parse(String(given.body)));
    expect(jsonLaidOut(given).body).toContain('x\\/y');
  });

  it('keeps numbers that are longer than a double, and texts that look like them', () => {
    const given = answer(
      '{"id":7702714758832868585,"low":-7702714758832868585,"text":"\\":7702714758832868585,"}',
    );
    expect(membersReversed(given).body).toBe(
      '{"text":"\\":7702714758832868585,","low":-7702714758832868585,"id":7702714758832868585}',
    );
    expect(jsonLaidOut(given).body).toContain('"id": 7702714758832868585,');
  });

  it.each([
    ['a refusal', { ...answer('{"a":1,"b":2}'), status: 400 }],
    ['what is no JSON', { ...answer('a'), headers: { 'Content-Type': 'text/plain' } }],
    ['bytes', { ...answer(''), body: new Uint8Array([1]) }],
  ])('is not made of %s', (_, given) => {
    for (const form of [membersReversed, extraMembers, jsonLaidOut]) {
      expect(form(given)).toBe(given);
    }
  });
});
