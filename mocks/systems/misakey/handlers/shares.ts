import { Refusal, type PlainResponse } from '../../../engine/http.js';
import type { components } from '../../../../specs/misakey/types.gen.js';
import { authenticate, existingBox } from '../access.js';
import type { Context } from '../behaviour.js';
import { answer, refusals } from '../refusals.js';

/** `GET /box-key-shares/{hash}`: the share that the server keeps, for members. */
export function getBoxKeyShare(context: Context): PlainResponse {
  const { identityId } = authenticate(context);
  const { state, behaviour } = context;
  const share = state.keyShares.get(context.param('hash'));
  const box = state.boxes.get(share?.boxId ?? '');
  if (share === undefined || box === undefined) throw new Refusal(refusals.shareNotFound());
  if (!behaviour.mayReadKeyShare(box, identityId)) throw new Refusal(refusals.notMember());
  const view: components['schemas']['BoxKeyShare'] = {
    misakey_share: share.misakeyShare,
    box_id: share.boxId,
    other_share_hash: share.hash,
  };
  return answer(200, view);
}

/** The encrypted share of a box, for members and for the contacted identity; a bare string. */
export function getEncryptedInvitationKeyShare(context: Context): PlainResponse {
  const { identityId } = authenticate(context);
  const { state, behaviour } = context;
  const boxId = context.query.get('box_id');
  if (boxId === null || boxId === '') {
    throw new Refusal(refusals.members({ box_id: 'required' }, 'query'));
  }
  if (!behaviour.isRequestId(boxId)) throw new Refusal(refusals.malformedId('box_id', 'query'));
  const box = existingBox(context, boxId);
  if (!behaviour.mayReadEncryptedShare(box, identityId)) throw new Refusal(refusals.notMember());
  const share = state.keyShares.get(box.shareHashes.at(-1) ?? '');
  if (share === undefined) throw new Error(`box ${box.id} has no key share`);
  return answer(200, share.encryptedInvitationKeyShare);
}
