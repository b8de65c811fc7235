import { resolve } from 'node:path';
import { isSource, type InboxSetting, type Source } from './inbox/source.js';
import type { WrittenProfile, WrittenSection } from './profile.js';

/**
 * A profile whose certificates and keys are named from anywhere: a relative path in it is meant from
 * the folder that the profile lies in, wherever the command is started.
 * @param folder absolute, or from the current directory
 */
export function withPathsFrom(folder: string, profile: WrittenProfile): WrittenProfile {
  const { inbox, systems, tls } = profile;
  const files = Object.fromEntries(
    (['ca', 'cert', 'key'] as const).flatMap((name) => {
      const path = tls?.[name];
      return path === undefined ? [] : [[name, resolve(folder, path)]];
    }),
  );
  const sectionFrom = (section: WrittenSection): WrittenSection =>
    section.inbox === undefined ? section : { ...section, inbox: inboxFrom(folder, section.inbox) };
  return {
    ...profile,
    ...(tls === undefined ? {} : { tls: { ...tls, ...files } }),
    ...(inbox === undefined ? {} : { inbox: inboxFrom(folder, inbox) }),
    ...(systems === undefined
      ? {}
      : {
          systems: Object.fromEntries(
            Object.entries(systems).map(([slug, section]) => [
              slug,
              section === null ? null : sectionFrom(section),
            ]),
          ),
        }),
  };
}

function inboxFrom(folder: string, setting: InboxSetting): InboxSetting {
  if (isSource(setting)) return sourceFrom(folder, setting);
  return Object.fromEntries(
    Object.entries(setting).map(([channel, source]) => [channel, sourceFrom(folder, source)]),
  );
}

function sourceFrom(folder: string, source: Source): Source {
  if (!('imap' in source) || source.imap.ca === undefined) return source;
  return { imap: { ...source.imap, ca: resolve(folder, source.imap.ca) } };
}
