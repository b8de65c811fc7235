import { text } from '../../../mocks/engine/http.js';
import type { Behaviour } from '../../../mocks/systems/textsecure/behaviour.js';
import { refuseWith } from '../../../mocks/systems/textsecure/refusals.js';
import type { State } from '../../../mocks/systems/textsecure/state.js';
import { defineMutants } from '../../model.js';
import { answers, around, jsonAnswer, status } from './seams.js';

const id = (name: string): string => `textsecure.attachments.${name}`;
const located = 'textsecure.generated.get-attachment-location-answers-as-described';

/** Whose attachment an id is; filled by the mutant that needs it. */
function ownersOnly() {
  const owners = new Map<string, string>();
  let caller = '';
  return (base: Behaviour): Partial<Behaviour> => ({
    authenticate(context) {
      const account = base.authenticate(context);
      caller = account.number;
      return account;
    },
    newAttachmentId(random) {
      const fresh = base.newAttachmentId(random);
      owners.set(fresh, caller);
      return fresh;
    },
    readAttachmentId(asked) {
      const known = base.readAttachmentId(asked);
      return known !== null && owners.get(known) === caller ? known : null;
    },
  });
}

export const attachmentMutants = defineMutants<State, Behaviour>('textsecure', import.meta.url, [
  {
    name: 'location-relative',
    bug: 'The location of an allocation is relative.',
    breaks: [id('allocation-members')],
    ...jsonAnswer(['allocateAttachment'], (value) => ({
      ...value,
      location: String(value.location).replace(/^https?:\/\/[^/]+/, ''),
    })),
  },
  {
    name: 'allocation-without-id',
    bug: 'An allocation gives no id.',
    breaks: [id('allocation-members'), id('id-fits-64-bits')],
    ...jsonAnswer(['allocateAttachment'], ({ location }) => ({ location })),
  },
  {
    name: 'allocation-201',
    bug: 'An allocation answers 201.',
    breaks: [id('allocation-members')],
    alsoBreaks: { 'textsecure.ratelimit.allocation-413': 'wants 200 or 413' },
    ...status(['allocateAttachment'], 200, 201),
  },
  {
    name: 'id-of-65-bits',
    bug: 'Ids have 65 bits.',
    breaks: [id('id-fits-64-bits')],
    behaviour: (base) => ({
      newAttachmentId: (random) => String(2n ** 64n + BigInt(base.newAttachmentId(random))),
      readAttachmentId: (asked) => (/^[0-9]+$/.test(asked) ? asked : null),
    }),
  },
  {
    name: 'id-hexadecimal',
    bug: 'Ids are hexadecimal.',
    breaks: [id('id-fits-64-bits')],
    behaviour: (base) => ({
      newAttachmentId: (random) => `f${BigInt(base.newAttachmentId(random)).toString(16)}`,
      readAttachmentId: (asked) => asked,
    }),
  },
  {
    name: 'id-for-each-account',
    bug: 'An account gets the same id until it has uploaded.',
    breaks: [id('ids-unique')],
    behaviour: (base) => {
      const ids = new Map<string, string>();
      let caller = '';
      return {
        authenticate(context) {
          const account = base.authenticate(context);
          caller = account.number;
          return account;
        },
        newAttachmentId(random) {
          const fresh = ids.get(caller) ?? base.newAttachmentId(random);
          ids.set(caller, fresh);
          return fresh;
        },
        storedBlob(blob) {
          ids.clear();
          return base.storedBlob(blob);
        },
      };
    },
  },
  {
    name: 'ids-count-for-each-account',
    bug: 'Ids are counted for each account from 1.',
    breaks: [id('ids-unique')],
    alsoBreaks: {
      [id('blob-returned-intact')]: 'meets the blob of another account',
      [id('recipient-can-download')]: 'meets the blob of another account',
    },
    behaviour: (base) => {
      const counts = new Map<string, number>();
      let caller = '';
      return {
        authenticate(context) {
          const account = base.authenticate(context);
          caller = account.number;
          return account;
        },
        newAttachmentId() {
          const count = (counts.get(caller) ?? 0) + 1;
          counts.set(caller, count);
          return String(count);
        },
      };
    },
  },
  {
    name: 'upload-needs-credentials',
    bug: 'An upload needs an Authorization header.',
    breaks: [id('upload-without-authorization')],
    ...around('uploadAttachment', (next, context) =>
      context.header('authorization') === undefined ? text(401, 'no') : next(context),
    ),
  },
  {
    name: 'blob-upload-202',
    bug: 'An upload answers 202.',
    breaks: [id('upload-without-authorization')],
    ...status(['uploadAttachment'], 200, 202),
  },
  {
    name: 'location-missing',
    bug: 'The location of an attachment is called url.',
    breaks: [id('location-returned')],
    alsoBreaks: {
      [id('recipient-can-download')]: 'asks for the location',
      [located]: 'wants the location',
    },
    ...jsonAnswer(['getAttachmentLocation'], ({ location }) => ({ url: location })),
  },
  {
    name: 'large-ids-unknown',
    bug: 'Ids beyond 2^53 are rounded, and nothing is found under them.',
    breaks: [id('blob-returned-intact'), id('recipient-can-download')],
    behaviour: (base) => ({
      readAttachmentId(asked) {
        const known = base.readAttachmentId(asked);
        return known === null ? null : String(BigInt(Number(known)));
      },
    }),
  },
  {
    name: 'location-needs-upload-by-caller',
    bug: 'The uploader cannot ask for the location of what it uploaded.',
    breaks: [id('location-returned')],
    alsoBreaks: {
      [located]: 'asks for its own attachment',
      'textsecure.ratelimit.location-413': 'asks for its own attachment',
    },
    behaviour: (base) => {
      const owners = new Map<string, string>();
      let caller = '';
      return {
        authenticate(context) {
          const account = base.authenticate(context);
          caller = account.number;
          return account;
        },
        newAttachmentId(random) {
          const fresh = base.newAttachmentId(random);
          owners.set(fresh, caller);
          return fresh;
        },
        readAttachmentId: (asked) =>
          owners.get(asked) === caller ? null : base.readAttachmentId(asked),
      };
    },
  },
  {
    name: 'blob-without-trailing-zeros',
    bug: 'Zero bytes at the end of a blob are dropped.',
    breaks: [id('blob-returned-intact')],
    behaviour: (base) => ({
      storedBlob(blob) {
        let end = blob.length;
        while (end > 0 && blob[end - 1] === 0) end -= 1;
        return base.storedBlob(blob.subarray(0, end));
      },
    }),
  },
  {
    name: 'blob-as-utf8',
    bug: 'A blob passes through UTF-8.',
    breaks: [id('blob-returned-intact'), id('recipient-can-download')],
    behaviour: () => ({
      storedBlob: (blob) => new TextEncoder().encode(new TextDecoder().decode(blob)),
    }),
  },
  {
    name: 'blob-of-64-kib',
    bug: 'A blob is cut at 64 KiB.',
    breaks: [id('blob-returned-intact')],
    behaviour: (base) => ({ storedBlob: (blob) => base.storedBlob(blob.subarray(0, 65_536)) }),
  },
  {
    name: 'one-blob-for-all',
    bug: 'Every download gives the blob that was uploaded first.',
    breaks: [id('blob-returned-intact'), id('recipient-can-download')],
    behaviour: (base) => {
      let first: Uint8Array | undefined;
      return { storedBlob: (blob) => (first ??= base.storedBlob(blob)) };
    },
  },
  {
    name: 'owners-only',
    bug: 'Only the uploader may ask for the location.',
    breaks: [id('recipient-can-download')],
    behaviour: (base) => ownersOnly()(base),
  },
  {
    name: 'download-206',
    bug: 'A download answers 206.',
    breaks: [id('blob-returned-intact'), id('recipient-can-download')],
    ...status(['downloadAttachment'], 200, 206),
  },
  {
    name: 'signature-not-checked',
    bug: 'The signature of a location is not looked at.',
    breaks: [id('altered-location-refused')],
    behaviour: () => ({ signatureMatches: () => true }),
  },
  {
    name: 'letters-in-ids-ignored',
    bug: 'Characters of an id that are no digits are ignored.',
    breaks: [id('malformed-id-404')],
    behaviour: (base) => ({
      readAttachmentId: (asked) => base.readAttachmentId(asked.replaceAll(/\D/g, '')),
    }),
  },
  {
    name: 'malformed-id-500',
    bug: 'An id with a letter ends in 500.',
    breaks: [id('malformed-id-404')],
    behaviour: (base) => ({
      readAttachmentId: (asked) =>
        /\D/.test(asked) ? refuseWith(text(500, 'crash')) : base.readAttachmentId(asked),
    }),
  },
  {
    name: 'location-empty',
    bug: 'The location of an attachment is an empty text.',
    breaks: [id('location-returned')],
    alsoBreaks: {
      [id('recipient-can-download')]: 'asks for the location',
      [located]: 'wants a URL',
    },
    ...answers(['getAttachmentLocation'], (response) =>
      response.status === 200 ? { ...response, body: '{"location":""}' } : response,
    ),
  },
]);
