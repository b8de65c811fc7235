import type { components } from '../../../specs/quatrix/types.gen.js';
import type { Account, FileNode, User } from './state.js';

export type FileEntry = components['schemas']['FileEntry'];
export type FileMetadata = components['schemas']['FileMetadata'];

/** All rights; the mock does not tell them apart. */
const allOperations = 127;

/** The node of an id, when the user can see it. */
export function visibleNode(user: User, id: string): FileNode | undefined {
  const node = user.account.nodes.get(id);
  return node?.viewers.has(user) === true ? node : undefined;
}

/** A file or folder without what it holds. */
export function entryOf(node: FileNode): FileEntry {
  return {
    id: node.id,
    parent_id: node.parentId,
    name: node.name,
    type: node.type,
    size: node.size,
    created: node.created,
    modified: node.modified,
    operations: allOperations,
  };
}

/** A file, or a folder with what it holds, as the user sees it. */
export function metadataOf(node: FileNode, user: User): FileMetadata {
  if (node.type === 'F') return entryOf(node);
  return { ...entryOf(node), content: childrenOf(node, user).map(entryOf) };
}

/**
 * What a user sees in a folder. Shared top folders belong to no folder; they are listed in the
 * root of each user who sees them.
 */
export function childrenOf(folder: FileNode, user: User): FileNode[] {
  const isRoot = folder.id === user.rootId;
  return [...user.account.nodes.values()].filter(
    (node) =>
      node.viewers.has(user) &&
      (node.parentId === folder.id || (isRoot && node.parentId === null && !isRootFolder(node))),
  );
}

/** True for the private top folder of a user. */
export function isRootFolder(node: FileNode): boolean {
  for (const viewer of node.viewers) if (viewer.rootId === node.id) return true;
  return false;
}

/** Removes nodes and all that they hold. */
export function removeNodes(account: Account, removed: Iterable<FileNode>): void {
  const gone = new Set<string>();
  for (const node of removed) gone.add(node.id);
  for (let before = -1; before !== gone.size;) {
    before = gone.size;
    for (const node of account.nodes.values()) {
      if (node.parentId !== null && gone.has(node.parentId)) gone.add(node.id);
    }
  }
  for (const id of gone) account.nodes.delete(id);
}
