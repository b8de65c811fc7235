/** After so many unanswered checks in a row a server counts as gone. */
export const unansweredLimit = 8;
/** So often a server is waited for: one that leaves again and again is not. */
const comebacks = 3;

/** Keeps in mind whether a server still answers. One for each address: they live and die apart. */
export interface Silence {
  /** Notes a check that ended: whether it was answered; null where it asked nothing. */
  note(answered: boolean | null): void;
  /** True once the server counts as gone; waits first for it to come back, where that is worth it. */
  gone(): Promise<boolean>;
}

/**
 * @param awaitAnswer resolves with whether anything answers at the address, in the time that is given
 * to a comeback
 */
export function createSilence(awaitAnswer: () => Promise<boolean>): Silence {
  let unanswered = 0;
  let comebacksLeft = comebacks;
  /** Whether any check was answered since the last comeback, or there was none yet. */
  let worthWaiting = true;
  let comeback: Promise<boolean> | null = null;

  /** Asked once for all checks that wait. */
  const cameBack = (): Promise<boolean> => {
    if (comeback !== null) return comeback;
    if (comebacksLeft === 0 || !worthWaiting) return Promise.resolve(false);
    comebacksLeft -= 1;
    worthWaiting = false;
    comeback = awaitAnswer().then((answered) => {
      // What is gone for good is not waited for a second time.
      if (answered) [unanswered, comeback] = [0, null];
      return answered;
    });
    return comeback;
  };

  return {
    note(answered) {
      if (answered === false) unanswered += 1;
      else if (answered) [unanswered, worthWaiting] = [0, true];
    },
    async gone() {
      return unanswered >= unansweredLimit && !(await cameBack());
    },
  };
}
