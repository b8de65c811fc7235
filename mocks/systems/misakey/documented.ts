import type { Behaviour } from './behaviour.js';
import { accessRules } from './documented-access.js';
import { boxRules } from './documented-boxes.js';
import { contactRules } from './documented-contact.js';
import { socketRules } from './documented-socket.js';

/** The default dialect: "Box Realtime" to the letter, the rest as observed. */
export const documented: Behaviour = {
  ...accessRules,
  ...socketRules,
  ...contactRules,
  ...boxRules,
};
