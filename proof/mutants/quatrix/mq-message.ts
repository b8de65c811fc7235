import type { Behaviour } from '../../../mocks/systems/quatrix/behaviour.js';
import type { Change } from '../../../mocks/systems/quatrix/notify.js';
import type { State } from '../../../mocks/systems/quatrix/state.js';
import { defineMutants, type Mutant } from '../../model.js';
import type { BehaviourChange } from './tools.js';

const described = 'quatrix.generated.poll-notifications-answers-as-described';

/** Changes the notification of a change. */
function told(
  change: (notification: Record<string, unknown>, of: Change) => Record<string, unknown>,
): BehaviourChange {
  return (base) => ({
    notificationOf: (of) => change(base.notificationOf(of) as Record<string, unknown>, of),
  });
}

/** Changes every value of a JSON value, from the leaves up. */
function deep(value: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => deep(entry, change));
  if (typeof value !== 'object' || value === null) return change(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, deep(inner, change)]),
  );
}

/** The form of a notification. */
export const mqMessageMutants: readonly Mutant[] = defineMutants<State, Behaviour>(
  'quatrix',
  import.meta.url,
  [
    {
      name: 'notification-in-array',
      bug: 'Each answer is an array of one notification.',
      breaks: ['quatrix.mq.json-object', 'quatrix.mq.one-object-per-answer'],
      alsoBreaks: { [described]: 'it is no object' },
      behaviour: (base) => ({
        deliveryOf(message, queue) {
          const response = base.deliveryOf(message, queue);
          return { ...response, body: `[${message.body}]` };
        },
      }),
    },
    {
      name: 'notification-in-callback',
      bug: 'A notification is wrapped in a call of JavaScript.',
      breaks: ['quatrix.mq.json-object', 'quatrix.mq.one-object-per-answer'],
      alsoBreaks: {
        [described]: 'it is no JSON',
      },
      behaviour: (base) => ({
        deliveryOf: (message, queue) => ({
          ...base.deliveryOf(message, queue),
          body: `callback(${message.body});`,
        }),
      }),
    },
    {
      name: 'notifications-joined',
      bug: 'All that waits comes in one answer, one object behind the other.',
      breaks: ['quatrix.mq.one-object-per-answer'],
      alsoBreaks: {
        [described]: 'where several wait',
        'quatrix.mq.json-object': 'where several wait',
        'quatrix.mq.two-changes-between-polls': 'the answer cannot be read',
        'quatrix.mq.delivered-once': 'what was joined comes again',
        'quatrix.mq.both-pollers-released': 'what was joined comes again',
      },
      behaviour: (base) => ({
        deliveryOf(message, queue) {
          const from = queue.messages.indexOf(message);
          const waiting = queue.messages.slice(from).map(({ body }) => body);
          return { ...base.deliveryOf(message, queue), body: waiting.join('\n') };
        },
      }),
    },
    {
      name: 'notification-without-status',
      bug: 'Successful changes carry no status.',
      breaks: ['quatrix.mq.status-object'],
      alsoBreaks: { 'quatrix.mq.status-types': 'there is none', [described]: 'it is required' },
      behaviour: told(({ job_id, data }) => ({ job_id, data })),
    },
    {
      name: 'notification-without-errmsg',
      bug: 'errmsg is left out where there is no error.',
      breaks: ['quatrix.mq.status-object'],
      alsoBreaks: { 'quatrix.mq.status-types': 'it is missing', [described]: 'it is required' },
      behaviour: told((all) => ({ ...all, status: { errcode: 0 } })),
    },
    {
      name: 'notification-status-text',
      bug: 'The status is the text ok.',
      breaks: ['quatrix.mq.status-object'],
      alsoBreaks: { 'quatrix.mq.status-types': 'it is a text', [described]: 'it is a text' },
      behaviour: told((all) => ({ ...all, status: 'ok' })),
    },
    {
      name: 'notification-errcode-text',
      bug: 'errcode is written as text.',
      breaks: ['quatrix.mq.status-types'],
      alsoBreaks: { [described]: 'the type is wrong' },
      behaviour: told((all) => ({ ...all, status: { errmsg: '', errcode: '0' } })),
    },
    {
      name: 'notification-errcode-200',
      bug: 'errcode of a success is 200.',
      breaks: ['quatrix.mq.status-types'],
      behaviour: told((all) => ({ ...all, status: { errmsg: '', errcode: 200 } })),
    },
    {
      name: 'notification-without-job',
      bug: 'job_id is left out.',
      breaks: ['quatrix.mq.job-id-present'],
      alsoBreaks: {
        'quatrix.mq.job-id-of-the-change': 'there is none',
        [described]: 'it is required',
      },
      behaviour: told(({ status, data }) => ({ status, data })),
    },
    {
      name: 'notification-job-in-status',
      bug: 'job_id stands inside the status.',
      breaks: ['quatrix.mq.job-id-present'],
      alsoBreaks: {
        'quatrix.mq.job-id-of-the-change': 'it is in another place',
        [described]: 'it is required at the top',
      },
      behaviour: told(({ status, data, job_id }) => ({
        status: { ...(status as object), job_id },
        data,
      })),
    },
    {
      name: 'notification-job-of-its-own',
      bug: 'job_id is the number of the notification.',
      breaks: ['quatrix.mq.job-id-of-the-change'],
      behaviour: told((all) => ({ ...all, job_id: '00000000-0000-4000-8000-000000000000' })),
    },
    {
      name: 'notification-single-object',
      bug: 'One modified object comes without its array.',
      breaks: ['quatrix.mq.data-array'],
      alsoBreaks: { [described]: 'data is an array' },
      behaviour: told((all, { data }) => ({ ...all, data: data.length === 1 ? data[0] : data })),
    },
    {
      name: 'notification-data-by-id',
      bug: 'data is an object with a member per modified object when there are several.',
      breaks: ['quatrix.mq.data-array'],
      alsoBreaks: { 'quatrix.mq.data-complete': 'five objects are several' },
      behaviour: told((all, { data }) => ({
        ...all,
        data: data.length > 1 ? Object.assign({}, data[0], { 1: data[1] }) : data,
      })),
    },
    {
      name: 'notification-data-cut',
      bug: 'At most four objects are told of.',
      breaks: ['quatrix.mq.data-complete'],
      behaviour: told((all, { data }) => ({ ...all, data: data.slice(0, 4) })),
    },
    {
      name: 'notification-data-first',
      bug: 'Only the first modified object is told of.',
      breaks: ['quatrix.mq.data-complete'],
      behaviour: told((all, { data }) => ({ ...all, data: data.slice(0, 1) })),
    },
    {
      name: 'notification-latin1',
      bug: 'Text beyond Latin-1 becomes question marks.',
      breaks: ['quatrix.mq.data-intact'],
      behaviour: told((all, { data }) => ({
        ...all,
        data: deep(data, (value) =>
          typeof value === 'string' ? value.replaceAll(/[^\0-\xff]/g, '?') : value,
        ),
      })),
    },
    {
      name: 'notification-emoji-lost',
      bug: 'Characters beyond the basic plane are dropped by the database.',
      breaks: ['quatrix.mq.data-intact'],
      behaviour: told((all, { data }) => ({
        ...all,
        data: deep(data, (value) =>
          typeof value === 'string' ? value.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '') : value,
        ),
      })),
    },
    {
      name: 'notification-numbers-as-text',
      bug: 'Numbers are written as text.',
      breaks: ['quatrix.mq.data-intact'],
      behaviour: told((all, { data }) => ({
        ...all,
        data: deep(data, (value) => (typeof value === 'number' ? String(value) : value)),
      })),
    },
    {
      name: 'notification-nested-dropped',
      bug: 'Objects inside the objects of data are left out.',
      breaks: ['quatrix.mq.data-intact'],
      behaviour: told((all, { data }) => ({
        ...all,
        data: data.map((entry) =>
          Object.fromEntries(
            Object.entries(entry as object).filter(
              ([, value]) => typeof value !== 'object' || value === null,
            ),
          ),
        ),
      })),
    },
    {
      name: 'notification-nulls-dropped',
      bug: 'Members that are null are left out.',
      breaks: ['quatrix.mq.data-intact'],
      behaviour: told((all, { data }) => ({
        ...all,
        data: data.map((entry) =>
          Object.fromEntries(Object.entries(entry as object).filter(([, value]) => value !== null)),
        ),
      })),
    },
    {
      name: 'notification-latin1-bytes',
      bug: 'The body is sent as Latin-1 under the name of JSON.',
      breaks: ['quatrix.mq.data-intact'],
      behaviour: (base) => ({
        deliveryOf(message, queue) {
          const response = base.deliveryOf(message, queue);
          return { ...response, body: Buffer.from(message.body, 'latin1') };
        },
      }),
    },
    {
      name: 'notification-as-error',
      bug: 'A successful change is told with the code -1.',
      breaks: ['quatrix.mq.status-types'],
      behaviour: told((all) => ({ ...all, status: { errmsg: 'ok', errcode: -1 } })),
    },
  ],
);
