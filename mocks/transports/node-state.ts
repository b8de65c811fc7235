import { accessSync, constants, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { plantSeed, seedFormat } from '../control/seed.js';
import type { MockCore } from '../engine/mock.js';
import { parseState, SnapshotError } from '../engine/snapshot.js';
import type { Worlds } from '../engine/worlds.js';

/** Marks a file with all worlds of a mock; one with a single world is a snapshot. */
const format = 'countersign-worlds/1';

/** A file that holds the state of a mock, whatever ends the process. */
export interface StateFile {
  /** Resolves when what a world holds now is in the file. Calls of one moment share one write. */
  readonly persist: (core: MockCore) => Promise<void>;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

/**
 * Begins with what a file tells: a seed's steps, or a state, whose clock goes on where it was.
 * @param path JSON, or YAML where it ends so
 * @returns false when there is no such file
 * @throws SnapshotError when it holds neither, or not of this mock
 */
export async function beginFrom(path: string, worlds: Worlds): Promise<boolean> {
  if (!['.yaml', '.yml'].includes(extname(path))) {
    const text = readText(path);
    if (text === null) return false;
    return applied(path, () => plantOrRestore(parseState(text), worlds));
  }
  const { parse } = await import('yaml');
  const text = readText(path);
  if (text === null) return false;
  return applied(path, () => plantOrRestore(parse(text), worlds));
}

async function plantOrRestore(value: unknown, worlds: Worlds): Promise<void> {
  const { format: given } = (value ?? {}) as { format?: unknown };
  if (given === seedFormat) await plantSeed(worlds, value as Record<string, unknown>);
  else restoreWorlds(value, worlds, 'then');
}

/** Names the file in what is said of it. */
async function applied(path: string, act: () => Promise<void>): Promise<true> {
  try {
    await act();
    return true;
  } catch (error) {
    throw new SnapshotError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Puts the worlds of a mock back to a file's, and lets the time since pass.
 * @returns false when there is no such file yet
 * @throws SnapshotError when it holds no state of this mock, or could not be written later
 */
export async function loadState(path: string, worlds: Worlds): Promise<boolean> {
  const text = readText(path);
  checkFolder(path);
  if (text === null) return false;
  return applied(path, () => {
    restoreWorlds(parseState(text), worlds, 'now');
    return Promise.resolve();
  });
}

/** A state that cannot be saved is found at the start, not with the first answer. */
function checkFolder(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    const { code } = error as { code?: string };
    throw new SnapshotError(`the folder of ${path} cannot be written (${code ?? String(error)})`);
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOENT') return null;
    throw new SnapshotError(`${path} cannot be read (${code ?? String(error)})`);
  }
}

/** @param value a snapshot of the main world, or what `keepState` writes */
function restoreWorlds(value: unknown, worlds: Worlds, clock: 'then' | 'now'): void {
  const parts = value as { format?: unknown; main?: unknown; worlds?: object } | null;
  if (parts?.format !== format) {
    worlds.main.restore(value, clock);
    return;
  }
  worlds.main.restore(parts.main, clock);
  for (const [name, snapshot] of Object.entries(parts.worlds ?? {})) {
    worlds.named(name).restore(snapshot, clock);
  }
}

/**
 * Keeps a file up to date with the worlds of a mock. Each write goes to a file beside it, is
 * flushed to the disk, and takes its place in one step: at any moment the file is whole.
 * @param every milliseconds between two writes, and then no answer waits for one; without it each
 *   answer waits until the state that it acknowledges is on the disk
 */
export function keepState(path: string, worlds: Worlds, every?: number): StateFile {
  const texts = new WeakMap<MockCore, string>();
  const changed = new Set<MockCore>();
  let written = '';
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  let hurry = (): void => undefined;
  // Without a pause long enough for the requests of one moment to share a write.
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      if (every === undefined) {
        setImmediate(resolve);
        return;
      }
      const timer = setTimeout(resolve, every);
      hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const write = async (): Promise<void> => {
    const touched = [...changed];
    changed.clear();
    try {
      const text = wholeText(worlds, texts, touched);
      if (withoutTimes(text) === written) return;
      await replaceFile(path, text);
      written = withoutTimes(text);
    } catch (error) {
      for (const core of touched) changed.add(core);
      throw error;
    }
  };
  const soon = (): Promise<void> => {
    next ??= running
      .catch(() => undefined)
      .then(pause)
      .then(() => {
        next = undefined;
        running = write();
        return running;
      });
    return next;
  };
  return {
    persist(core) {
      changed.add(core);
      const saved = soon();
      if (every === undefined) return saved;
      saved.catch((error: unknown) => {
        core.reportBug(error);
      });
      return Promise.resolve();
    },
    async close() {
      hurry();
      await next?.catch(() => undefined);
      await running.catch(() => undefined);
      // What the library changed by itself came by no request that was told of.
      changed.add(worlds.main);
      for (const name of worlds.names()) changed.add(worlds.named(name));
      await write();
    },
  };
}

/** The file's text; of worlds that were not touched the text of before is taken. */
function wholeText(
  worlds: Worlds,
  texts: WeakMap<MockCore, string>,
  touched: readonly MockCore[],
): string {
  for (const core of touched) texts.set(core, core.snapshot());
  const textOf = (core: MockCore): string => {
    const text = texts.get(core) ?? core.snapshot();
    texts.set(core, text);
    return text;
  };
  const named = worlds
    .names()
    .map((name) => `${JSON.stringify(name)}:${textOf(worlds.named(name))}`);
  return `{"format":"${format}","main":${textOf(worlds.main)},"worlds":{${named.join(',')}}}\n`;
}

/** Two states that differ only in the instant at which they were written are the same. */
function withoutTimes(text: string): string {
  return text.replaceAll(/"now":\d+(?=,"ahead":)/g, '');
}

async function replaceFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const draft = join(folder, `.${basename(path)}.${String(process.pid)}.tmp`);
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  // Windows does so by itself, and opens no folders.
  if (process.platform === 'win32') return;
  // The new name must be on the disk as well.
  const listing = await open(folder, 'r');
  try {
    await listing.sync();
  } finally {
    await listing.close();
  }
}
