import { catalog, requirementsOf } from '../specs/catalog.js';
import { loadProfile, type WrittenProfile } from '../suites/engine/profile.js';
import { profileSections } from '../suites/registry.js';

/** Reads a profile with this process's environment and today's date. */
function readProfile(path: string): WrittenProfile {
  return loadProfile(path, {
    sections: profileSections,
    environment: process.env,
    requirements: new Set(requirementsOf([...catalog.keys()]).map((requirement) => requirement.id)),
    today: new Date().toISOString().slice(0, 10),
  });
}

/** Flags that say what to test; a flag wins over the profile. */
export interface TargetFlags {
  readonly target?: string;
  readonly profile?: string;
  readonly insecure?: boolean;
}

/** The profile that the flags name, with what they change in it. */
export function targetOf(flags: TargetFlags): WrittenProfile {
  const profile = flags.profile === undefined ? {} : readProfile(flags.profile);
  return {
    ...profile,
    ...(flags.target === undefined ? {} : { target: flags.target }),
    ...(flags.insecure === true ? { tls: { ...profile.tls, insecure: true } } : {}),
  };
}
