/** What a page does to have the mock inside it; bundled and served by msw.spec.ts. */
import { setupWorker } from 'msw/browser';
import { countersign, type CountersignOptions, type MswMock } from '../../mocks/msw.js';

declare global {
  interface Window {
    mock: MswMock;
    start(options: CountersignOptions): Promise<number>;
  }
}

window.start = async (options) => {
  window.mock = await countersign(options);
  const worker = setupWorker(...window.mock.handlers);
  await worker.start({ quiet: true, onUnhandledRequest: 'bypass' });
  return window.mock.handlers.length;
};
