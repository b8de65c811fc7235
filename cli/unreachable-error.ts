/** The target does not answer at all: exit code 3. */
export class UnreachableError extends Error {}
