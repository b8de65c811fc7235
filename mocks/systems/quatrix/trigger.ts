import type { SystemContext, TriggerEvent } from '../../engine/system.js';
import { accountAt } from './accounts.js';
import type { Behaviour } from './behaviour.js';
import { createJob, notify, success } from './notify.js';
import type { JobStatus, State, User } from './state.js';

/**
 * A change from outside that affects the users named. Any text is an event: it does not appear in
 * the notification. Logins that are unknown, and accounts, are ignored.
 * @returns the id of the job, which is `job_id` of the notification
 */
export function trigger(event: TriggerEvent, scene: SystemContext<State, Behaviour>): string {
  const { state } = scene;
  const status = statusOf(event.status);
  const job = createJob(scene, status);
  const account =
    event.account === undefined
      ? state.defaultAccount
      : accountAt(state, event.account.toLowerCase());
  const affected = [...new Set(event.affects)]
    .map((login) => account?.users.get(login))
    .filter((user): user is User => user !== undefined);
  notify(scene, affected, { jobId: job.id, status, data: event.data });
  return job.id;
}

/** The status of a failed job; anything that does not look like one means success. */
function statusOf(value: unknown): JobStatus {
  if (typeof value !== 'object' || value === null) return success;
  const { errcode, errmsg } = value as Record<string, unknown>;
  return {
    errcode: Number.isInteger(errcode) ? Number(errcode) : success.errcode,
    errmsg: typeof errmsg === 'string' ? errmsg : success.errmsg,
  };
}
