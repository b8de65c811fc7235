import { describe, expect, it, vi } from 'vitest';
import { json, Refusal, text } from '../../mocks/engine/http.js';
import { createMockCore, type MockCore, type MockOptions } from '../../mocks/engine/mock.js';
import { defineAlteration, type ErasedSystem } from '../../mocks/engine/system.js';
import { call } from '../support/request.js';
import { probe, type ProbeBehaviour, type ProbeState } from './probe.js';

const greet = probe({
  'GET /probe/{name}': {
    handler: ({ behaviour, params }) =>
      json(200, `${behaviour.greeting} ${params.name ?? ''}${behaviour.mark}`),
  },
});

function coreOf(systems: readonly ErasedSystem[], options: Partial<MockOptions> = {}): MockCore {
  return createMockCore({ systems, ...options });
}

async function answerTo(core: MockCore, path: string, method = 'GET'): Promise<unknown> {
  return (await call(core, { method, path })).json();
}

describe('a mock of several systems', () => {
  const one = probe({ 'GET /one': {} }, { slug: 'one', roots: ['one'] });
  const two = probe({ 'GET /two': {} }, { slug: 'two', roots: ['two', '_countersign/files'] });

  it('sends each path to the system of its root, in any letter case', async () => {
    const core = coreOf([one, two]);
    expect((await call(core, { path: '/one' })).status).toBe(200);
    expect((await call(core, { path: '/two' })).status).toBe(200);
    // The root is found whatever its case; the path itself matches exactly.
    expect(await answerTo(core, '/TWO')).toMatchObject({ kind: 'not-found' });
    expect(await answerTo(core, '/_countersign/files/x')).toMatchObject({ kind: 'not-found' });
  });

  it('answers 404 in its own words where no system lives', async () => {
    const answer = await call(coreOf([one, two]), { path: '/three' });
    expect(answer.status).toBe(404);
    expect(answer.text).toBe('no system of this mock serves this path');
  });

  it('does not let two systems claim one root', () => {
    expect(() => coreOf([one, probe({}, { slug: 'other', roots: ['one'] })])).toThrow(
      'two systems claim the path /one',
    );
  });

  it('keeps their states apart', () => {
    const core = coreOf([one, two], { seed: 1 });
    expect(core.world.state('one')).not.toEqual(core.world.state('two'));
    expect(core.world.state('three')).toBeUndefined();
  });

  it('serves every path from the only system there is', async () => {
    expect(await answerTo(coreOf([one]), '/elsewhere')).toMatchObject({ kind: 'not-found' });
  });
});

describe('a document and its handlers', () => {
  it('may not drift apart', () => {
    const missing = probe({ 'GET /probe': {} }, { handlers: {} });
    expect(() => coreOf([missing])).toThrow(
      'the document has GET /probe, but no handler serves it',
    );
    const stray = probe({}, { handlers: { stray: () => json(200, null) } });
    expect(() => coreOf([stray])).toThrow('handler stray is not in the document');
  });
});

describe('settings', () => {
  const show = probe({
    'GET /probe': { handler: (context) => json(200, context.world.settings) },
  });

  it('have defaults, which a mock may replace', async () => {
    expect(await answerTo(coreOf([show]), '/probe')).toEqual({ holdSeconds: 60, strict: false });
    const core = coreOf([show], { settings: { probe: { holdSeconds: 1 } } });
    expect(await answerTo(core, '/probe')).toEqual({ holdSeconds: 1, strict: false });
  });

  it('that no system knows are refused, with those that it has', () => {
    expect(() => coreOf([show], { settings: { probe: { holdSecond: 1 } } })).toThrow(
      'probe has no setting holdSecond; it has: holdSeconds, strict',
    );
  });

  it('of a system that is not served are no mistake', () => {
    expect(() => coreOf([show], { settings: { absent: { anything: 1 } } })).not.toThrow();
  });
});

