import type { PlainResponse } from '../../../engine/http.js';
import { json } from '../../../engine/http.js';
import { encodeUnpadded } from '../base64.js';
import type { Context } from '../behaviour.js';
import { limit } from '../limits.js';
import { refusals, refuseWith } from '../refusals.js';

/** How long a location is good, in seconds (observed in the public server). */
const lifetime = 3_600;

const encoder = new TextEncoder();

/** Checks: credentials, limit. */
export function allocateAttachment(context: Context): PlainResponse {
  const { behaviour, world } = context;
  const caller = behaviour.authenticate(context);
  limit(context, 'allocation', [caller.number]);
  const id = behaviour.newAttachmentId(world.random);
  const body = behaviour.allocationBody(id, locationOf(context, 'PUT', id));
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body };
}

/** Checks: credentials, limit, id. Whether something was uploaded shows at the download. */
export function getAttachmentLocation(context: Context): PlainResponse {
  const { behaviour } = context;
  const caller = behaviour.authenticate(context);
  limit(context, 'location', [caller.number]);
  const id = behaviour.readAttachmentId(context.param('attachment_id'));
  if (id === null) return refusals.attachmentId;
  return json(200, { location: locationOf(context, 'GET', id) });
}

/** The location itself is the permission: no credentials. A second upload overwrites. */
export function uploadAttachment(context: Context): PlainResponse {
  const { behaviour, state, request } = context;
  const id = signedId(context, 'PUT');
  if (!behaviour.takesUpload(context.header('content-type'))) return refusals.uploadType;
  state.attachments.set(id, behaviour.storedBlob(request.body));
  return { status: 200, headers: {}, body: null };
}

export function downloadAttachment(context: Context): PlainResponse {
  const blob = context.state.attachments.get(signedId(context, 'GET'));
  if (blob === undefined) return refusals.noBlob;
  return { status: 200, headers: { 'Content-Type': 'application/octet-stream' }, body: blob };
}

function locationOf(context: Context, method: string, id: string): string {
  const expires = String(Math.floor(context.world.clock.now() / 1_000) + lifetime);
  const signature = encodeURIComponent(sign(context, method, id, expires));
  const path = `/_countersign/attachments/${id}?Expires=${expires}&Signature=${signature}`;
  return `${context.origin}${path}`;
}

/** HMAC-SHA256 over method, id and end of life, as Base64 without padding. */
function sign({ state }: Context, method: string, id: string, expires: string): string {
  const signed = encoder.encode(`${method}\n${id}\n${expires}`);
  return encodeUnpadded(state.signer.clone().update(signed).digest());
}

/** The id of a location whose signature holds; refuses all others with 403. */
function signedId(context: Context, method: string): string {
  const { behaviour, query, world } = context;
  const id = context.param('key');
  const expires = query.get('Expires') ?? '';
  const expected = sign(context, method, id, expires);
  if (!behaviour.signatureMatches(expected, query.get('Signature') ?? '')) {
    return refuseWith(refusals.location);
  }
  if (Number(expires) * 1_000 <= world.clock.now()) return refuseWith(refusals.expired);
  return id;
}
