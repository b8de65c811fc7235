import { byHand, type Channel } from '../suites/engine/inbox/endpoint.js';
import { serveInboxes } from '../suites/engine/inbox/serve.js';
import type { Profile, WrittenProfile } from '../suites/engine/profile.js';
import { codeShapes } from '../suites/registry.js';

/**
 * Runs something with a profile whose inboxes can be asked, and ends what serves them. A person is
 * asked only where standard input is a terminal.
 */
export async function withInboxes<T>(
  written: WrittenProfile,
  run: (profile: Profile) => Promise<T>,
): Promise<T> {
  const terminal = process.stdin.isTTY ? { input: process.stdin, output: process.stderr } : null;
  const served = await serveInboxes(written, { codes: codeShapes, terminal });
  try {
    return await run(served.profile);
  } finally {
    await served.close();
  }
}

/** The channels for which a person is asked in a run. */
export function channelsByHand(profile: Profile): readonly Channel[] {
  const sections = Object.values(profile.systems ?? {});
  const inboxes = [profile.inbox, ...sections.map((section) => section?.inbox)];
  return [...new Set(inboxes.flatMap((inbox) => byHand(inbox ?? null)))];
}
