import { generatedRequirements } from '../../../specs/generated.js';
import type { Capability, Level, Requirement, SourceDocument } from '../../../specs/model.js';
import { openapi } from './openapi.js';

const source: SourceDocument = {
  system: 'greeter',
  name: 'Greeter',
  file: 'greeter.txt',
  lines: 1,
  title: 'How to greet',
  leavesOut: 'everything else',
};

function requirement(
  id: string,
  level: Level,
  operation: string,
  statement: string,
  needs: readonly Capability[] = [],
): Requirement {
  return {
    id: `greeter.${id}`,
    system: 'greeter',
    area: id.split('.')[0] ?? '',
    level,
    basis: 'documented',
    source: 'greeter.txt:1',
    operations: [operation],
    statement,
    expect: statement,
    tolerate: '',
    needs,
  };
}

/** The catalogue of the fixture system: written, then generated. */
export const requirements: readonly Requirement[] = [
  requirement('greetings.by-name', 'must', 'greet', 'A greeting holds the name.'),
  requirement('greetings.read-back', 'must', 'readGreeting', 'A greeting can be read again.'),
  requirement('greetings.mailed', 'must', 'greet', 'A greeting is mailed to its name.', ['inbox']),
  requirement('live.frame-per-greeting', 'must', 'watchGreetings', 'Each greeting is one frame.'),
  requirement('live.needs-token', 'must', 'watchGreetings', 'A watcher must be known.'),
  requirement('poll.held', 'must', 'awaitGreeting', 'A poll is held until there is a greeting.'),
  requirement('poll.ends-empty', 'should', 'awaitGreeting', 'A poll ends empty in time.', [
    'clock',
  ]),
  requirement('greetings.from-outside', 'may', 'greet', 'Others can greet too.', ['trigger']),
  ...generatedRequirements(source, openapi),
];
