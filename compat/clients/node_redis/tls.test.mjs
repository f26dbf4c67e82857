// node-redis over TLS: a private CA, the check turned off, mutual TLS, users in the URL, the wrong door.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { proof, tlsFlags, trust } from '../support/certificates.mjs';
import { TestServer } from '../support/server.mjs';
import { flavours } from './flavours.mjs';

const never = { reconnectStrategy: false };

for (const flavour of flavours) {
  describe(`${flavour.name} over TLS`, () => {
    let server;
    before(async () => {
      server = await TestServer.start({ ...tlsFlags(), user: ['alice', 'on', '>secret', '~app:*', '+@all'] });
    });
    afterEach(() => flavour.close());
    after(() => server.close());

    test('rediss:// with the CA', async () => {
      const client = await flavour.connect(server.url, { socket: trust });
      await client.set('k', 'x'.repeat(100_000), { EX: 300 });
      assert.equal((await client.get('k')).length, 100_000);
      assert.deepEqual(await Promise.all([client.incr('n'), client.incr('n'), client.del('n')]), [1, 2, 1]);
    });

    test('rediss:// without the CA is refused by the client', async () => {
      await assert.rejects(flavour.connect(server.url, { socket: never }), {
        code: /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN/,
      });
    });

    test('rediss:// with the check turned off', async () => {
      const client = await flavour.connect(server.url, { socket: { rejectUnauthorized: false } });
      assert.equal(await client.ping(), 'PONG');
    });

    test('a user in the URL', async () => {
      const client = await flavour.connect(server.url.replace('//', '//alice:secret@'), { socket: trust });
      assert.equal(await client.set('app:1', 'v'), 'OK');
      await assert.rejects(client.get('other'), { message: /^NOPERM / });
    });

    test('redis:// against the TLS port fails at once', async () => {
      const begun = performance.now();
      await assert.rejects(flavour.connect(server.url.replace('rediss:', 'redis:'), { socket: never }));
      assert.ok(performance.now() - begun < 4_000, 'before any time limit');
    });
  });
}

describe('node-redis with mutual TLS', () => {
  const [flavour] = flavours;
  let server;
  before(async () => {
    server = await TestServer.start(tlsFlags('yes'));
  });
  afterEach(() => flavour.close());
  after(() => server.close());

  test('a client with a certificate is let in', async () => {
    const client = await flavour.connect(server.url, { socket: { ...trust, ...proof } });
    assert.equal(await client.ping(), 'PONG');
  });

  test('a client without one is not', async () => {
    await assert.rejects(flavour.connect(server.url, { socket: { ...trust, ...never } }));
  });
});
