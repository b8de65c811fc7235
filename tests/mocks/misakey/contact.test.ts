import { describe, expect, it } from 'vitest';
import vectors from '../../../fixtures/vectors/misakey.json' with { type: 'json' };
import { profile } from '../../../mocks/systems/misakey/profile.js';
import {
  alice,
  bob,
  carol,
  contactBody,
  createWorld,
  freshHash,
  olderContactBody,
  type ContactBody,
} from './world.js';

interface Refusal {
  code: string;
  origin: string;
  details: Record<string, string>;
}

/** A valid body with one thing changed. */
function changed(change: (body: ContactBody) => void): ContactBody {
  const body = contactBody();
  change(body);
  return body;
}

describe('a contact', () => {
  it('answers 201 with the box and its create event', async () => {
    const world = createWorld();
    const body = contactBody();
    const answer = await world.contact(body);
    expect(answer.status).toBe(201);
    expect(answer.headers['Content-Type']).toBe('application/json; charset=UTF-8');
    const box = answer.json() as Record<string, Record<string, unknown>>;
    expect(box).toMatchObject({
      title: body.box.title,
      public_key: body.box.public_key,
      access_mode: 'public',
      creator: { id: alice.id, identifier_kind: 'email' },
      last_event: {
        type: 'create',
        content: { title: body.box.title, public_key: body.box.public_key },
        sender: { id: alice.id, identifier_value: '' },
      },
    });
  });

  it('tells the caller of the create event and the contact of the invitation, nobody else', async () => {
    const world = createWorld();
    const [a, b, c] = [await world.open(alice), await world.open(bob), await world.open(carol)];
    const box = (await world.contact(contactBody())).json() as Record<string, unknown> & {
      last_event: { id: string };
    };
    expect(a.messages).toHaveLength(1);
    expect(a.messages[0]).toMatchObject({
      type: 'event.new',
      object: { type: 'create', id: box.last_event.id, box_id: box.id },
    });
    expect(b.messages).toHaveLength(1);
    expect(b.messages[0]).toMatchObject({
      type: 'notification',
      object: {
        id: 1,
        type: 'box.auto_invite',
        details: { box_id: box.id },
        acknowledged_at: null,
      },
    });
    expect(c.messages).toEqual([]);
  });

  it('leaves nothing behind when it is refused, however late', async () => {
    const world = createWorld();
    const used = contactBody();
    expect((await world.contact(used)).status).toBe(201);
    const [a, b] = [await world.open(alice), await world.open(bob)];
    const late = [
      changed(
        (body) => (body.key_share.invitation_share_hash = used.key_share.invitation_share_hash),
      ),
      changed((body) => (body.key_share.misakey_share = 'a'.repeat(2_048))),
      changed((body) => (body.crypto = { invitation_data: { [bob.identifiedKey]: 'x' } })),
    ];
    expect(await Promise.all(late.map(async (body) => (await world.contact(body)).status))).toEqual(
      [409, 413, 400],
    );
    expect([...a.messages, ...b.messages]).toEqual([]);
    const count = await world.send('HEAD', '/boxes/joined', { token: alice.token });
    expect(count.headers['X-Total-Count']).toBe('1');
  });

  it('works with oneself and twice with the same person', async () => {
    const world = createWorld();
    const self = changed((body) => {
      body.contacted_identity_id = alice.id;
      body.crypto = { invitation_data: { [alice.key]: '' } };
    });
    expect((await world.contact(self)).status).toBe(201);
    expect((await world.contact(contactBody())).status).toBe(201);
    expect((await world.contact(contactBody())).status).toBe(201);
  });
});

