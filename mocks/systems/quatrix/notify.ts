import type { RequestContext } from '../../engine/context.js';
import type { SystemContext } from '../../engine/system.js';
import type { Behaviour } from './behaviour.js';
import { publish } from './queue.js';
import { numberSetting } from './settings.js';
import { remember, type Job, type JobStatus, type State, type User } from './state.js';

/** Where a change happens: in a request, or by a trigger from outside. */
export type Scene = RequestContext<State, Behaviour> | SystemContext<State, Behaviour>;

/** What a notification tells. */
export interface Change {
  /** Null for a change that needed no job. */
  readonly jobId: string | null;
  readonly status: JobStatus;
  readonly data: readonly unknown[];
}

export const success: JobStatus = { errcode: 0, errmsg: '' };

/** Makes a job that is done at once. */
export function createJob(scene: Scene, status: JobStatus): Job {
  const job: Job = { id: scene.world.random.uuid(), status };
  remember(scene.state.jobs, job.id, job);
  return job;
}

/** Publishes a change to each user whom it affects, and to nobody else (document, line 116). */
export function notify(scene: Scene, affected: readonly User[], change: Change): void {
  const { behaviour, world } = scene;
  const body = JSON.stringify(behaviour.notificationOf(change));
  const keeping = {
    lifeSeconds: numberSetting(world, 'messageLifeSeconds'),
    length: numberSetting(world, 'queueLength'),
  };
  for (const user of behaviour.usersToNotify(affected, scene.state)) {
    publish(user.queue, body, keeping, world.clock, behaviour);
  }
}
