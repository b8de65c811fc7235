import { InvalidArgumentError } from 'commander';
import { catalog } from '../specs/catalog.js';
import { nearest } from '../suites/engine/nearest.js';
import { commaList } from './options.js';

/** Reads ids of requirements; an unknown one is refused with the nearest known one. */
export function parseRequirements(text: string): string[] {
  const known = [...catalog.values()].flatMap((specs) => specs.requirements.map(({ id }) => id));
  const names = commaList(text);
  for (const name of names) {
    if (known.includes(name)) continue;
    const guess = nearest(name, known);
    const hint = guess === null ? '; see countersign list' : `; did you mean ${guess}?`;
    throw new InvalidArgumentError(`no requirement "${name}"${hint}`);
  }
  return names;
}
