import { answerValue } from '../../../mocks/systems/keyservice/answers.js';
import {
  base64,
  fromBase64,
  latin1Bytes,
  latin1Text,
} from '../../../mocks/systems/keyservice/crypto/encodings.js';
import { defineMutants } from '../../model.js';
import { around, type Behaviour, type Context, type State } from './tools.js';

function bodyText(context: Context): string {
  return new TextDecoder().decode(context.request.body);
}

/** Bugs in sending, listing and fetching files. */
export const filesMutants = defineMutants<State, Behaviour>('keyservice', import.meta.url, [
  {
    name: 'multipart-415',
    bug: 'A multipart body is answered 415.',
    breaks: ['keyservice.files.multipart-accepted'],
    handlers: around('sendMessage', (context, _, run) =>
      context.header('content-type')?.startsWith('multipart/') === true
        ? answerValue(context, 415, 'No form data here.')
        : run(),
    ),
  },
  {
    name: 'multipart-not-read',
    bug: 'A multipart body is not read, so that its parameters are missing.',
    breaks: ['keyservice.files.multipart-accepted'],
    behaviour: () => ({ bodyForms: ['form', 'json'] }),
  },
  {
    name: 'files-listed-as-texts',
    bug: 'The flag of a file says that it is a text.',
    breaks: [
      'keyservice.files.listed-as-file',
      'keyservice.files.alone',
      'keyservice.files.name-returned',
      'keyservice.files.download',
      'keyservice.files.encrypted-form',
    ],
    alsoBreaks: {
      'keyservice.files.download-unknown-id': 'it finds the file by its flag',
    },
    behaviour: (base) => ({
      messageObject: (content, date) => ({
        ...base.messageObject(content, date),
        IsFile: false,
      }),
    }),
  },
  {
    name: 'text-lost-beside-file',
    bug: 'The text of a request that has a file is dropped.',
    breaks: ['keyservice.files.with-message'],
    handlers: around('sendMessage', (context, _, run) => {
      const before = [...context.state.keys.values()].map(
        (key) => [key, key.messages.length] as const,
      );
      const answer = run();
      if (!bodyText(context).includes('filename=')) return answer;
      for (const [key, length] of before) {
        if (key.messages.length === length + 2) key.messages.pop();
      }
      return answer;
    }),
  },
  {
    name: 'text-beside-file-flagged',
    bug: 'The text that comes with a file is flagged as a file too.',
    breaks: ['keyservice.files.with-message'],
    behaviour: (base) => ({
      messageObject: (content, date) => {
        const entry = base.messageObject(content, date);
        return entry.MessageData === 'see file' ? { ...entry, IsFile: true } : entry;
      },
    }),
  },
  {
    name: 'file-alone-411',
    bug: 'A file without a text is answered 422.',
    breaks: ['keyservice.files.alone'],
    handlers: around('sendMessage', (context, _, run) => {
      const text = bodyText(context);
      const alone = text.includes('filename=') && !text.includes('name="message"');
      return alone ? answerValue(context, 422, 'A message is required.') : run();
    }),
  },
  {
    name: 'file-alone-lost',
    bug: 'A file without a text is answered as done and not stored.',
    breaks: ['keyservice.files.alone'],
    handlers: around('sendMessage', (context, _, run) => {
      const text = bodyText(context);
      const alone = text.includes('filename=') && !text.includes('name="message"');
      return alone ? answerValue(context, 200, true) : run();
    }),
  },
  {
    name: 'file-name-lost',
    bug: 'Every file is named like the archive that holds it.',
    breaks: ['keyservice.files.name-returned'],
    behaviour: (base) => ({
      extract: (archive) => {
        const file = base.extract(archive);
        return file === null ? null : { ...file, name: 'archive.zip' };
      },
    }),
  },
  {
    name: 'file-last-byte-lost',
    bug: 'A fetched file lacks its last byte.',
    breaks: ['keyservice.files.download'],
    behaviour: (base) => ({
      extract: (archive) => {
        const file = base.extract(archive);
        return file === null ? null : { ...file, bytes: file.bytes.subarray(0, -1) };
      },
    }),
  },
  {
    name: 'file-sent-as-text',
    bug: 'A fetched file is converted to UTF-8 on its way.',
    breaks: ['keyservice.files.download'],
    behaviour: (base) => ({
      extract: (archive) => {
        const file = base.extract(archive);
        if (file === null) return null;
        const bytes = new TextEncoder().encode(new TextDecoder().decode(file.bytes));
        return { ...file, bytes };
      },
    }),
  },
  {
    name: 'download-latest-for-unknown',
    bug: 'A download id that is unknown gives the latest file.',
    breaks: ['keyservice.files.download-unknown-id'],
    handlers: {
      downloadFile: (next) => (context) => {
        const id = context.query.get('fileId') ?? '';
        const latest = [...context.state.downloads.values()].at(-1);
        if (latest !== undefined && !context.state.downloads.has(id)) {
          context.state.downloads.set(id, latest);
        }
        return next(context);
      },
    },
  },
  {
    name: 'file-stored-without-archive',
    bug: 'A file is encrypted in base64 after its name, without an archive around it.',
    breaks: ['keyservice.files.encrypted-form'],
    behaviour: () => ({
      archive: (file) => `${base64(latin1Bytes(file.name))}.${base64(file.bytes)}`,
      extract: (text) => {
        const [name, bytes] = text.split('.').map((part) => fromBase64(part));
        return name && bytes ? { name: latin1Text(name), bytes } : null;
      },
    }),
  },
]);