describe('the form of a contact', () => {
  const refusals: [string, (body: ContactBody) => void, number, Record<string, string>][] = [
    [
      'no contacted id',
      (b) => delete b.contacted_identity_id,
      400,
      { contacted_identity_id: 'required' },
    ],
    [
      'no box',
      (b) => Reflect.deleteProperty(b, 'box'),
      400,
      { title: 'required', public_key: 'required' },
    ],
    ['null title', (b) => (b.box.title = null), 400, { title: 'required' }],
    ['empty key', (b) => (b.box.public_key = ''), 400, { public_key: 'required' }],
    ['padded key', (b) => (b.box.public_key = 'abc='), 400, {}],
    ['bare prefix', (b) => (b.box.public_key = 'com.misakey.aes-rsa-enc'), 400, {}],
    [
      'no key share',
      (b) => Reflect.deleteProperty(b, 'key_share'),
      400,
      {
        misakey_share: 'required',
        invitation_share_hash: 'required',
        encrypted_invitation_key_share: 'required',
      },
    ],
    [
      'padded hash',
      (b) => (b.key_share.invitation_share_hash = 'ab=='),
      400,
      { invitation_share_hash: 'malformed' },
    ],
    ['no crypto', (b) => delete b.crypto, 400, { invitation_data: 'required' }],
    ['null crypto', (b) => (b.crypto = null), 400, { invitation_data: 'required' }],
    ['null invitation data', (b) => (b.crypto = { invitation_data: null }), 400, {}],
    ['empty invitation data', (b) => (b.crypto = { invitation_data: {} }), 400, {}],
    ['two entries', (b) => (b.crypto = { invitation_data: { [bob.key]: 'x', y: 'z' } }), 400, {}],
    ['invitation data a list', (b) => (b.crypto = { invitation_data: ['x'] }), 400, {}],
    [
      'an entry that is no string',
      (b) => (b.crypto = { invitation_data: { [bob.key]: 1 } }),
      400,
      {},
    ],
    [
      'an unknown contact',
      (b) => (b.contacted_identity_id = '0f10d6a5-0626-4492-8e4c-2c37b258f921'),
      404,
      { id: 'not_found' },
    ],
    [
      'no account',
      (b) => (b.contacted_identity_id = profile.contacts.noAccount),
      403,
      { contacted_account: 'required' },
    ],
    ['no key', (b) => (b.contacted_identity_id = profile.contacts.noKey), 409, {}],
  ];
  it.each(refusals)('refuses %s', async (_name, change, status, details) => {
    const answer = await createWorld().contact(changed(change));
    expect([answer.status, (answer.json() as Refusal).details]).toEqual([status, details]);
  });

  it.each([
    ['a number for a title', changed((b) => (b.box.title = 7))],
    ['a list for a box', { ...contactBody(), box: [] }],
    ['a string for crypto', { ...contactBody(), crypto: 'x' }],
    ['a list', []],
  ])('refuses %s without naming a member', async (_name, body) => {
    const answer = await createWorld().contact(body);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'bad_request', origin: 'body', details: {} });
  });

  it.each([['{'], ['nope'], ['{"a":1,}'], ['{} trailing'], ['null'], ['']])(
    'answers 400 to the body %j',
    async (body) => {
      const answer = await createWorld().contact(undefined, {});
      expect(answer.status).toBe(400);
      const sent = await createWorld().send('POST', `/box-users/${alice.id}/contact`, {
        token: alice.token,
        body,
        headers: { 'content-type': 'application/json' },
      });
      expect(sent.status).toBe(400);
    },
  );

  it('ignores unknown members and what follows the closing brace', async () => {
    const body = changed((b) => {
      b.extra = 1;
      b.box.extra = 2;
      b.key_share.extra = 3;
    });
    const answer = await createWorld().send('POST', `/box-users/${alice.id}/contact`, {
      token: alice.token,
      body: `${JSON.stringify(body)} and more`,
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
    expect(answer.status).toBe(201);
  });

  it('takes a form for an empty body, and no other media type', async () => {
    const world = createWorld();
    const send = (type: Record<string, string>) =>
      world.send('POST', `/box-users/${alice.id}/contact`, {
        token: alice.token,
        body: 'a=b',
        headers: type,
      });
    expect((await send({ 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(400);
    const refused = await send({ 'content-type': 'text/plain' });
    expect([refused.status, (refused.json() as Refusal).code]).toEqual([415, 'no_code']);
    expect((await send({})).status).toBe(415);
  });

  it('keeps the order of checks', async () => {
    const world = createWorld();
    const at = async (path: string, change: (body: ContactBody) => void) => {
      const answer = await world.send('POST', `/box-users/${path}/contact`, {
        token: alice.token,
        body: changed(change),
      });
      return [answer.status, (answer.json() as Refusal).details];
    };
    expect(await at('nope', (b) => delete b.crypto)).toEqual([
      400,
      { identity_id: 'malformed', invitation_data: 'required' },
    ]);
    expect(await at(bob.id, (b) => (b.box.title = ''))).toEqual([400, { title: 'required' }]);
    expect(await at(bob.id, () => undefined)).toEqual([403, {}]);
    expect(await at(alice.id, (b) => Object.assign(b, { box: {}, key_share: {} }))).toEqual([
      400,
      { title: 'required', public_key: 'required' },
    ]);
  });
});

describe('the vectors', () => {
  it.each(vectors.titles.map((entry) => [entry.title, entry.status] as const))(
    'answers the title %j with %i',
    async (title, status) => {
      const answer = await createWorld().contact(changed((body) => (body.box.title = title)));
      expect(answer.status).toBe(status);
    },
  );

  it.each(
    [...vectors.alphabet.values, ...vectors.publicKeyPrefix.values].map(
      (entry) => [entry.value, entry.valid] as const,
    ),
  )('takes the public key %j: %s', async (key, valid) => {
    const answer = await createWorld().contact(changed((body) => (body.box.public_key = key)));
    expect(answer.status).toBe(valid ? 201 : 400);
    if (valid) expect(answer.json()).toMatchObject({ public_key: key });
  });

  it.each(vectors.alphabet.values.map((entry) => [entry.value, entry.valid] as const))(
    'takes the share hash %j: %s',
    async (hash, valid) => {
      const answer = await createWorld().contact(
        changed((body) => (body.key_share.invitation_share_hash = hash)),
      );
      expect(answer.status).toBe(valid ? 201 : 400);
    },
  );

  it.each(vectors.identityIds.map((entry) => [entry.value, entry.valid] as const))(
    'takes the contacted id %j for well-formed: %s',
    async (id, valid) => {
      const answer = await createWorld().contact(changed((b) => (b.contacted_identity_id = id)));
      expect(answer.status).toBe(valid ? 404 : 400);
    },
  );

  it.each(
    vectors.limits
      .filter((limit) => limit.member.startsWith('key_share.'))
      .map((limit) => [limit.member.slice(10), limit.accepted, limit.refused] as const),
  )('takes %s up to %i characters', async (member, accepted, refused) => {
    const world = createWorld();
    const of = (length: number) =>
      changed((body) => (body.key_share[member] = freshHash().padEnd(length, 'x')));
    expect((await world.contact(of(accepted))).status).toBe(201);
    expect((await world.contact(of(refused))).status).toBe(413);
  });
});

describe('member names', () => {
  it('are taken under either spelling by default, the newer one first', async () => {
    const world = createWorld();
    expect((await world.contact(olderContactBody())).status).toBe(201);
    const both = changed((body) => (body.identity_id = 5));
    expect((await world.contact(both)).status).toBe(201);
    const nulled = { ...olderContactBody(), contacted_identity_id: null };
    expect((await world.contact(nulled)).json()).toMatchObject({
      details: { contacted_identity_id: 'required' },
    });
  });

  it('are the older ones only in dialect observed', async () => {
    const world = createWorld('observed');
    expect((await world.contact(olderContactBody())).status).toBe(201);
    const answer = await world.contact(contactBody());
    expect([answer.status, (answer.json() as Refusal).details]).toEqual([
      400,
      { identity_id: 'required', invitation_data: 'required' },
    ]);
  });
});

describe('the ACR', () => {
  it.each([
    ['documented', profile.tokens.acr1, 201, undefined],
    ['documented', profile.tokens.acr0, 403, '1'],
    ['observed', profile.tokens.acr1, 403, '2'],
  ] as const)('in dialect %s', async (dialect, token, status, required) => {
    const world = createWorld(dialect);
    const body = dialect === 'observed' ? olderContactBody() : contactBody();
    const answer = await world.contact(body, { token });
    expect(answer.status).toBe(status);
    if (required !== undefined) {
      expect(answer.json()).toMatchObject({
        origin: 'acr',
        details: { acr: 'forbidden', required_acr: required },
      });
    }
  });
});
