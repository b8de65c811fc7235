import type { WorldServices } from '../../engine/system.js';
import { createQueue } from './queue.js';
import type { Account, FileNode, State, User } from './state.js';

/** The users that a fresh mock knows, by the host of their account. */
const people = {
  'example.quatrix.test': [
    { login: 'user@example.com', password: 'password', realname: 'Ursula Example' },
    {
      login: 'second@example.com',
      password: 'correct horse battery staple',
      realname: 'Sekou Example',
    },
    { login: 'umlaut@example.com', password: 'pässwörd', realname: 'Jörg Example' },
    { login: 'empty@example.com', password: '', realname: 'Emma Example' },
  ],
  'other.quatrix.test': [
    { login: 'user@example.com', password: 'another password', realname: 'Ulla Other' },
  ],
} as const;

/** How many users of the default account share a folder, the first ones. */
const sharing = 3;

/** The section of a target profile that fits this data. */
export const profile = {
  referer: 'https://example.quatrix.test/',
  users: people['example.quatrix.test']
    .slice(0, sharing)
    .map(({ login, password }) => ({ login, password })),
  secondAccount: {
    referer: 'https://other.quatrix.test/',
    login: people['other.quatrix.test'][0].login,
    password: people['other.quatrix.test'][0].password,
  },
};

export function createState(world: WorldServices): State {
  const created = Math.floor(world.clock.now() / 1000);
  const defaultAccount = createAccount(world, 'example.quatrix.test', 'Example', created);
  const other = createAccount(world, 'other.quatrix.test', 'Other', created);
  shareFolder(world, defaultAccount, created);
  const users = [defaultAccount, other].flatMap((account) => [...account.users.values()]);
  return {
    accounts: [defaultAccount, other],
    defaultAccount,
    sessions: new Map(),
    usersByChannel: new Map(users.map((user) => [user.channel, user])),
    jobs: new Map(),
    failedLogins: new Map(),
  };
}

function createAccount(
  world: WorldServices,
  host: keyof typeof people,
  name: string,
  created: number,
): Account {
  const { random } = world;
  const account: Account = {
    id: random.uuid(),
    hosts: [host],
    name,
    users: new Map(),
    nodes: new Map(),
  };
  for (const person of people[host]) {
    const user: User = {
      ...person,
      account,
      id: random.uuid(),
      rootId: random.uuid(),
      channel: random.uuid(),
      enabled: true,
      queue: createQueue(),
    };
    account.users.set(user.login, user);
    addNode(account, {
      id: user.rootId,
      parentId: null,
      name: 'Home',
      type: 'D',
      size: 0,
      created,
      modified: created,
      viewers: new Set([user]),
    });
  }
  return account;
}

function shareFolder(world: WorldServices, account: Account, created: number): void {
  const viewers = new Set([...account.users.values()].slice(0, sharing));
  const id = world.random.uuid();
  const common = { created, modified: created, viewers };
  addNode(account, { ...common, id, parentId: null, name: 'Shared', type: 'D', size: 0 });
  for (const [name, size] of [
    ['notes.txt', 12],
    ['plan.txt', 26],
  ] as const) {
    addNode(account, { ...common, id: world.random.uuid(), parentId: id, name, type: 'F', size });
  }
}

function addNode(account: Account, node: FileNode): void {
  account.nodes.set(node.id, node);
}
