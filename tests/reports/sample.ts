/** Results as a run would write them, for tests and for looking at. */
import type { Basis, Level } from '../../specs/model.js';
import type {
  CheckResult,
  CheckStatus,
  ExchangeRecord,
  RequirementInfo,
  Results,
  RunEvent,
} from '../../specs/results.js';
import { foldEvents } from '../../specs/verdict.js';

/** Text that a hostile target may send: markup, ends of blocks, terminal sequences, XML ends. */
export const hostile =
  '</script><img src=x onerror=alert(1)>]]>\x1b[31mred\x1b]0;title\x07 \u202egnp.exe ![i](http://evil.test/i) @someone | `tick` \0\x9b2J';

export function requirement(id: string, more: Partial<RequirementInfo> = {}): RequirementInfo {
  const [system = '', area = ''] = id.split('.');
  return {
    id,
    system,
    area,
    level: 'must',
    basis: 'documented',
    statement: `What ${id} says.`,
    expect: 'Status 200.',
    tolerate: '',
    source: 'TextSecure Server: API Protocol, lines 12-20',
    ...more,
  };
}

export function exchange(more: Partial<ExchangeRecord> = {}): ExchangeRecord {
  return {
    id: 'x1',
    operation: 'getPreKey',
    request: 'GET /v1/keys/+15550000001 HTTP/1.1\nHost: 127.0.0.1\nAuthorization: Basic ***',
    response: 'HTTP/1.1 404\ncontent-length: 0',
    curl: `curl -i -X GET -H "Authorization: $AUTHORIZATION" 'http://127.0.0.1/v1/keys/+15550000001'`,
    violations: [],
    ...more,
  };
}

export function check(
  requirements: readonly string[],
  status: CheckStatus,
  more: Partial<CheckResult> = {},
): CheckResult {
  const [first = 'none.none.none'] = requirements;
  return {
    check: `${first}/check`,
    title: `checks ${first}`,
    system: first.split('.', 1)[0] ?? '',
    file: 'suites/textsecure/prekeys.ts',
    requirements,
    status,
    message: status === 'passed' ? null : `what went on with ${first}`,
    comparison: null,
    durationMs: 12,
    exchanges: [],
    ...more,
  };
}

export interface SampleOptions {
  readonly strict?: boolean;
  readonly level?: Level;
  readonly waived?: readonly string[];
  readonly unreachable?: string | null;
  readonly durationMs?: number;
  readonly runId?: string;
  readonly target?: string;
}

/** The events of a run that has these requirements and checks. */
export function eventsOf(
  requirements: readonly RequirementInfo[],
  checks: readonly CheckResult[],
  options: SampleOptions = {},
): RunEvent[] {
  return [
    {
      type: 'run-started',
      tool: { name: 'countersign', version: '0.1.0' },
      runId: options.runId ?? 'r1',
      target: options.target ?? 'http://127.0.0.1:4010',
      startedAt: '2026-01-01T12:00:00.000Z',
      strict: options.strict ?? false,
      level: options.level ?? 'must',
      requirements,
      waivers: (options.waived ?? []).map((id) => ({
        requirement: id,
        reason: 'known',
        until: '2030-01-01',
      })),
    },
    ...checks.map((result) => ({ type: 'check-finished' as const, ...result })),
    {
      type: 'run-finished',
      durationMs: options.durationMs ?? 1_234,
      unreachable: options.unreachable ?? null,
    },
  ];
}

export function resultsOf(
  requirements: readonly RequirementInfo[],
  checks: readonly CheckResult[],
  options: SampleOptions = {},
): Results {
  return foldEvents(eventsOf(requirements, checks, options));
}

/** One requirement of every verdict, a waived failure, and hostile text wherever a target can put it. */
export function smallResults(options: SampleOptions = {}): Results {
  const requirements = [
    requirement('textsecure.prekeys.passes'),
    requirement('textsecure.prekeys.deviates', { tolerate: '404.' }),
    requirement('textsecure.prekeys.fails', { level: 'must' }),
    requirement('textsecure.prekeys.fails-softly', { level: 'should' }),
    requirement('textsecure.messages.skipped'),
    requirement('textsecure.messages.undecided', { level: 'may' }),
    requirement('ssks.auth.untested'),
    requirement('ssks.auth.waived'),
  ];
  const checks = [
    check(['textsecure.prekeys.passes'], 'passed', { exchanges: [exchange()] }),
    check(['textsecure.prekeys.deviates'], 'deviated', { message: 'answered 404 instead of 400' }),
    check(['textsecure.prekeys.fails'], 'failed', {
      message: `GET /v1/keys answered 500: ${hostile}`,
      comparison: { expected: 'status 200', actual: `status 500 ${hostile}` },
      durationMs: 2_500,
      exchanges: [
        exchange({ response: `HTTP/1.1 500\nx: ${hostile}\n\n${hostile}`, violations: [hostile] }),
      ],
    }),
    check(['textsecure.prekeys.fails-softly'], 'failed', { message: 'set-up: register failed' }),
    check(['textsecure.messages.skipped'], 'skipped', { message: 'needs capability push-inbox' }),
    check(['textsecure.messages.undecided'], 'inconclusive', { message: 'no answer within 10 s' }),
    check(['ssks.auth.waived'], 'failed', { message: 'answered 200' }),
  ];
  return resultsOf(requirements, checks, { waived: ['ssks.auth.waived'], ...options });
}

