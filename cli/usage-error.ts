/** A mistake of whoever called: one clear line on stderr, exit code 2. */
export class UsageError extends Error {}
