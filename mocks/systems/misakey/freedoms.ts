import { defineFreedoms, type Freedom } from '../../engine/freedoms.js';
import type { Behaviour } from './behaviour.js';
import type { MisakeyState } from './state.js';

/** Times in another spelling of the same instant, on the socket and in answers. */
function timesAs(
  name: string,
  difference: string,
  spell: (text: string) => string,
): Freedom<MisakeyState, Behaviour> {
  return {
    name,
    difference,
    behaviour: (base) => ({ encodeMessage: (message) => spell(base.encodeMessage(message)) }),
    respond: (response) =>
      typeof response.body === 'string' ? { ...response, body: spell(response.body) } : response,
  };
}

/** What the documents leave to a server; see `Freedom`. */
export const freedoms = defineFreedoms<MisakeyState, Behaviour>([
  timesAs('times-with-offset', 'Times have a numeric offset in place of Z.', (text) =>
    text.replaceAll(/("\d{4}-\d\d-\d\dT[\d:.]+)Z"/g, '$1+00:00"'),
  ),
  timesAs(
    'times-of-nine-digits',
    'The fractions of times are written out to nine digits.',
    (text) =>
      text.replaceAll(
        /("\d{4}-\d\d-\d\dT[\d:]{8})(?:\.(\d+))?(Z|\+00:00)"/g,
        (_, time: string, fraction: string | undefined, zone: string) =>
          `${time}.${(fraction ?? '').padEnd(9, '0')}${zone}"`,
      ),
  ),
  {
    name: 'pushes-after-the-answer',
    difference: 'Messages come some time after the answer to the request that caused them.',
    // All of them or none, so that they keep their order.
    once: true,
    behaviour: (base) => ({
      publish(state, behaviour, identityId, message, world) {
        world.clock.after(25, () => {
          base.publish(state, behaviour, identityId, message, world);
        });
      },
    }),
  },
  {
    name: 'unknown-messages-between',
    difference: 'Messages of a type that no document has come in between; clients skip them.',
    behaviour: (base) => ({
      publish(state, behaviour, identityId, message, world) {
        const unknown = { type: 'user.typing', object: { at: 1 } };
        base.publish(state, behaviour, identityId, unknown, world);
        base.publish(state, behaviour, identityId, message, world);
      },
    }),
  },
  {
    name: 'lists-in-another-order',
    difference: 'Boxes and members, whose order nothing promises, come in reverse.',
    respond(response, context) {
      const id = context.operation?.id;
      if (id !== 'listJoinedBoxes' && id !== 'listBoxMembers') return response;
      if (response.status !== 200) return response;
      const list = JSON.parse(String(response.body)) as unknown[];
      return { ...response, body: JSON.stringify(list.reverse()) };
    },
  },
]);