const areasOf = {
  misakey: ['ws', 'auth', 'events', 'contact', 'boxes'],
  textsecure: ['registration', 'credentials', 'prekeys', 'messages', 'directory', 'attachments'],
  ssks: ['auth', 'challenge', 'push', 'search', 'strict'],
  keyservice: ['resource', 'create', 'send', 'read', 'delete', 'formats'],
  quatrix: ['login', 'signature', 'mq', 'session'],
} as const;

const sentences = [
  ['one-time-key-served-once', 'A one-time prekey is handed out at most once.'],
  ['wrong-password-refused', 'A wrong password is refused and nothing is changed by the call.'],
  ['answer-validates', 'Every answer of the operation has the members that the document lists.'],
  ['missing-credentials-401', 'A call without credentials is answered 401.'],
  ['accepts-unknown-members', 'Members that the document does not know are ignored.'],
  [
    'limits-are-per-account',
    'Limits of one account do not touch another, whatever the order of calls.',
  ],
] as const;

const levels: readonly Level[] = ['must', 'must', 'must', 'should', 'may'];
const bases: readonly Basis[] = ['documented', 'documented', 'observed', 'inferred'];

/** A run of realistic size: `count` requirements of five systems, some exchanges each. */
export function largeResults(count = 600): Results {
  const slots = Object.entries(areasOf).flatMap(([system, areas]) =>
    areas.map((area) => `${system}.${area}`),
  );
  const perSlot = Math.ceil(count / slots.length);
  const requirements: RequirementInfo[] = [];
  const checks: CheckResult[] = [];
  for (let index = 0; index < count; index += 1) {
    const slot = slots[Math.floor(index / perSlot)] ?? 'quatrix.session';
    const [name, statement] = sentences[index % sentences.length] ?? sentences[0];
    const id = `${slot}.${name}-${String(index)}`;
    requirements.push(
      requirement(id, {
        statement,
        level: levels[index % levels.length] ?? 'must',
        basis: bases[index % bases.length] ?? 'documented',
        expect:
          'The second GET answers another keyId, or the last-resort key; status 200 both times.',
        tolerate: index % 7 === 0 ? '400 or 422 (observed in the server of 2013-12)' : '',
      }),
    );
    checks.push(largeCheck(id, index));
  }
  return resultsOf(requirements, checks, { durationMs: 83_000 });
}

function largeCheck(id: string, index: number): CheckResult {
  const own = Array.from({ length: 3 + (index % 2) }, (_, step) =>
    exchange({
      id: `x${String(index)}-${String(step)}`,
      operation: ['getPreKey', 'sendMessages', 'login'][index % 3] ?? null,
      request: `PUT /v1/keys/${String(index)}?step=${String(step)} HTTP/1.1\nHost: 127.0.0.1:4010\nContent-Type: application/json\nAuthorization: Basic ***\n\n${JSON.stringify({ lastResortKey: { keyId: 16_777_215, publicKey: 'A'.repeat(300) } })}`,
      response: `HTTP/1.1 ${index % 23 === 0 && step > 1 ? '500' : '200'}\ncontent-type: application/json\ndate: Thu, 01 Jan 2026 12:00:00 GMT\n\n${JSON.stringify({ keyId: index, publicKey: 'B'.repeat(400) })}`,
      violations: index % 23 === 0 && step > 1 ? ['the status 500 is not in the document'] : [],
    }),
  );
  const durationMs = 8 + ((index * 37) % 400);
  if (index % 23 === 0) {
    return check([id], 'failed', {
      title: 'a prekey is taken once and never again',
      message:
        index % 3 === 0
          ? `GET /v1/keys/${String(index)} answered 500 where 200 was expected`
          : index % 2 === 0
            ? `Set-up step "register" failed: status 502 for +1555000${String(index)}`
            : `the answer has no member "keyId" (${String(index)})`,
      comparison: {
        expected: '{\n  "keyId": 4711,\n  "publicKey": "Bf…"\n}',
        actual: '{\n  "publicKey": "Bf…"\n}',
      },
      durationMs,
      exchanges: own,
    });
  }
  if (index % 7 === 0) {
    return check([id], 'deviated', {
      message: 'answered 422 where 400 is documented',
      durationMs,
      exchanges: own,
    });
  }
  if (index % 31 === 0) {
    return check([id], 'inconclusive', {
      message: 'the positive control did not hold',
      durationMs,
    });
  }
  if (index % 11 === 0) {
    return check([id], 'skipped', { message: 'needs capability push-inbox', durationMs: 0 });
  }
  return check([id], 'passed', { durationMs, exchanges: own });
}
