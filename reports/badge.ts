/** The verdict as a small picture for a README. */
import type { Results, RunVerdict } from '../specs/results.js';
import { countVerdicts } from '../specs/verdict.js';
import { runVerdictWords } from './wording.js';

/** Grounds on which white text reaches a contrast of 4.5. */
const grounds: Readonly<Record<RunVerdict, string>> = {
  conformant: '#1a7f37',
  'conformant-with-deviations': '#7d5700',
  nonconformant: '#b62324',
  inconclusive: '#57606a',
};

/** Mean advance of an 11 px sans-serif; `textLength` makes the fonts that differ fit. */
const characterWidth = 6.6;

/** badge.svg: `countersign | conformant · 118 of 120`. */
export function badge(results: Results): string {
  const tally = countVerdicts(results.requirements);
  const decided = tally.pass + tally.deviation + tally.fail;
  const label = 'countersign';
  const share = `${String(tally.pass + tally.deviation)} of ${String(decided)}`;
  const message = `${runVerdictWords[results.verdict].toLowerCase()} · ${share}`;
  const left = width(label);
  const right = width(message);
  const all = left + right;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${String(all)}" height="20" role="img" aria-label="${label}: ${message}">
  <title>${label}: ${message}</title>
  <clipPath id="r"><rect width="${String(all)}" height="20" rx="4"/></clipPath>
  <g clip-path="url(#r)">
    <rect width="${String(left)}" height="20" fill="#32383f"/>
    <rect x="${String(left)}" width="${String(right)}" height="20" fill="${grounds[results.verdict]}"/>
  </g>
  <g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
    <text x="10" y="14" textLength="${String(left - 20)}" lengthAdjust="spacingAndGlyphs">${label}</text>
    <text x="${String(left + 10)}" y="14" textLength="${String(right - 20)}" lengthAdjust="spacingAndGlyphs">${message}</text>
  </g>
</svg>
`;
}

function width(text: string): number {
  return Math.round(text.length * characterWidth) + 20;
}