describe('an alteration', () => {
  const alter = defineAlteration<ProbeState, ProbeBehaviour>;

  async function withAlterations(
    ...alterations: ReturnType<typeof alter>[]
  ): Promise<[number, string]> {
    const answer = await call(coreOf([greet], { alterations }), { path: '/probe/ann' });
    return [answer.status, answer.text];
  }

  it('of a behaviour replaces one decision and builds on the others', async () => {
    const louder = alter({
      system: 'probe',
      behaviour: (base) => ({ greeting: base.greeting.toUpperCase() }),
    });
    expect(await withAlterations(louder)).toEqual([200, '"GOOD DAY ann."']);
  });

  it('builds on the alteration before it', async () => {
    const add = alter({ system: 'probe', behaviour: (base) => ({ mark: `${base.mark}?` }) });
    expect(await withAlterations(add, add)).toEqual([200, '"good day ann.??"']);
  });

  it('wraps a handler', async () => {
    const deny = alter({
      system: 'probe',
      handlers: {
        'GET /probe/{name}': (next) => (context) =>
          context.param('name') === 'ann' ? text(403, 'no') : next(context),
      },
    });
    expect(await withAlterations(deny)).toEqual([403, 'no']);
  });

  it('of an operation that does not exist is an error at start', () => {
    const wrong = alter({ system: 'probe', handlers: { nothing: (next) => next } });
    expect(() => coreOf([greet], { alterations: [wrong] })).toThrow(
      'probe has no operation nothing',
    );
  });

  it('changes any answer, refusals included, one after the other', async () => {
    const one = alter({ system: 'probe', respond: (response) => ({ ...response, status: 418 }) });
    const two = alter({
      system: 'probe',
      respond: (response) => Promise.resolve({ ...response, status: response.status + 1 }),
    });
    const core = coreOf([greet], { alterations: [one, two] });
    expect((await call(core, { path: '/probe/x' })).status).toBe(419);
    expect((await call(core, { path: '/probe' })).status).toBe(419);
  });

  it('stands between a system and its outbox', async () => {
    const sender = probe({
      'POST /probe': {
        handler: (context) => {
          const message = { channel: 'sms' as const, recipient: '1', subject: null, body: null };
          context.world.deliver({ ...message, code: '1', payload: null });
          return json(200, null);
        },
      },
    });
    const twice = alter({
      system: 'probe',
      deliver: (message, next) => {
        next(message);
        next({ ...message, code: '2' });
      },
    });
    const core = coreOf([sender], { alterations: [twice] });
    await call(core, { method: 'POST', path: '/probe' });
    const sent = core.world.inbox.list({ system: 'probe' });
    expect(sent.map((entry) => entry.code)).toEqual(['1', '2']);
  });

  it('of another system changes nothing', async () => {
    const other = alter({ system: 'other', behaviour: () => ({ mark: '!!!' }) });
    expect(await withAlterations(other)).toEqual([200, '"good day ann."']);
  });

  it('works on the dialect that is served', async () => {
    const add = alter({ system: 'probe', behaviour: (base) => ({ mark: `${base.mark}!` }) });
    const core = coreOf([greet], { dialect: 'observed', alterations: [add] });
    expect(await answerTo(core, '/probe/ann')).toBe('hi ann!!');
  });
});

describe('before and after', () => {
  const hooked = probe(
    { 'GET /probe': {} },
    {
      before: (context) =>
        context.header('x-stop') === undefined ? undefined : text(403, 'stopped'),
      after: (_context, response) => ({
        ...response,
        headers: { ...response.headers, 'X-After': '1' },
      }),
    },
  );

  it.each([
    ['GET', '/probe'],
    ['PUT', '/probe'],
    ['GET', '/probe/nothing'],
  ])('before ends %s %s, whatever its route would say', async (method, path) => {
    const core = coreOf([hooked]);
    const answer = await call(core, { method, path, headers: { 'x-stop': '1' } });
    expect([answer.status, answer.headers['X-After']]).toEqual([403, '1']);
  });

  it('after adds to every answer', async () => {
    const core = coreOf([hooked]);
    expect((await call(core, { path: '/probe/nothing' })).headers['X-After']).toBe('1');
  });

  it('a rewritten path is routed as rewritten', async () => {
    const lower = probe({ 'GET /probe/x': {} }, { rewritePath: (path) => path.toLowerCase() });
    expect((await call(coreOf([lower]), { path: '/PROBE/X' })).status).toBe(200);
  });
});

