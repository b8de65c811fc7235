import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../specs/model.js';
import { profileSchema } from '../../suites/engine/profile-schema.js';
import { profileSections } from '../../suites/registry.js';

/** Every key of a schema in dotted form, with what is said of it. */
function keysOf(schema: JsonSchema, before = ''): [key: string, description: unknown][] {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const items = schema.items as JsonSchema | undefined;
  return [
    ...properties.flatMap(([name, part]): [string, unknown][] => [
      [before + name, part.description],
      ...keysOf(part, `${before}${name}.`),
    ]),
    ...(items === undefined ? [] : keysOf(items, before)),
  ];
}

describe('the schema of a profile', () => {
  const keys = keysOf(profileSchema(profileSections));

  it('is looked at down to its leaves', () => {
    expect(keys.map(([key]) => key)).toEqual(
      expect.arrayContaining([
        'target',
        'waivers.until',
        'inbox.email.imap.mailbox',
        'systems.quatrix.secondAccount.referer',
      ]),
    );
  });

  it.each(keys)('says in one sentence what %s is', (_key, description) => {
    expect(description).toMatch(/^[A-Z0-9][^\n]{10,}\.$/);
  });
});
