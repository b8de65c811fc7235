import type { Behaviour } from './behaviour.js';

/** Types that are stored and never pushed. */
const silent: ReadonlySet<string> = new Set(['access.add', 'access.rm', 'state.key_share']);

/** Who sees and does what in a box (observed in the server of March 2021). */
export const boxRules: Pick<
  Behaviour,
  | 'eventRecipients'
  | 'showsIdentifiers'
  | 'isMember'
  | 'mayManage'
  | 'mayJoinAgain'
  | 'mayJoin'
  | 'countsAsNew'
  | 'mayReadEncryptedShare'
  | 'mayReadKeyShare'
  | 'opensPublicInfo'
  | 'settingsRecipients'
> = {
  eventRecipients(box, event) {
    if (silent.has(event.type)) return [];
    const members = [...box.members.keys()];
    // Who leaves or is removed is no member any more, and is told all the same.
    return box.members.has(event.senderId) ? members : [...members, event.senderId];
  },
  showsIdentifiers: (box, readerId) => box.creatorId === readerId,
  isMember: (box, identityId) => box.members.has(identityId),
  mayManage: (box, identityId) => box.creatorId === identityId,
  mayJoinAgain: false,
  mayJoin: (box, identity) =>
    box.accessMode === 'public' ||
    box.events.some(
      (event) =>
        event.type === 'access.add' &&
        !box.removedAccesses.has(event.id) &&
        event.content?.restriction_type === 'identifier' &&
        event.content.value === identity.identifier.value,
    ),
  countsAsNew: (event) => event.type === 'msg.text' || event.type === 'msg.file',
  mayReadEncryptedShare: (box, identityId) =>
    box.members.has(identityId) || box.contactedId === identityId,
  mayReadKeyShare: (box, identityId) => box.members.has(identityId),
  opensPublicInfo: (state, box, hash) => state.keyShares.get(hash)?.boxId === box.id,
  settingsRecipients: (_box, identityId) => [identityId],
};
