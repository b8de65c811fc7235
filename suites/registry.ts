import { catalog } from '../specs/catalog.js';
import type { ErasedSuite } from './engine/check.js';
import { assembleSuite, type Suite } from './engine/suite.js';
import { keyserviceSuite } from './keyservice/suite.js';
import { misakeySuite } from './misakey/suite.js';
import { quatrixSuite } from './quatrix/suite.js';
import { ssksSuite } from './ssks/suite.js';
import { textsecureSuite } from './textsecure/suite.js';

const definitions: readonly ErasedSuite[] = [
  misakeySuite,
  textsecureSuite,
  ssksSuite,
  keyserviceSuite,
  quatrixSuite,
];

/** Every suite by slug. A new system is added here and in `mocks/registry.ts`. */
export const suites: ReadonlyMap<string, Suite> = new Map(
  definitions.map((definition) => [
    definition.slug,
    assembleSuite(definition, catalog.get(definition.slug)?.requirements ?? []),
  ]),
);

/** The profile schemas of all systems, by slug. */
export const profileSections = Object.fromEntries(
  definitions.map((definition) => [definition.slug, definition.profileSchema]),
);

/** The shapes of the codes that systems send by mail, by slug, where a system has one. */
export const codeShapes: ReadonlyMap<string, RegExp> = new Map(
  definitions.flatMap(({ slug, codeShape }) =>
    codeShape === undefined ? [] : [[slug, codeShape] as const],
  ),
);
