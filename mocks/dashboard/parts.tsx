/** Small pieces that several sections are made of. All that is shown goes in as text. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Deed } from './hooks.js';

export function Section({
  title,
  lead,
  aside,
  children,
}: {
  readonly title: string;
  readonly lead?: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  // A reader of the screen is told where it is; the first section is where the page begins.
  useEffect(() => {
    document.title = `${title} – Countersign mock`;
    if (document.activeElement?.closest('nav') === null) return;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <section class="section" aria-labelledby="section-title">
      <header class="section-head">
        <div>
          <h1 id="section-title" ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead === undefined ? null : <p class="lead">{lead}</p>}
        </div>
        {aside}
      </header>
      {children}
    </section>
  );
}

export function Card({
  title,
  note,
  children,
}: {
  readonly title: string;
  readonly note?: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  const id = `card-${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {note === undefined ? null : <p class="muted">{note}</p>}
      {children}
    </section>
  );
}

/** How a deed went; told to readers of the screen too. */
export function Said({ deed }: { readonly deed: Deed }): JSX.Element {
  const { said } = deed;
  return (
    <p class={`said ${said?.failed === true ? 'is-bad' : 'is-good'}`} role="status">
      {said?.text ?? ''}
    </p>
  );
}

export function Nothing({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="nothing">
      <p class="nothing-title">{title}</p>
      <div class="muted">{children}</div>
    </div>
  );
}

export function Status({ code }: { readonly code: number | null }): JSX.Element {
  if (code === null) return <span class="status is-broken">none</span>;
  const family =
    code >= 500 ? 'is-broken' : code >= 400 ? 'is-bad' : code >= 300 ? 'is-info' : 'is-good';
  return <span class={`status ${family}`}>{code}</span>;
}

export function Time({ at }: { readonly at: number | string }): JSX.Element {
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {date.toLocaleTimeString(undefined, { hour12: false })}
    </time>
  );
}

/** Copies a text; where the browser does not let it, says so. */
export function Copy({
  text,
  label,
}: {
  readonly text: string;
  readonly label: string;
}): JSX.Element {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = setTimeout(() => {
      setState('idle');
    }, 2_000);
    return () => {
      clearTimeout(timer);
    };
  }, [state]);
  const copy = (): void => {
    // Beyond loopback a page without TLS has no clipboard.
    const { clipboard } = navigator as { clipboard?: Clipboard };
    if (clipboard === undefined) {
      setState('failed');
      return;
    }
    clipboard.writeText(text).then(
      () => {
        setState('done');
      },
      () => {
        setState('failed');
      },
    );
  };
  return (
    <button type="button" class="button small" onClick={copy} aria-label={`Copy ${label}`}>
      {state === 'done' ? 'Copied' : state === 'failed' ? 'Not allowed' : 'Copy'}
    </button>
  );
}

/** A list of names and values. */
export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [name: string, value: ComponentChildren])[];
}): JSX.Element {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** JSON in lines, anything else as it is. */
export function pretty(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
