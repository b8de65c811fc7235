import { describe, expect, it } from 'vitest';
import { ProfileError, type Profile } from '../../suites/engine/profile.js';
import { createTarget } from '../../suites/engine/target.js';
import { sendJson, serve } from './server.js';

const target = 'http://shared.test/';

describe('a target', () => {
  it('takes up the systems asked for that the profile has', () => {
    const profile: Profile = { target, systems: { a: {}, b: null } };
    expect([...createTarget(profile, ['a', 'b', 'c']).systems.keys()]).toEqual(['a', 'b']);
    expect([...createTarget({ target }, ['a', 'c']).systems.keys()]).toEqual(['a', 'c']);
    expect([...createTarget({ target, systems: {} }, ['a']).systems.keys()]).toEqual([]);
  });

  it('gives each system what is shared, unless it has its own', () => {
    const inbox = { http: 'http://shared.test/inbox' };
    const own = { command: './own.sh' };
    const profile: Profile = {
      target,
      inbox,
      clock: own,
      capabilities: ['inbox', 'clock'],
      systems: { a: {}, b: { url: 'http://own.test/base/', inbox: own, capabilities: ['slow'] } },
    };
    const { systems } = createTarget(profile, ['a', 'b']);
    expect(systems.get('a')).toMatchObject({
      url: 'http://shared.test',
      inbox,
      trigger: null,
      clock: own,
    });
    expect([...(systems.get('a')?.capabilities ?? [])]).toEqual(['inbox', 'clock']);
    expect(systems.get('b')).toMatchObject({ url: 'http://own.test/base', inbox: own });
    expect([...(systems.get('b')?.capabilities ?? [])]).toEqual(['slow']);
  });

  it('needs an address for each system', () => {
    expect(() => createTarget({ systems: { a: {} } }, ['a'])).toThrow(ProfileError);
    expect(() => createTarget({ systems: { a: {} } }, ['a'])).toThrow(
      'the profile names no target, and system a has no url',
    );
    expect(createTarget({ systems: { a: { url: target } } }, ['a']).url).toBe('http://shared.test');
  });

  it('needs readable files for TLS', () => {
    expect(() => createTarget({ target, tls: { ca: '/nowhere/ca.pem' } }, [])).toThrow(
      'tls: the file /nowhere/ca.pem cannot be read',
    );
    expect(createTarget({ target, tls: { insecure: true } }, []).tls).toEqual({
      rejectUnauthorized: false,
    });
  });
});

describe('the secrets of a profile', () => {
  function secretsOf(section: Readonly<Record<string, unknown>>): readonly string[] {
    return createTarget({ target, systems: { a: section } }, ['a']).secrets;
  }

  it.each<[Readonly<Record<string, unknown>>, readonly string[]]>([
    [{ apiKey: 'k', appId: 'public' }, ['k']],
    [
      {
        users: [
          { login: 'l', password: 'p' },
          { login: 'm', password: 'q' },
        ],
      },
      ['p', 'q'],
    ],
    [{ identities: [{ id: 'i', accessToken: 't', publicKey: 'pub' }] }, ['t']],
    [{ tokens: { acr1: 'a', acr0: 'b', expired: 'c' } }, ['a', 'b', 'c']],
    [{ contacts: { noKey: 'n', identifiedKey: 'i', noAccount: 'a' } }, []],
    [{ federation: { relay: 'r', signalingKey: 's', pushId: 'p' } }, ['s']],
    [{ secondApp: { appId: 'a', apiKey: 'k' } }, ['k']],
    [{ passphrases: ['one', 'two'] }, ['one', 'two']],
    [{ list: ['one'], nested: [[{ clientSecret: 'x' }]] }, ['x']],
    [{ numberPrefix: '+1555', mode: 'test' }, []],
  ])('of %j are %j', (section, secrets) => {
    expect(secretsOf(section)).toEqual(secrets);
  });

  it('are the values of shared headers as well', () => {
    expect(createTarget({ target, headers: { 'X-Gate': 'open-sesame' } }, []).secrets).toEqual([
      'open-sesame',
    ]);
  });
});

describe('a limit of requests per second', () => {
  it('spaces them evenly', async () => {
    const { url } = await serve((_request, reply) => {
      sendJson(reply, 200, {});
    });
    const { dispatcher } = createTarget({ target: url, maxRequestsPerSecond: 50 }, []);
    const started = performance.now();
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        const answer = await dispatcher.request({ origin: url, path: '/', method: 'GET' });
        await answer.body.dump();
      }),
    );
    expect(performance.now() - started).toBeGreaterThan(95);
    await dispatcher.destroy();
  });
});