describe('a request to a known path', () => {
  it('of another method is refused with the methods that would do', async () => {
    expect(await answerTo(coreOf([greet]), '/probe/x', 'DELETE')).toEqual({
      kind: 'method-not-allowed',
      allow: ['GET'],
    });
  });

  it('by HEAD is answered as GET, also in the journal', async () => {
    const core = coreOf([greet]);
    expect((await call(core, { method: 'HEAD', path: '/probe/x' })).status).toBe(200);
    expect(core.world.journal.list(0, 1)[0]?.operation).toBe('GET /probe/{name}');
  });

  it('with broken percent-encoding is refused by the name of the parameter', async () => {
    expect(await answerTo(coreOf([greet]), '/probe/%zz')).toMatchObject({
      kind: 'parameter',
      name: 'name',
    });
  });

  it('reads its body limit before the body', () => {
    const small = probe({ 'POST /probe': { object: { 'x-countersign-body-limit': 10 } } });
    const core = coreOf([small]);
    expect(core.dispatch('POST', '/probe').bodyLimit).toBe(10);
    expect(core.dispatch('POST', '/probe/none').bodyLimit).toBe(4 * 1024 * 1024);
  });
});

describe('a bug in a system', () => {
  const secretPath = '/somewhere/in/the/sources.ts';
  const fails = (): never => {
    throw new Error(`kaboom at ${secretPath}`);
  };
  const broken: [string, ErasedSystem][] = [
    ['a handler', probe({ 'GET /probe': { handler: fails } })],
    [
      'a handler that waits',
      probe({ 'GET /probe': { handler: () => Promise.reject(new Error(secretPath)) } }),
    ],
    ['before()', probe({ 'GET /probe': {} }, { before: fails })],
    ['after()', probe({ 'GET /probe': {} }, { after: fails })],
    ['its words for a bug', probe({ 'GET /probe': { handler: fails } }, { refuse: fails })],
  ];

  it.each(broken)('in %s is a 500 without a trace, and is reported', async (_name, system) => {
    const onBug = vi.fn();
    const core = coreOf([system], { onBug });
    const answer = await call(core, { path: '/probe' });
    expect(answer.status).toBe(500);
    expect(answer.text).toContain('please report it');
    expect(answer.text).not.toMatch(/kaboom|sources\.ts|\bat /);
    expect(onBug).toHaveBeenCalled();
    expect(String(onBug.mock.calls[0]?.[0])).toContain(secretPath);
  });

  it('in an altered answer is a 500 as well', async () => {
    const onBug = vi.fn();
    for (const respond of [fails, () => Promise.reject(new Error(secretPath))]) {
      const alterations = [defineAlteration({ system: 'probe', respond })];
      const answer = await call(coreOf([greet], { alterations, onBug }), { path: '/probe/x' });
      expect(answer.status).toBe(500);
    }
    expect(onBug).toHaveBeenCalledTimes(2);
  });

  it('in an alarm is reported, and the other alarms still ring', () => {
    const onBug = vi.fn();
    const core = coreOf([greet], { onBug });
    const ring = vi.fn();
    core.world.clock.after(1, fails);
    core.world.clock.after(2, ring);
    core.world.clock.advance(10);
    expect(ring).toHaveBeenCalledOnce();
    expect(onBug).toHaveBeenCalledOnce();
  });

  it('is none where a handler ends a request on purpose', async () => {
    const onBug = vi.fn();
    const refusing = probe({
      'GET /probe': {
        handler: () => {
          throw new Refusal(text(403, 'no'));
        },
      },
    });
    expect((await call(coreOf([refusing], { onBug }), { path: '/probe' })).status).toBe(403);
    expect(onBug).not.toHaveBeenCalled();
  });
});

