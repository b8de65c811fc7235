import { json } from '../../../engine/http.js';
import type { components } from '../../../../specs/quatrix/types.gen.js';
import { signed } from '../authorise.js';
import { language, maxFileSize, plan } from '../plan.js';

/** `GET /profile/get`: the channel (document, line 118), and what clients read beside it. */
export const getProfile = signed((context, { user }) => {
  // Member by member: one that is undefined is left out, and a spread costs as much as the JSON.
  const { channel, channel_id } = context.behaviour.channelMembers(user);
  const body: components['schemas']['Profile'] = {
    id: user.id,
    channel,
    channel_id,
    email: user.login,
    realname: user.realname,
    rootId: user.rootId,
    operations: 127,
    image: null,
    is_contact: false,
    enable_pgp: false,
    has_key: false,
    plan,
    files_per_share: 100,
    max_file_size: maxFileSize,
    language,
    super_admin: 'N',
  };
  return json(200, body);
});
