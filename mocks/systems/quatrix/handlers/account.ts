import { json, type PlainResponse } from '../../../engine/http.js';
import type { components } from '../../../../specs/quatrix/types.gen.js';
import { signed } from '../authorise.js';
import { language, maxFileSize, plan, storageLimit, unlimited, userLimit } from '../plan.js';

/** `GET /account/info`: plan and limits of the user's account. */
export const getAccountInfo = signed((_context, { user: { account } }) => {
  let used = 0;
  for (const node of account.nodes.values()) used += node.size;
  const body: components['schemas']['AccountInfo'] = {
    id: account.id,
    language,
    plan,
    max_file_size: String(maxFileSize),
    max_files_count: unlimited,
    retention: unlimited,
    user_limit: userLimit,
    storage_limit: storageLimit,
    storage_used: used,
    user_used: account.users.size,
  };
  return json(200, body);
});

/** `GET /languages/default`: anonymous; whatever authentication is sent is ignored. */
export function getDefaultLanguage(): PlainResponse {
  const body: components['schemas']['DefaultLanguage'] = { localization: language };
  return json(200, body);
}
