import { defineArea } from '../engine/check.js';
import type { Driver } from './driver.js';
import { expectMessage } from './judging.js';

/** Saved files (a document on realtime messages, and the server of March 2021). */
export const fileChecks = defineArea<Driver>(import.meta.url, [
  {
    requirement: 'misakey.files.saved-announced',
    title: 'saving and unsaving a file is announced to its owner',
    async run(t, driver) {
      const feed = await driver.open(driver.me);
      const id = t.random.uuid();
      for (const saved of [true, false]) {
        const data = [{ id, is_saved: saved }];
        await t.trigger({ event: 'file.saved', affects: [driver.me.id], data });
        const message = await feed.waitFor(
          `file.saved with is_saved ${String(saved)}`,
          id,
          ({ type, object }) => type === 'file.saved' && object.is_saved === saved,
        );
        expectMessage(t, 'fileSaved', message);
        t.expect.equal(message.object.encrypted_file_id, id, 'encrypted_file_id');
      }
    },
  },
]);
