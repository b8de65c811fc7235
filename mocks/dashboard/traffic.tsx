import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LiveExchange } from '../control/live-answer.js';
import { ask } from './api.js';
import { Exchange } from './exchange.js';
import { useDeed, useLive } from './hooks.js';
import { Nothing, Said, Section, Status, Time } from './parts.js';
import { Rows } from './rows.js';
import { pauseTraffic } from './store.js';

const rowHeight = 60;

/** The live list of exchanges, and beside it the one that was chosen. */
export function Traffic({ selected }: { readonly selected: number | null }): JSX.Element {
  const live = useLive();
  const [text, setText] = useState('');
  const [system, setSystem] = useState('');
  const [refusedOnly, setRefusedOnly] = useState(false);
  const [paused, setPaused] = useState(false);
  const clearing = useDeed();
  useEffect(
    () => () => {
      pauseTraffic(false);
    },
    [],
  );
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return live.exchanges
      .filter(
        (entry) =>
          (system === '' || entry.system === system) &&
          (!refusedOnly || isRefused(entry)) &&
          (wanted === '' || textOf(entry).includes(wanted)),
      )
      .reverse();
  }, [live.exchanges, text, system, refusedOnly]);
  const isFiltered = text !== '' || system !== '' || refusedOnly;

  return (
    <Section title="Traffic">
      <div class={selected === null ? 'split' : 'split has-choice'}>
        <div class="split-list">
          <div class="toolbar">
            <input
              type="search"
              aria-label="Filter by path, operation, status or fault"
              placeholder="Filter: path, operation, 401 …"
              value={text}
              onInput={(event) => {
                setText(event.currentTarget.value);
              }}
            />
            <select
              aria-label="System"
              value={system}
              onChange={(event) => {
                setSystem(event.currentTarget.value);
              }}
            >
              <option value="">All systems</option>
              {(live.now?.systems ?? []).map((slug) => (
                <option key={slug}>{slug}</option>
              ))}
            </select>
            <button
              type="button"
              class="button"
              aria-pressed={refusedOnly}
              onClick={() => {
                setRefusedOnly(!refusedOnly);
              }}
            >
              Refused only
            </button>
            <button
              type="button"
              class="button"
              aria-pressed={paused}
              onClick={() => {
                pauseTraffic(!paused);
                setPaused(!paused);
              }}
            >
              Pause
            </button>
            <button
              type="button"
              class="button"
              onClick={() => {
                clearing.run('The list is empty.', () => ask('traffic', { method: 'DELETE' }));
              }}
            >
              Clear
            </button>
          </div>
          <Tally shown={shown.length} all={live.exchanges.length} missed={live.missed} />
          <Said deed={clearing} />
          {shown.length === 0 ? (
            <Empty isFiltered={isFiltered} />
          ) : (
            <Rows
              items={shown}
              label="Exchanges, newest first"
              height={rowHeight}
              selected={selected}
              idOf={({ id }) => id}
              hrefOf={({ id }) => `#/traffic/${String(id)}`}
              render={Row}
            />
          )}
        </div>
        {selected === null ? (
          <div class="split-detail is-empty">
            <p class="muted">Choose an exchange to see it whole.</p>
          </div>
        ) : (
          <Exchange id={selected} />
        )}
      </div>
      <News exchanges={live.exchanges} />
    </Section>
  );
}

function isRefused({ status }: LiveExchange): boolean {
  return status === null || status >= 400;
}

function textOf({ method, target, operation, status, fault, system }: LiveExchange): string {
  return `${method} ${target} ${operation ?? ''} ${String(status ?? 'none')} ${fault ?? ''} ${system ?? ''}`.toLowerCase();
}

function Row({ method, target, status, at, system, operation, fault }: LiveExchange): JSX.Element {
  return (
    <>
      <span class="row-line">
        <Status code={status} />
        <span class="method">{method}</span>
        <span class="target">{target}</span>
        <Time at={at} />
      </span>
      <span class="row-line row-second">
        {fault === null ? (
          <span class="muted cut">
            {system === null ? 'no system' : `${system} · ${operation ?? 'no operation'}`}
          </span>
        ) : (
          <span class="bad cut">{fault}</span>
        )}
      </span>
    </>
  );
}

function Tally({
  shown,
  all,
  missed,
}: {
  readonly shown: number;
  readonly all: number;
  readonly missed: number;
}): JSX.Element {
  const count = (number: number): string => number.toLocaleString('en');
  return (
    <p class="tally muted">
      {shown === all ? '' : `${count(shown)} of `}
      {`${count(all)} ${all === 1 ? 'exchange' : 'exchanges'}`}
      {missed === 0 ? null : ` · ${count(missed)} came too fast to be listed`}
    </p>
  );
}

function Empty({ isFiltered }: { readonly isFiltered: boolean }): JSX.Element {
  if (isFiltered) return <Nothing title="No exchange fits the filter" />;
  const example = `curl ${location.origin}/v1/accounts/sms/code/+15550000001`;
  return (
    <Nothing title="Waiting for the first request">
      <p>Point your client at this origin, or try</p>
      <pre class="code">{example}</pre>
    </Nothing>
  );
}

/** Tells readers of the screen what came in, seldom enough to be listened to. */
function News({ exchanges }: { readonly exchanges: readonly LiveExchange[] }): JSX.Element {
  const [news, setNews] = useState('');
  const newest = useRef(exchanges);
  newest.current = exchanges;
  useEffect(() => {
    let told = newest.current.at(-1)?.id ?? 0;
    const timer = setInterval(() => {
      const fresh = newest.current.filter(({ id }) => id > told);
      if (fresh.length === 0) return;
      told = fresh.at(-1)?.id ?? told;
      const refused = fresh.filter(isRefused).length;
      setNews(`${String(fresh.length)} new exchanges, ${String(refused)} of them refused`);
    }, 5_000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return (
    <p class="visually-hidden" aria-live="polite">
      {news}
    </p>
  );
}
