import { defineSuite } from '../../../../suites/engine/check.js';
import { openapi } from '../../specs/openapi.js';
import { greetingChecks } from './checks.js';
import { createDriver, type GreeterDriver } from './driver.js';

export const greeterSuite = defineSuite<GreeterDriver>({
  slug: 'greeter',
  openapi,
  asyncapi: null,
  profileSchema: { type: 'object', properties: { token: { type: 'string' } } },
  areas: [greetingChecks],
  samples: {
    greet: (_t, driver) => Promise.resolve(driver.greeting('Sam')),
    readGreeting: async (_t, driver) => {
      const { id } = await driver.greet('Tom');
      return driver.reading(id);
    },
    awaitGreeting: async (_t, driver) => {
      await driver.greet('Una');
      return { method: 'GET', path: '/greeter/next?after=0', headers: driver.headers };
    },
  },
  createDriver,
  positiveControl: async (_t, driver) => {
    await driver.greet('Vic');
  },
});
