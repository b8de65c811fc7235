import { empty } from '../../engine/http.js';
import type { Behaviour } from './behaviour.js';
import { documented } from './documented.js';
import { deriveKey, sign } from './key.js';
import { barePath, pollPath, prefix } from './routes.js';
import { callSubject } from './subject.js';

/** What the vendor's clients of 2014 to 2018 met, where it differs from the document. */
export const observed: Behaviour = {
  ...documented,
  routeOf(path) {
    if (path === pollPath) return path;
    const bare = barePath(path);
    // No route begins with the prefix, so this is answered as an unknown one.
    return bare === path || bare === pollPath ? `${prefix}${bare}` : bare;
  },
  missingValueStatus: 400,
  *callSignatures(attempt) {
    yield sign(deriveKey(attempt.session.user.password), callSubject(attempt));
  },
  channelMembers: ({ channel }) => ({ channel_id: channel }),
  holdEnd: (cursor) => empty(408, { Etag: String(cursor.ordinal) }),
};
