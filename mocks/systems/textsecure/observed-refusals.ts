import { text } from '../../engine/http.js';

/** Statuses that only the public server of December 2013 sent (specs/textsecure/errata.md, E3). */
export const unusableSignalingKey = text(
  501,
  'signalingKey: the recipient registered an unusable one',
);
export const shortBody = text(500, 'body: fewer than four characters of Base64');
export const severalMessages = text(500, 'messages: more than one');
export const nullMessage = text(500, 'messages: null where an object is wanted');
export const shortToken = text(500, 'contacts: a token of one character');
export const shortCredentials = text(500, 'Authorization: fewer than four characters of Base64');
