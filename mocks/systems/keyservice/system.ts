import { asyncapi, openapi } from '../../../specs/keyservice/documents.gen.js';
import { text, withHeaders, type PlainResponse } from '../../engine/http.js';
import type { Problem } from '../../engine/problem.js';
import { defineSystem } from '../../engine/system.js';
import type { Behaviour, Context } from './behaviour.js';
import { documented } from './documented.js';
import { freedoms } from './freedoms.js';
import { createKey } from './handlers/create-key.js';
import { deleteKey } from './handlers/delete-key.js';
import { downloadFile } from './handlers/download-file.js';
import { getMessages } from './handlers/get-messages.js';
import { preflightService } from './handlers/preflight.js';
import { sendMessage } from './handlers/send-message.js';
import { observed } from './observed.js';
import { refusal } from './refusals.js';
import { scenarios } from './scenarios.js';
import { createState, restoreState, saveState, type State } from './state.js';
import { meetFault, plantFault } from './trigger.js';

/** Key Service (CryptAByte): a mailbox with public-key encryption on one resource. */
export const keyservice = defineSystem<State, Behaviour>({
  slug: 'keyservice',
  title: 'Key Service (CryptAByte)',
  openapi,
  asyncapi,
  roots: ['service', 'home'],
  behaviours: { documented, observed },
  settings: {},
  profile: {},
  createState,
  saveState,
  restoreState: (saved, world) => restoreState(saved as ReturnType<typeof saveState>, world),
  handlers: {
    createKey,
    sendMessage,
    getMessages,
    deleteKey,
    preflightService,
    downloadFile,
  },
  scenarios,
  freedoms,
  rewritePath: (path, behaviour) => behaviour.canonicalPath(path),
  before: meetFault,
  refuse: refuseProblem,
  after(context, response) {
    const origin = context.behaviour.allowedOrigin(context, response.status);
    return origin === null
      ? response
      : withHeaders(response, { 'Access-Control-Allow-Origin': origin });
  },
  ownCors: true,
  trigger: (event, { state }) => plantFault(event, state),
  insight: async () => (await import('./insight.js')).insight,
});

function refuseProblem(problem: Problem, context: Context): PlainResponse {
  switch (problem.kind) {
    case 'not-found':
      return text(404, 'The service is at /Service.');
    case 'method-not-allowed':
      return context.behaviour.otherVerb(context);
    case 'body-too-large':
      return refusal(context, 'body-too-large');
    case 'internal':
      return refusal(context, 'failure');
    case 'parameter':
    case 'body-syntax':
    case 'content-type':
    case 'body-schema':
      return refusal(context, 'malformed-body', problem.message);
  }
}
