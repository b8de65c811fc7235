/** A long list of which only what is seen is in the page; moved through with the arrow keys. */
import type { ComponentChildren, JSX } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface RowsProps<Item> {
  readonly items: readonly Item[];
  readonly label: string;
  /** Pixels; all rows are equally high. */
  readonly height: number;
  readonly selected: number | null;
  readonly idOf: (item: Item) => number;
  readonly hrefOf: (item: Item) => string;
  readonly render: (item: Item) => ComponentChildren;
}

/** Rows beyond the edges, so that scrolling shows no gaps. */
const spare = 8;

/** The newest item stands first. While a reader has scrolled down, new ones do not push the list. */
export function Rows<Item>(props: RowsProps<Item>): JSX.Element {
  const { items, height, label, idOf } = props;
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const [active, setActive] = useState<number | null>(null);
  const wantsFocus = useRef(false);
  const count = items.length;
  const newest = count === 0 ? 0 : idOf(items[0] as Item);

  const measure = useCallback(() => {
    const { current } = box;
    if (current !== null) setView({ top: current.scrollTop, height: current.clientHeight });
  }, []);
  useEffect(() => {
    const { current } = box;
    if (current === null) return undefined;
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => {
      observer.disconnect();
    };
  }, [measure]);

  useStill(box, items, newest, height, idOf);

  const first = Math.max(0, Math.floor(view.top / height) - spare);
  const last = Math.min(count, Math.ceil((view.top + view.height) / height) + spare);
  const activeAt = Math.max(
    0,
    items.findIndex((item) => idOf(item) === (active ?? props.selected)),
  );

  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    const link = box.current?.querySelector<HTMLElement>(`[data-id="${String(active)}"]`);
    if (link === null || link === undefined) return;
    wantsFocus.current = false;
    link.focus({ preventScroll: true });
  });

  const move = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(view.height / height) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: activeAt + 1,
      ArrowUp: activeAt - 1,
      PageDown: activeAt + page,
      PageUp: activeAt - page,
      Home: 0,
      End: count - 1,
    };
    const wanted = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
    const { current } = box;
    if (wanted === undefined || current === null || count === 0) return;
    event.preventDefault();
    const to = Math.min(count - 1, Math.max(0, wanted));
    const item = items[to];
    if (item === undefined) return;
    const top = to * height;
    if (top < current.scrollTop) current.scrollTop = top;
    else if (top + height > current.scrollTop + current.clientHeight) {
      current.scrollTop = top + height - current.clientHeight;
    }
    measure();
    wantsFocus.current = true;
    setActive(idOf(item));
  };

  return (
    <div class="rows" ref={box} onScroll={measure} onKeyDown={move}>
      <div
        class="rows-all"
        role="list"
        aria-label={label}
        style={{ height: `${String(count * height)}px` }}
      >
        {items.slice(first, last).map((item, index) => {
          const id = idOf(item);
          const at = first + index;
          return (
            <div
              key={id}
              role="listitem"
              aria-setsize={count}
              aria-posinset={at + 1}
              class="row-place"
              style={{ top: `${String(at * height)}px`, height: `${String(height)}px` }}
            >
              <a
                class="row"
                href={props.hrefOf(item)}
                data-id={id}
                tabIndex={at === activeAt ? 0 : -1}
                aria-current={id === props.selected ? 'true' : undefined}
                onFocus={() => {
                  setActive(id);
                }}
              >
                {props.render(item)}
              </a>
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Keeps what is read in its place when rows come in above it. */
function useStill<Item>(
  box: { readonly current: HTMLDivElement | null },
  items: readonly Item[],
  newest: number,
  height: number,
  idOf: (item: Item) => number,
): void {
  const before = useRef(newest);
  useLayoutEffect(() => {
    const { current } = box;
    const added = items.findIndex((item) => idOf(item) <= before.current);
    before.current = newest;
    if (current !== null && current.scrollTop > 0 && added > 0) current.scrollTop += added * height;
  }, [newest]);
}