describe('a trigger', () => {
  const system = probe(
    {},
    {
      trigger: (event, { state }) => {
        state.changes += 1;
        if (event.event === 'named') return 'job-of-mine';
        return event.event === 'known';
      },
    },
  );
  const event = { system: 'probe', affects: [], data: [] };

  it('names its job, by itself or by the system', () => {
    const core = coreOf([system]);
    expect(core.trigger({ ...event, event: 'known' })).toBe('job-1');
    expect(core.trigger({ ...event, event: 'known' })).toBe('job-2');
    expect(core.trigger({ ...event, event: 'named' })).toBe('job-of-mine');
    expect((core.world.state('probe') as ProbeState).changes).toBe(3);
  });

  it('of an unknown event or system, or of one without triggers, is null', () => {
    const core = coreOf([system, probe({}, { slug: 'still', roots: ['still'] })]);
    expect(core.trigger({ ...event, event: 'unknown' })).toBeNull();
    expect(core.trigger({ ...event, event: 'known', system: 'nobody' })).toBeNull();
    expect(core.trigger({ ...event, event: 'known', system: 'still' })).toBeNull();
  });
});

describe('reset', () => {
  const limited = probe({
    'POST /probe': {
      handler: (context) => {
        if (!context.world.limiter.take('k', { size: 1, perMinute: 1 })) return text(429, 'later');
        context.state.changes += 1;
        return json(200, context.world.random.integer(2 ** 40));
      },
    },
  });

  it('forgets state, messages, traffic and used-up limits', async () => {
    const core = coreOf([limited]);
    const post = (): ReturnType<typeof call> => call(core, { method: 'POST', path: '/probe' });
    expect([(await post()).status, (await post()).status]).toEqual([200, 429]);
    core.reset();
    expect(core.world.journal.list(0, 10)).toEqual([]);
    expect((core.world.state('probe') as ProbeState).changes).toBe(0);
    expect((await post()).status).toBe(200);
  });

  it('gives the same draws again with a seed, and others without', async () => {
    const drawn = async (core: MockCore): Promise<unknown[]> => [
      (core.world.state('probe') as ProbeState).seeded,
      await answerTo(core, '/probe', 'POST'),
    ];
    for (const [seed, same] of [
      [5, true],
      [undefined, false],
    ] as const) {
      const core = coreOf([limited], { seed });
      const first = await drawn(core);
      core.reset();
      expect(JSON.stringify(await drawn(core)) === JSON.stringify(first)).toBe(same);
    }
  });

  it('leaves the clock where it is', () => {
    const core = coreOf([limited], { startTime: 1_000 });
    core.world.clock.advance(50_000);
    core.reset();
    expect(core.world.clock.now()).toBeGreaterThanOrEqual(51_000);
  });
});

describe('the date of an answer', () => {
  it("is the transport's as long as the clock goes with the machine", async () => {
    const core = coreOf([greet]);
    expect((await call(core, { path: '/probe/x' })).headers).not.toHaveProperty('Date');
  });

  it("is the mock's once its clock was moved, so that a client can tell", async () => {
    const core = coreOf([greet]);
    core.world.clock.advance(86_400_000);
    const date = Date.parse(String((await call(core, { path: '/probe/x' })).headers.Date));
    expect(date - Date.now()).toBeGreaterThan(86_390_000);
    expect(date - Date.now()).toBeLessThanOrEqual(86_400_000);
  });
});

describe('the journal of a mock', () => {
  it('holds every exchange with its system and operation', async () => {
    const core = coreOf([greet, probe({}, { slug: 'b', roots: ['b'] })]);
    await call(core, { path: '/probe/x' });
    await call(core, { path: '/probe' });
    await call(core, { path: '/nowhere' });
    const entries = core.world.journal.list(0, 10);
    expect(entries.map((entry) => [entry.system, entry.operation, entry.response.status])).toEqual([
      ['probe', 'GET /probe/{name}', 200],
      ['probe', null, 404],
      [null, null, 404],
    ]);
  });
});
