import { asyncapi, openapi } from '../../../specs/quatrix/documents.gen.js';
import { defineSystem } from '../../engine/system.js';
import type { Behaviour } from './behaviour.js';
import { openToAnyOrigin, optionsAnswer } from './cors.js';
import { documented } from './documented.js';
import { freedoms } from './freedoms.js';
import { getAccountInfo, getDefaultLanguage } from './handlers/account.js';
import { deleteFiles, getFileMetadata, makeDirectory } from './handlers/files.js';
import { login } from './handlers/login.js';
import { pollNotifications } from './handlers/notifications.js';
import { notificationsInTurn } from './handlers/turns.js';
import { getProfile } from './handlers/profile.js';
import { keepAlive, logout } from './handlers/session.js';
import { scenarios } from './scenarios.js';
import { createState, profile } from './initial.js';
import { observed } from './observed.js';
import { wordProblem } from './refusals.js';
import { settings } from './settings.js';
import type { State } from './state.js';
import { trigger } from './trigger.js';

/** Maytech Quatrix, API 0.1. */
export const quatrix = defineSystem<State, Behaviour>({
  slug: 'quatrix',
  title: 'Maytech Quatrix, API 0.1',
  openapi,
  asyncapi,
  roots: ['session', 'profile', 'mq', 'account', 'languages', 'file', 'api'],
  behaviours: { documented, observed },
  settings,
  suiteSettings: { loginLimit: 'unknown', holdSeconds: 6 },
  profile,
  createState,
  handlers: {
    login,
    getProfile,
    pollNotifications,
    logout,
    keepAlive,
    getAccountInfo,
    getDefaultLanguage,
    getFileMetadata,
    makeDirectory,
    deleteFiles,
  },
  longPolls: { pollNotifications: notificationsInTurn },
  scenarios,
  freedoms,
  rewritePath: (path, behaviour) => behaviour.routeOf(path),
  before(context) {
    // HEAD is another method like any other here, not a GET without body.
    if (context.request.method !== 'HEAD' || context.operation === undefined) return undefined;
    return wordProblem({ kind: 'method-not-allowed', allow: [context.operation.method] });
  },
  refuse(problem, context) {
    const isOptions = context.request.method === 'OPTIONS';
    return problem.kind === 'method-not-allowed' && isOptions
      ? optionsAnswer
      : wordProblem(problem);
  },
  ownCors: true,
  after: (_context, response) => openToAnyOrigin(response),
  trigger,
  insight: async () => (await import('./insight.js')).insight,
});
