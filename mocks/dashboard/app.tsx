import type { JSX } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { keepToken } from './api.js';
import { Control, enterWorld } from './control.js';
import { useLive, useRoute } from './hooks.js';
import { Inbox } from './inbox.js';
import { Open } from './open.js';
import { Reference } from './reference.js';
import { State } from './state.js';
import { lookAgain, type Live } from './store.js';
import { Traffic } from './traffic.js';

const sections = ['traffic', 'open', 'inbox', 'state', 'control', 'reference'] as const;
type SectionName = (typeof sections)[number];

export function App(): JSX.Element {
  const live = useLive();
  const [name = '', ...rest] = useRoute();
  const section = sections.find((known) => known === name) ?? 'traffic';
  return (
    <>
      <a class="skip" href="#main" onClick={focusMain}>
        Skip to the content
      </a>
      <header class="top">
        <div class="brand">
          <img src="dashboard/icon.svg" alt="" width="24" height="24" />
          <b>Countersign</b>
          <span class="muted">
            mock{live.now?.dialect === 'observed' ? ', dialect observed' : ''}
          </span>
        </div>
        <World live={live} />
        <Theme />
        <Navigation section={section} live={live} />
      </header>
      <Problem live={live} />
      <main id="main" tabIndex={-1}>
        {live.problem === 'token' ? <TokenForm /> : <Content section={section} rest={rest} />}
      </main>
    </>
  );
}

/** The address behind `#` names the section: a plain jump would change it. */
function focusMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function Content({
  section,
  rest,
}: {
  readonly section: SectionName;
  readonly rest: readonly string[];
}): JSX.Element {
  switch (section) {
    case 'traffic': {
      const id = Number(rest[0] ?? '');
      return <Traffic selected={Number.isInteger(id) && id > 0 ? id : null} />;
    }
    case 'open':
      return <Open />;
    case 'inbox':
      return <Inbox />;
    case 'state':
      return <State chosen={rest[0]} />;
    case 'control':
      return <Control />;
    case 'reference':
      return <Reference chosen={rest[0]} operation={rest[1]} />;
  }
}

function Navigation({
  section,
  live,
}: {
  readonly section: SectionName;
  readonly live: Live;
}): JSX.Element {
  const counts: Readonly<Partial<Record<SectionName, number>>> = {
    open: live.now?.open.length ?? 0,
    inbox: live.messages.length,
    control: live.now?.faults.length ?? 0,
  };
  const things: Readonly<Partial<Record<SectionName, string>>> = {
    open: 'open',
    inbox: 'messages',
    control: 'faults',
  };
  return (
    <nav class="tabs" aria-label="Sections">
      {sections.map((name) => {
        const count = counts[name] ?? 0;
        return (
          <a key={name} href={`#/${name}`} aria-current={name === section ? 'page' : undefined}>
            {name[0]?.toUpperCase()}
            {name.slice(1)}
            {count === 0 ? null : (
              <span class="count">
                {count}
                <span class="visually-hidden"> {things[name]}</span>
              </span>
            )}
          </a>
        );
      })}
    </nav>
  );
}

function World({ live }: { readonly live: Live }): JSX.Element {
  const current = live.now?.world ?? '';
  const worlds = live.now?.worlds ?? [];
  const names = current === '' || worlds.includes(current) ? worlds : [...worlds, current];
  return (
    <label class="world">
      <span>World</span>
      <select
        aria-label="World"
        value={current}
        onChange={(event) => {
          const { value } = event.currentTarget;
          enterWorld(value === '' ? null : value);
        }}
      >
        <option value="">main</option>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

const themes = ['auto', 'light', 'dark'] as const;
type ThemeName = (typeof themes)[number];
const themeKey = 'countersign-theme';

function Theme(): JSX.Element {
  const [theme, setTheme] = useState<ThemeName>(
    () => themes.find((known) => known === localStorage.getItem(themeKey)) ?? 'auto',
  );
  // Before the page is painted, so that it never shows in another theme first.
  useLayoutEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    localStorage.setItem(themeKey, theme);
  }, [theme]);
  return (
    <label class="world theme">
      <span>Theme</span>
      <select
        aria-label="Theme"
        value={theme}
        onChange={(event) => {
          setTheme(themes.find((known) => known === event.currentTarget.value) ?? 'auto');
        }}
      >
        {themes.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

function Problem({ live: { problem } }: { readonly live: Live }): JSX.Element {
  const sentence = problem === null || problem === 'token' ? '' : problem;
  return (
    <p class={sentence === '' ? 'problem is-empty' : 'problem'} role="status">
      {sentence}
    </p>
  );
}

function TokenForm(): JSX.Element {
  const [token, setToken] = useState('');
  return (
    <form
      class="card token"
      onSubmit={(event) => {
        event.preventDefault();
        keepToken(token);
        lookAgain();
      }}
    >
      <h1>This mock needs its token</h1>
      <p class="muted">
        It can be reached from other machines. The token was printed when it started, or given with
        --token.
      </p>
      <label>
        Token
        <input
          type="password"
          autocomplete="off"
          required
          value={token}
          onInput={(event) => {
            setToken(event.currentTarget.value);
          }}
        />
      </label>
      <button type="submit" class="button is-main">
        Open
      </button>
    </form>
  );
}
