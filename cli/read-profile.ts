import { catalog, requirementsOf } from '../specs/catalog.js';
import { loadProfile, type WrittenProfile } from '../suites/engine/profile.js';
import { profileSections } from '../suites/registry.js';

/** Reads a profile with this process's environment and today's date. */
export function readProfile(path: string): WrittenProfile {
  return loadProfile(path, {
    sections: profileSections,
    environment: process.env,
    requirements: new Set(requirementsOf([...catalog.keys()]).map((requirement) => requirement.id)),
    today: new Date().toISOString().slice(0, 10),
  });
}
