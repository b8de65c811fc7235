import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json } from '../../mocks/engine/http.js';
import { createWorlds, type Worlds } from '../../mocks/engine/worlds.js';
import { serveNode, type NodeServer } from '../../mocks/transports/node.js';
import { keepState, loadState, type StateFile } from '../../mocks/transports/node-state.js';
import { probe } from './probe.js';

let folder: string;
let path: string;
let worlds: Worlds;
let file: StateFile;
let server: NodeServer | undefined;
const bugs: unknown[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-state-'));
  path = join(folder, 'state.json');
  bugs.length = 0;
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function create(): Worlds {
  return createWorlds({
    onBug: (error) => bugs.push(error),
    systems: [
      probe({
        'POST /probe': {
          handler: (context) => {
            context.state.changes += 1;
            return json(200, context.state.changes);
          },
        },
        'GET /probe': { handler: (context) => json(200, context.state.changes) },
      }),
    ],
  });
}

async function serve(every?: number): Promise<void> {
  worlds = create();
  await loadState(path, worlds);
  file = keepState(path, worlds, every);
  server = await serveNode(worlds, { host: '127.0.0.1', port: 0, persist: file.persist });
}

async function ask(method: string, headers: Record<string, string> = {}): Promise<unknown> {
  const answer = await fetch(`${server?.url ?? ''}/probe`, { method, headers });
  return answer.ok ? answer.json() : [answer.status, await answer.text()];
}

/** How many changes the file alone knows of, in the main world or another. */
async function inFile(name?: string): Promise<unknown> {
  const read = create();
  await loadState(path, read);
  return (read.named(name).world.state('probe') as { changes: number }).changes;
}

describe('a state file', () => {
  it('holds what an answer has acknowledged, at once and in every world', async () => {
    await serve();
    for (let turn = 1; turn <= 5; turn += 1) {
      expect(await ask('POST')).toBe(turn);
      expect(await inFile()).toBe(turn);
    }
    expect(await ask('POST', { 'x-countersign-world': 'alice' })).toBe(1);
    expect([await inFile(), await inFile('alice')]).toEqual([5, 1]);
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  it('holds all of many requests at a time', async () => {
    await serve();
    await Promise.all(Array.from({ length: 50 }, () => ask('POST')));
    expect(await inFile()).toBe(50);
  });

  it('is where the next mock goes on', async () => {
    await serve();
    await ask('POST');
    await ask('POST', { 'x-countersign-world': 'alice' });
    await server?.close();
    await serve();
    expect(await ask('GET')).toBe(1);
    expect(await ask('POST', { 'x-countersign-world': 'alice' })).toBe(2);
    expect(worlds.names()).toEqual(['alice']);
  });

  it('is not written again when nothing has changed', async () => {
    await serve();
    await ask('POST');
    rmSync(path);
    await ask('GET');
    expect(existsSync(path)).toBe(false);
    await ask('POST');
    expect(await inFile()).toBe(2);
  });

  it('forgets a world that is dropped, and a reset', async () => {
    await serve();
    await ask('POST', { 'x-countersign-world': 'alice' });
    const url = server?.url ?? '';
    await fetch(`${url}/_countersign/worlds?name=alice`, { method: 'DELETE' });
    await ask('POST');
    await fetch(`${url}/_countersign/reset`, { method: 'POST' });
    expect([await inFile(), await inFile('alice')]).toEqual([0, 0]);
  });

  it('is written on closing where no answer waited for it', async () => {
    await serve(3_600_000);
    expect(await ask('POST')).toBe(1);
    expect(existsSync(path)).toBe(false);
    await server?.close();
    server = undefined;
    // The pause is long; closing must not wait for it.
    await file.close();
    expect(await inFile()).toBe(1);
  });

  it('holds on closing what came by no request, in every world', async () => {
    await serve();
    await ask('POST', { 'x-countersign-world': 'alice' });
    for (const core of [worlds.main, worlds.named('alice')]) {
      (core.world.state('probe') as { changes: number }).changes = 7;
    }
    await server?.close();
    server = undefined;
    await file.close();
    expect([await inFile(), await inFile('alice')]).toEqual([7, 7]);
  });

  it('that cannot be written makes the answer say so, until it can', async () => {
    await serve();
    rmSync(folder, { recursive: true });
    expect(await ask('POST')).toEqual([500, expect.stringContaining('could not save its state')]);
    expect(bugs).toHaveLength(1);
    folder = mkdtempSync(join(tmpdir(), 'countersign-state-'));
  });

  it('that does not exist is no error; one that holds something else is', async () => {
    worlds = create();
    expect(await loadState(path, worlds)).toBe(false);
    writeFileSync(path, 'rubbish');
    await expect(loadState(path, worlds)).rejects.toThrow(`${path}: the state is not valid JSON`);
    writeFileSync(path, '{"format":"countersign-worlds/1","main":{}}');
    await expect(loadState(path, worlds)).rejects.toThrow('"format" must be "countersign-state/1"');
    await expect(loadState(folder, worlds)).rejects.toThrow('cannot be read (EISDIR)');
  });

  it('in a folder that is not there is an error at once', async () => {
    worlds = create();
    await expect(loadState(join(folder, 'none', 'state.json'), worlds)).rejects.toThrow(
      'state.json cannot be written (ENOENT)',
    );
  });

  it('may be a snapshot of one world as well', async () => {
    worlds = create();
    (worlds.main.world.state('probe') as { changes: number }).changes = 9;
    writeFileSync(path, worlds.main.snapshot());
    expect(await inFile()).toBe(9);
    expect(readFileSync(path, 'utf8')).toContain('countersign-state/1');
  });
});
