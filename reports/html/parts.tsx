/** @jsxImportSource preact */
import type { ComponentChildren, JSX } from 'preact';
import type { Verdict, VerdictCounts } from '../../specs/results.js';
import { visibleLine } from '../untrusted.js';
import { verdicts } from '../wording.js';

const signs: Readonly<Record<Verdict, string>> = {
  pass: '✓',
  deviation: '≈',
  fail: '✗',
  skip: '–',
  inconclusive: '?',
  untested: '○',
};

/** A verdict as a small coloured word; the sign tells it without colour. */
export function Badge({ verdict }: { readonly verdict: Verdict }): JSX.Element {
  return (
    <span class={`badge v-${verdict}`}>
      <span aria-hidden="true">{signs[verdict]} </span>
      {verdict}
    </span>
  );
}

/** How verdicts share out, as a bar; its numbers stand beside it, so it is hidden from readers. */
export function Bar({ counts }: { readonly counts: VerdictCounts }): JSX.Element {
  const total = Math.max(
    1,
    verdicts.reduce((sum, verdict) => sum + counts[verdict], 0),
  );
  let start = 0;
  return (
    <svg
      class="bar"
      viewBox={`0 0 ${String(total)} 1`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {barOrder
        .filter((verdict) => counts[verdict] > 0)
        .map((verdict) => {
          const x = start;
          start += counts[verdict];
          return <rect class={`v-${verdict}`} x={x} width={counts[verdict]} height="1" />;
        })}
    </svg>
  );
}

/** Good to bad from the left, what is unknown at the right end. */
const barOrder: readonly Verdict[] = [
  'pass',
  'deviation',
  'fail',
  'inconclusive',
  'skip',
  'untested',
];

/** A link to a requirement's row. */
export function RequirementLink({ id }: { readonly id: string }): JSX.Element {
  return (
    <a class="mono" href={`#${encodeURIComponent(id)}`}>
      {visibleLine(id)}
    </a>
  );
}

/** A term and what is said of it; nothing when there is nothing to say. */
export function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element | null {
  if (children === '' || children === null) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
