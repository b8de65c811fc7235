import { describe, expect, it } from 'vitest';
import { defineArea, defineSuite, type Check } from '../../suites/engine/check.js';
import { assembleSuite, type Suite } from '../../suites/engine/suite.js';
import { emptyDocument, requirementOf } from './bench.js';

function assemble(
  checks: readonly Check<null>[],
  moduleUrl = 'file:///x/suites/bench/a.js',
): Suite {
  return assembleSuite(
    defineSuite<null>({
      slug: 'bench',
      openapi: emptyDocument,
      asyncapi: null,
      profileSchema: {},
      areas: [defineArea(moduleUrl, checks)],
      samples: {},
      createDriver: () => null,
      positiveControl: () => Promise.resolve(),
    }),
    [requirementOf('x.one', { needs: ['inbox'] }), requirementOf('x.two', { needs: ['clock'] })],
  );
}

function check(
  requirement: string | readonly string[],
  parts: Partial<Check<null>> = {},
): Check<null> {
  return { requirement, title: 't', run: () => Promise.resolve(), ...parts };
}

describe('a registered check', () => {
  it('has its defaults, and the needs of its requirements beside its own', () => {
    const { checks } = assemble([
      check('bench.x.one'),
      check(['bench.x.one', 'bench.x.two'], {
        variant: 'v',
        needs: ['slow', 'inbox'],
        alone: 'in-run',
        timeoutMs: 7,
      }),
    ]);
    expect(checks[0]).toMatchObject({
      id: 'bench.x.one',
      system: 'bench',
      requirements: ['bench.x.one'],
      file: 'suites/bench/a.ts',
      needs: ['inbox'],
      alone: false,
      timeoutMs: 20_000,
    });
    expect(checks[1]).toMatchObject({ id: 'bench.x.one#v', alone: 'in-run', timeoutMs: 7 });
    expect([...(checks[1]?.needs ?? [])].sort()).toEqual(['clock', 'inbox', 'slow']);
  });

  it('of a requirement that does not exist is an error', () => {
    expect(() => assemble([check('bench.x.three')])).toThrow(
      'check bench.x.three names the unknown requirement bench.x.three',
    );
  });

  it('of the same id as another is an error', () => {
    expect(() => assemble([check('bench.x.one'), check('bench.x.one')])).toThrow(
      'two checks are called bench.x.one; give one a variant',
    );
  });

  it('without a requirement is an error', () => {
    expect(() => assemble([check([])])).toThrow('the check "t" names no requirement');
  });

  it('is named by its file below the project, or by the file alone', () => {
    expect(
      assemble([check('bench.x.one')], 'file:///home/ann/suites/w/suites/a/b.ts').checks[0]?.file,
    ).toBe('suites/a/b.ts');
    expect(assemble([check('bench.x.one')], 'file:///home/ann/plugin/b.js').checks[0]?.file).toBe(
      'b.ts',
    );
  });
});
