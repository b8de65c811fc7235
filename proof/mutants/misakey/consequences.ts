/** Checks whose statement includes an invitation arriving. */
export const invited = [
  'misakey.push.contacted-identity-notified',
  'misakey.push.consecutive-notifications',
  'misakey.push.reopened-socket-receives',
  'misakey.push.sibling-close-harmless',
  'misakey.push.non-ascii-intact',
  'misakey.push.text-frame-envelope',
  'misakey.push.every-socket-receives',
  'misakey.push.delivered-once',
  'misakey.push.creation-order-kept',
  'misakey.push.auto-invite-notification',
] as const;

/** Checks that other checks' sockets can disturb, when the sockets of an identity do. */
export function disturbed(reason: string, ...except: readonly string[]): Record<string, string> {
  const ids = [
    ...invited,
    'misakey.push.creator-gets-create-event',
    'misakey.push.event-object-members',
    'misakey.push.consecutive-notifications',
    'misakey.ws.stays-open',
    'misakey.ws.ping-answered',
    'misakey.ack.echoed-to-own-sockets',
    'misakey.ack.resets-new-event-count',
    'misakey.ack.unusable-frames-ignored',
    'misakey.events.contacted-can-join',
    'misakey.events.message-reaches-members',
    'misakey.events.edit-and-delete-carry-referrer',
    'misakey.events.access-mode-announced',
    'misakey.events.leave-refers-to-join',
    'misakey.events.kick-announced',
    'misakey.events.box-deletion-announced',
    'misakey.events.settings-announced-to-owner',
    'misakey.files.saved-announced',
  ];
  return Object.fromEntries(ids.filter((id) => !except.includes(id)).map((id) => [id, reason]));
}
