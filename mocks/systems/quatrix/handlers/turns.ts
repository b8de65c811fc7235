import type { LongPoll } from '../../../engine/system.js';
import { queryValue } from '../auth-values.js';
import type { Behaviour } from '../behaviour.js';

/**
 * Which notification a poll brought, and the poll for the one after it. Its place is told by the
 * headers of the answer alone, so another notification can be told there.
 */
export const notificationsInTurn: LongPoll<Behaviour> = {
  follow(request, { status, headers, body }, behaviour) {
    const [date, tag] = [headers['Last-Modified'], headers.Etag];
    if (status !== 200 || body === null || typeof date !== 'string' || typeof tag !== 'string') {
      return null;
    }
    const cursor = behaviour.readCursor(date, tag);
    if (cursor === null) return null;
    const id = queryValue(request.query, (name) => name === 'id') ?? '';
    return {
      event: `${String(cursor.second)} ${String(cursor.ordinal)} ${id}`,
      next: {
        ...request,
        headers: { ...request.headers, 'if-modified-since': date, 'if-none-match': tag },
      },
    };
  },
  moved: ({ body }, place) => ({ ...place, body }),
};
