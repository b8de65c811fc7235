import { useCallback, useEffect, useState } from 'preact/hooks';
import { ask, Refused } from './api.js';
import { currentLive, lookAgain, onLive, type Live } from './store.js';

/** What is known of the world, always the newest. */
export function useLive(): Live {
  const [live, setLive] = useState(currentLive);
  useEffect(
    () =>
      onLive(() => {
        setLive(currentLive());
      }),
    [],
  );
  return live;
}

/** The parts of the address behind `#/`, such as `['traffic', '17']`. */
export function useRoute(): readonly string[] {
  const [route, setRoute] = useState(readRoute);
  useEffect(() => {
    const changed = (): void => {
      setRoute(readRoute());
    };
    addEventListener('hashchange', changed);
    return () => {
      removeEventListener('hashchange', changed);
    };
  }, []);
  return route;
}

function readRoute(): readonly string[] {
  const parts = location.hash.replace(/^#\/?/, '').split('/');
  return parts.map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
}

export interface Asked<Answer> {
  readonly answer: Answer | null;
  readonly problem: string | null;
  readonly again: () => void;
}

/** Asks the control plane whenever the path changes; null asks nothing. */
export function useAsk<Answer>(path: string | null): Asked<Answer> {
  const [state, setState] = useState<{
    path: string | null;
    answer: Answer | null;
    problem: string | null;
  }>({ path: null, answer: null, problem: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) return undefined;
    let isCurrent = true;
    ask<Answer>(path).then(
      (answer) => {
        if (isCurrent) setState({ path, answer, problem: null });
      },
      (error: unknown) => {
        if (isCurrent) setState({ path, answer: null, problem: sentenceOf(error) });
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [path, round]);
  const again = useCallback(() => {
    setRound((number) => number + 1);
  }, []);
  const isOld = state.path !== path;
  return { answer: isOld ? null : state.answer, problem: isOld ? null : state.problem, again };
}

export interface Deed {
  /** What became of the last one, as a sentence. */
  readonly said: { readonly text: string; readonly failed: boolean } | null;
  /** Does something, tells how it went, and looks again. */
  readonly run: (done: string, act: () => Promise<unknown>) => void;
}

/** Something that a person does here: its outcome is told, and the page brought up to date. */
export function useDeed(): Deed {
  const [said, setSaid] = useState<Deed['said']>(null);
  const run = useCallback((done: string, act: () => Promise<unknown>) => {
    act().then(
      () => {
        setSaid({ text: done, failed: false });
        lookAgain();
      },
      (error: unknown) => {
        setSaid({ text: sentenceOf(error), failed: true });
      },
    );
  }, []);
  return { said, run };
}

export function sentenceOf(error: unknown): string {
  if (error instanceof Refused) return error.message;
  return error instanceof TypeError ? 'the mock does not answer' : String(error);
}
