import type { PlainResponse } from '../../../engine/http.js';
import type { Context } from '../behaviour.js';
import { refuse } from '../refusals.js';
import { openFile } from '../sealing.js';

/** `GET /Home/GetFile`: the file that an online read announced. The id is the only credential. */
export function downloadFile(context: Context): PlainResponse {
  const id = fileId(context);
  if (id === undefined || id === '')
    return refuse(context, 'unknown-file', 'The fileId is missing.');
  const { behaviour, state, world } = context;
  const download = state.downloads.get(id);
  if (download === undefined || download.expires <= world.clock.now()) {
    return refuse(context, 'unknown-file');
  }
  // A key that was deleted takes its files along.
  if (behaviour.findKey(state, download.token, 'read') === undefined) {
    return refuse(context, 'unknown-file');
  }
  const file = openFile(context, download.message, download.passphrase);
  if (file === null) return refuse(context, 'undecryptable');
  return {
    status: 200,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': disposition(file.name),
    },
    body: file.bytes,
  };
}

function fileId(context: Context): string | undefined {
  for (const [name, value] of context.query) {
    // Base64 that was not percent-coded arrives with spaces for its plus signs.
    if (context.behaviour.foldName(name) === 'fileid') return value.replaceAll(' ', '+');
  }
  return undefined;
}

/** `filename` for all, and `filename*` of RFC 5987 where the name is not plain ASCII. */
function disposition(name: string): string {
  const plain = name.replaceAll(/[^\u0020-\u007e]/gu, '_');
  const quoted = plain.replaceAll(/["\\]/g, '\\$&');
  const base = `attachment; filename="${quoted}"`;
  return plain === name ? base : `${base}; filename*=UTF-8''${extended(name)}`;
}

function extended(name: string): string {
  const percent = encodeURIComponent(name);
  return percent.replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
