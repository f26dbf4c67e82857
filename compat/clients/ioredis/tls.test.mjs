// ioredis over TLS: a private CA, the check turned off, mutual TLS, users in the URL, the wrong door.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { proof, tlsFlags, trust } from '../support/certificates.mjs';
import { TestServer } from '../support/server.mjs';
import { Recorder } from '../support/wait.mjs';
import { flavours } from './versions.mjs';

// Why a client does not get through: the first error that it emits, or what connect() rejects with.
async function refusal(flavour, url, options) {
  const redis = flavour.connect(url, { lazyConnect: true, retryStrategy: null, ...options });
  const errors = new Recorder();
  redis.on('error', errors.record);
  const failed = await redis.connect().then(() => assert.fail('it got through'), (error) => error);
  return errors.calls[0]?.[0] ?? failed;
}

for (const flavour of flavours) {
  describe(`${flavour.name} over TLS`, () => {
    let server;
    before(async () => {
      server = await TestServer.start({ ...tlsFlags(), user: ['alice', 'on', '>secret', '~app:*', '+@all'] });
    });
    afterEach(() => flavour.close());
    after(() => server.close());

    test('rediss:// with the CA', async () => {
      const redis = flavour.connect(server.url, { tls: trust });
      await redis.set('k', 'x'.repeat(100_000), 'EX', 300);
      assert.equal((await redis.get('k')).length, 100_000);
      const replies = await redis.pipeline().incr('n').incr('n').del('n').exec();
      assert.deepEqual(replies.map(([, reply]) => reply), [1, 2, 1]);
    });

    test('rediss:// without the CA is refused by the client', async () => {
      const error = await refusal(flavour, server.url);
      assert.match(error.code, /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN/);
    });

    test('rediss:// with the check turned off', async () => {
      const redis = flavour.connect(server.url, { tls: { rejectUnauthorized: false } });
      assert.equal(await redis.ping(), 'PONG');
    });

    test('a user in the URL', async () => {
      const redis = flavour.connect(server.url.replace('//', '//alice:secret@'), { tls: trust });
      assert.equal(await redis.set('app:1', 'v'), 'OK');
      await assert.rejects(redis.get('other'), { message: /^NOPERM / });
    });

    test('redis:// against the TLS port fails at once', async () => {
      const begun = performance.now();
      await refusal(flavour, server.url.replace('rediss:', 'redis:'), { connectTimeout: 5_000 });
      assert.ok(performance.now() - begun < 4_000, 'before any time limit');
    });
  });
}

describe('ioredis with mutual TLS', () => {
  const [flavour] = flavours;
  let server;
  before(async () => {
    server = await TestServer.start(tlsFlags('yes'));
  });
  afterEach(() => flavour.close());
  after(() => server.close());

  test('a client with a certificate is let in', async () => {
    const redis = flavour.connect(server.url, { tls: { ...trust, ...proof } });
    assert.equal(await redis.ping(), 'PONG');
  });

  test('a client without one is not', async () => {
    await refusal(flavour, server.url, { tls: trust });
  });
});
