import { json, type PlainResponse } from '../../../engine/http.js';
import type { components } from '../../../../specs/quatrix/types.gen.js';
import { signed } from '../authorise.js';
import type { Behaviour } from '../behaviour.js';
import { language, maxFileSize, plan } from '../plan.js';
import type { User } from '../state.js';

type Channel = ReturnType<Behaviour['channelMembers']>;

/** Of a user only the channel depends on who asks; to write the rest anew is most of a call. */
const answers = new WeakMap<User, { readonly channel: Channel; readonly answer: PlainResponse }>();

/** `GET /profile/get`: the channel (document, line 118), and what clients read beside it. */
export const getProfile = signed((context, { user }) => {
  const channel = context.behaviour.channelMembers(user);
  let known = answers.get(user);
  if (
    known === undefined ||
    known.channel.channel !== channel.channel ||
    known.channel.channel_id !== channel.channel_id
  ) {
    known = { channel, answer: profileOf(user, channel) };
    answers.set(user, known);
  }
  return known.answer;
});

function profileOf(user: User, { channel, channel_id }: Channel): PlainResponse {
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
}
