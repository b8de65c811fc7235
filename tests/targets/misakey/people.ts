/** The people of the Misakey server beside this file, made afresh for each run. */
import { randomBytes, randomUUID } from 'node:crypto';

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly account: boolean;
  readonly publicKey: string | null;
}

interface Token {
  readonly identity: string;
  readonly acr: number;
  /** Seconds since 1970. */
  readonly expires: number;
}

const text = (bytes: number): string => randomBytes(bytes).toString('base64url');

function entry(name: string, account = true, withKey = true): Entry {
  const publicKey = withKey ? text(32) : null;
  return { id: randomUUID(), name, address: `${name}@people.example`, account, publicKey };
}

/** What the server is given, what its profile needs, and what of that is secret. */
export function makePeople() {
  const people = ['ada', 'blaise', 'carl'].map((name) => entry(name));
  const [noAccount, noKey] = [entry('dora', false, false), entry('emmy', true, false)];
  const issued = new Map<string, Token>();
  const issue = (holder: Entry | undefined, acr: number, seconds = 3_600): string => {
    const token = text(24);
    const expires = Math.floor(Date.now() / 1_000) + seconds;
    issued.set(token, { identity: holder?.id ?? '', acr, expires });
    return token;
  };
  const [ada, blaise, carl] = people;
  const tokens = {
    FIRST_TOKEN: issue(ada, 2),
    SECOND_TOKEN: issue(blaise, 1),
    THIRD_TOKEN: issue(carl, 3),
    TOKEN_ACR_1: issue(ada, 1),
    TOKEN_ACR_0: issue(ada, 0),
    TOKEN_EXPIRED: issue(ada, 2, -60),
  };
  const names = ['FIRST', 'SECOND', 'THIRD'];
  return {
    file: { identities: [...people, noAccount, noKey], tokens: Object.fromEntries(issued) },
    env: {
      ...tokens,
      ...Object.fromEntries(
        people.flatMap(({ id, publicKey }, index) => [
          [`${names[index] ?? ''}_ID`, id],
          [`${names[index] ?? ''}_KEY`, publicKey ?? ''],
        ]),
      ),
      SECOND_IDENTIFIED_KEY: text(32),
      NO_ACCOUNT_ID: noAccount.id,
      NO_KEY_ID: noKey.id,
    },
    secrets: tokens,
  };
}
