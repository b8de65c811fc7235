import { unzipSync, zipSync } from 'fflate';
import { base64, fromBase64 } from './encodings.js';

/** A file as it was sent, or as it is taken out of an archive. */
export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Largest file that is taken out of an archive, in bytes: the largest body a request may have. */
const largestFile = 100 * 1024 * 1024;

/** Archives carry this time, the earliest that a zip header can hold, so that a seed repeats them. */
const fixedTime = new Date(1980, 0, 1);

/** A zip archive with the one file, as base64: the text that is encrypted for a file. */
export function archiveFile(file: NamedFile): string {
  return base64(zipFile(file));
}

/** A zip archive with the one file; equal files give equal archives. */
export function zipFile(file: NamedFile): Uint8Array {
  return zipSync({ [file.name]: [file.bytes, { mtime: fixedTime, level: 6 }] });
}

/** @returns the first file of the archive, or null for a text that is no archive of files */
export function extractFile(archive: string): NamedFile | null {
  const zip = fromBase64(archive);
  if (zip === null) return null;
  try {
    const entries = unzipSync(zip, { filter: (entry) => entry.originalSize <= largestFile });
    for (const [name, bytes] of Object.entries(entries)) return { name, bytes };
    return null;
  } catch {
    return null;
  }
}
