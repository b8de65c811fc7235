import { answerValue } from '../../../mocks/systems/keyservice/answers.js';
import type { TokenUse } from '../../../mocks/systems/keyservice/behaviour.js';
import { removeKey } from '../../../mocks/systems/keyservice/state.js';
import { defineMutants } from '../../model.js';
import {
  around,
  keyOf,
  pretend,
  statusWhere,
  type Behaviour,
  type KeyRecord,
  type State,
} from './tools.js';

/** Deleted keys that can still be used for one thing. */
function stillUsable(use: TokenUse): (base: Behaviour) => Partial<Behaviour> {
  return (base) => {
    const deleted = new Map<string, KeyRecord>();
    return {
      erase: (state, key) => {
        deleted.set(key.token, key);
        base.erase(state, key);
      },
      findKey: (state, token, wanted) =>
        base.findKey(state, token, wanted) ?? (wanted === use ? deleted.get(token) : undefined),
    };
  };
}

/** Bugs in deleting. */
export const deleteMutants = defineMutants<State, Behaviour>('keyservice', import.meta.url, [
  {
    name: 'unread-not-deleted',
    bug: 'A key with unread messages is not deleted.',
    breaks: ['keyservice.delete.answers-200'],
    alsoBreaks: {
      'keyservice.transport.delete-body': 'its key holds a message',
      'keyservice.transport.delete-query': 'its key holds a message',
      'keyservice.cors.post-put-delete': 'its key holds a message',
      'keyservice.format.xml-every-operation': 'its key holds a message',
    },
    handlers: around('deleteKey', (context, values, run) =>
      values.has('passphrase') && (keyOf(context)?.messages.length ?? 0) > 0
        ? answerValue(context, 400, 'There are messages.')
        : run(),
    ),
  },
  {
    name: 'deleted-204',
    bug: 'A delete with the passphrase is answered 204.',
    breaks: ['keyservice.delete.answers-200', 'keyservice.status.documented-codes'],
    alsoBreaks: {
      'keyservice.generated.delete-key-answers-as-described': '204 is not described',
      'keyservice.transport.delete-body': 'it deletes by itself',
      'keyservice.transport.delete-query': 'it deletes by itself',
      'keyservice.cors.post-put-delete': 'it deletes by itself',
      'keyservice.format.xml-every-operation': 'it deletes by itself',
    },
    handlers: statusWhere('deleteKey', 204, (values) => values.has('passphrase')),
  },
  {
    name: 'deleted-without-quotes',
    bug: 'A delete answers its sentence without quotation marks, which is no JSON.',
    breaks: ['keyservice.delete.body-text'],
    alsoBreaks: {
      'keyservice.generated.delete-key-answers-as-described': 'the body is not JSON',
    },
    respond: (response) =>
      response.body === '"Deleted."' ? { ...response, body: 'Deleted.' } : response,
  },
  {
    name: 'deleted-still-read',
    bug: 'A deleted key is still read with its passphrase.',
    breaks: ['keyservice.delete.key-gone-get'],
    alsoBreaks: {
      'keyservice.transport.delete-body': 'it reads the deleted key',
      'keyservice.transport.delete-query': 'it reads the deleted key',
    },
    behaviour: stillUsable('read'),
  },
  {
    name: 'deleted-still-read-by-hash',
    bug: 'A deleted key is still read with its hash.',
    breaks: ['keyservice.delete.key-gone-getenc'],
    alsoBreaks: { 'keyservice.deletehash.deletes': 'it reads the deleted key' },
    behaviour: stillUsable('read-encrypted'),
  },
  {
    name: 'deleted-still-takes-messages',
    bug: 'A deleted key still takes messages.',
    breaks: ['keyservice.delete.key-gone-send'],
    behaviour: stillUsable('send'),
  },
  {
    name: 'deleted-twice',
    bug: 'A deleted key can be deleted again.',
    breaks: ['keyservice.delete.key-gone-delete'],
    behaviour: stillUsable('delete'),
  },
  {
    name: 'unknown-token-deleted',
    bug: 'Deleting a token that no key has is answered as done.',
    breaks: ['keyservice.delete.key-gone-delete'],
    handlers: pretend(
      'deleteKey',
      'Deleted.',
      (values, context) => values.has('token') && keyOf(context) === undefined,
    ),
  },
  {
    name: 'emptied-not-deleted',
    bug: 'A delete empties the mailbox and leaves the key.',
    breaks: [
      'keyservice.delete.key-gone-get',
      'keyservice.delete.key-gone-getenc',
      'keyservice.delete.key-gone-send',
      'keyservice.delete.key-gone-delete',
      'keyservice.deletehash.deletes',
    ],
    alsoBreaks: {
      'keyservice.transport.delete-body': 'it reads the deleted key',
      'keyservice.transport.delete-query': 'it reads the deleted key',
    },
    behaviour: () => ({
      erase: (_, key) => {
        key.messages.length = 0;
      },
    }),
  },
  {
    name: 'tokenless-delete-accepted',
    bug: 'A delete without a token is answered as done.',
    breaks: ['keyservice.delete.missing-token-refused'],
    handlers: pretend('deleteKey', 'Deleted.', (values) => !values.has('token')),
  },
  {
    name: 'tokenless-delete-404',
    bug: 'A delete without a token is answered 404.',
    breaks: ['keyservice.delete.missing-token-refused'],
    behaviour: (base) => ({
      refusal: (kind, operation) =>
        kind === 'no-token' && operation === 'deleteKey'
          ? { status: 404, form: 'sentence' }
          : base.refusal(kind, operation),
    }),
  },
  {
    name: 'token-alone-deletes',
    bug: 'The token alone deletes a key.',
    breaks: ['keyservice.delete.missing-secret-refused'],
    alsoBreaks: {
      'keyservice.status.documented-codes': 'its delete without a secret removes its key',
    },
    handlers: around('deleteKey', (context, values, run) => {
      const key = keyOf(context);
      if (key === undefined || values.has('passphrase') || values.has('privatekeyhash'))
        return run();
      removeKey(context.state, key);
      return answerValue(context, 200, 'Deleted.');
    }),
  },
  {
    name: 'token-alone-empties',
    bug: 'A delete without a secret is refused after the mailbox was emptied.',
    breaks: ['keyservice.delete.missing-secret-refused'],
    handlers: around('deleteKey', (context, values, run) => {
      const bare = !values.has('passphrase') && !values.has('privatekeyhash');
      const key = keyOf(context);
      if (bare && key !== undefined) key.messages.length = 0;
      return run();
    }),
  },
  {
    name: 'wrong-passphrase-deletes',
    bug: 'A delete with a wrong passphrase is refused after the key was removed.',
    breaks: ['keyservice.delete.wrong-passphrase-refused'],
    handlers: around('deleteKey', (context, values, run) => {
      const key = keyOf(context);
      const answer = run();
      if (key !== undefined && key.privateKey !== null && values.has('passphrase')) {
        if (answer.status === 400) removeKey(context.state, key);
      }
      return answer;
    }),
    alsoBreaks: {
      'keyservice.status.documented-codes': 'its wrong passphrase removes its key',
    },
  },
  {
    name: 'wrong-passphrase-deleted-said',
    bug: 'A delete with a wrong passphrase is answered as done, though nothing is removed.',
    breaks: ['keyservice.delete.wrong-passphrase-refused'],
    handlers: pretend(
      'deleteKey',
      'Deleted.',
      (values, context) => Boolean(keyOf(context)?.privateKey) && values.has('passphrase'),
    ),
  },
  {
    name: 'no-private-key-deletes',
    bug: 'A key without a private key is deleted for any passphrase.',
    breaks: ['keyservice.delete.no-private-key-refused'],
    handlers: around('deleteKey', (context, values, run) => {
      const key = keyOf(context);
      if (key?.privateKey !== null || !values.has('passphrase')) return run();
      removeKey(context.state, key);
      return answerValue(context, 200, 'Deleted.');
    }),
  },
  {
    name: 'deleted-by-hash-said',
    bug: 'A delete by hash is answered as done, and the key stays.',
    breaks: ['keyservice.deletehash.deletes'],
    handlers: around('deleteKey', (context, values, run) => {
      const key = keyOf(context);
      const answer = run();
      if (key !== undefined && values.has('privatekeyhash') && !values.has('passphrase')) {
        if (answer.status === 200) context.state.keys.set(key.token, key);
      }
      return answer;
    }),
  },
  {
    name: 'delete-by-hash-refused-too-late',
    bug: 'A delete by hash is answered 400, and the key is removed.',
    breaks: ['keyservice.deletehash.deletes'],
    handlers: around('deleteKey', (context, values, run) => {
      const answer = run();
      return answer.status === 200 && !values.has('passphrase')
        ? answerValue(context, 400, 'Not supported.')
        : answer;
    }),
  },
  {
    name: 'any-hash-deletes',
    bug: 'A delete by hash does not look at the hash.',
    breaks: ['keyservice.deletehash.wrong-hash-refused'],
    handlers: around('deleteKey', (context, values, run) => {
      const key = keyOf(context);
      if (key === undefined || values.has('passphrase') || !values.has('privatekeyhash'))
        return run();
      removeKey(context.state, key);
      return answerValue(context, 200, 'Deleted.');
    }),
  },
  {
    name: 'wrong-hash-deletes',
    bug: 'A delete with a wrong hash is refused after the key was removed.',
    breaks: ['keyservice.deletehash.wrong-hash-refused'],
    handlers: around('deleteKey', (context, values, run) => {
      const key = keyOf(context);
      const answer = run();
      if (key !== undefined && answer.status === 400 && values.has('privatekeyhash')) {
        if (!values.has('passphrase')) removeKey(context.state, key);
      }
      return answer;
    }),
  },
]);
