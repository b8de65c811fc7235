import { json } from '../../../engine/http.js';
import type { components } from '../../../../specs/quatrix/types.gen.js';
import { signed } from '../authorise.js';
import {
  childrenOf,
  entryOf,
  isRootFolder,
  metadataOf,
  removeNodes,
  visibleNode,
} from '../files.js';
import { createJob, notify, success } from '../notify.js';
import { code, refuseWith } from '../refusals.js';
import type { FileNode, User } from '../state.js';

type Schemas = components['schemas'];

/** Most files and folders of an account; the mock keeps them in memory. */
const capacity = 10_000;

/** `GET /file/metadata/{id}`: a file, or a folder with its content. */
export const getFileMetadata = signed((context, { user }) => {
  const node = visibleNode(user, context.param('id'));
  if (node === undefined) return refuseWith(404, code.notFound, 'No such file or folder');
  return json(200, metadataOf(node, user));
});

/** `POST /file/makedir`: a new folder for all who see the one it is made in. */
export const makeDirectory = signed((context, { user }) => {
  const { name, target } = context.json<Schemas['MakeDirectoryRequest']>({ contentType: false });
  const folder = visibleNode(user, target);
  if (folder?.type !== 'D') return refuseWith(404, code.notFound, 'No such target folder');
  if (childrenOf(folder, user).some((entry) => entry.name === name)) {
    return refuseWith(400, code.objectExists, 'The folder has an entry of this name');
  }
  const { nodes } = user.account;
  if (nodes.size >= capacity) {
    return refuseWith(400, code.notEnoughSpace, 'The account holds no more files and folders');
  }
  const created = Math.floor(context.world.clock.now() / 1000);
  const made: FileNode = {
    id: context.world.random.uuid(),
    parentId: folder.id,
    name,
    type: 'D',
    size: 0,
    created,
    modified: created,
    viewers: folder.viewers,
  };
  nodes.set(made.id, made);
  notify(context, [...made.viewers], { jobId: null, status: success, data: [entryOf(made)] });
  return json(201, metadataOf(made, user));
});

/** `POST /file/delete`: deletes what is known and tells everybody who could see it (line 116). */
export const deleteFiles = signed((context, { user }) => {
  const { ids } = context.json<Schemas['DeleteFilesRequest']>({ contentType: false });
  const named = [...new Set(ids)]
    .map((id) => visibleNode(user, id))
    .filter((node): node is FileNode => node !== undefined && !isRootFolder(node));
  if (named.length === 0) return refuseWith(404, code.notFound, 'No such files or folders');
  removeNodes(user.account, named);
  const job = createJob(context, success);
  for (const [data, viewers] of groupByView(named)) {
    notify(context, viewers, { jobId: job.id, status: success, data: data.map(entryOf) });
  }
  const body: Schemas['Job'] = { job_id: job.id };
  return json(202, body);
});

/** Splits the nodes so that each user is told once, and only of what they could see. */
function groupByView(named: readonly FileNode[]): [FileNode[], User[]][] {
  const affected = new Set(named.flatMap((node) => [...node.viewers]));
  return [...affected].map((viewer) => [
    named.filter((node) => node.viewers.has(viewer)),
    [viewer],
  ]);
}
