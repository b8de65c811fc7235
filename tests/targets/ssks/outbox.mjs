// The inbox adapter of this target: prints what it has sent to one recipient, as JSON.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const { SYSTEM, CHANNEL, RECIPIENT, AFTER, OUTBOX } = process.env;
const messages = readdirSync(OUTBOX)
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => JSON.parse(readFileSync(join(OUTBOX, name), 'utf8')))
  .filter((message) => message.system === SYSTEM && message.channel === CHANNEL)
  .filter((message) => message.recipient.toLowerCase() === RECIPIENT.toLowerCase())
  .filter((message) => Number(message.id) > Number(AFTER || '0'));
console.log(JSON.stringify({ messages, cursor: messages.at(-1)?.id ?? AFTER ?? '' }));
