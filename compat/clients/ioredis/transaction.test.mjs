// ioredis pipelines and transactions: reply order, errors in the middle, optimistic locking.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { TestServer } from '../support/server.mjs';
import { flavours } from './versions.mjs';

const kNotAnInteger = 'ERR value is not an integer or out of range';

for (const flavour of flavours) {
  describe(flavour.name, () => {
    let server;
    let redis;
    before(async () => {
      server = await TestServer.start();
    });
    beforeEach(async () => {
      redis = flavour.connect(server.url);
      await redis.flushall();
    });
    afterEach(() => flavour.close());
    after(() => server.close());

    test('pipeline: replies in order, an error in the middle stops nothing', async () => {
      const replies = await redis.pipeline().set('text', 'abc').incr('text').append('text', 'd').get('text').exec();
      assert.deepEqual(replies.map(([error, value]) => error?.message ?? value), ['OK', kNotAnInteger, 4, 'abcd']);
      assert.equal(replies[1][0].name, 'ReplyError');
    });

    test('pipeline: five thousand INCRs answer 1 to 5000', async () => {
      const pipeline = redis.pipeline();
      for (let i = 0; i < 5_000; ++i) pipeline.incr('n');
      const replies = await pipeline.exec();
      assert.deepEqual(replies, Array.from({ length: 5_000 }, (_, i) => [null, i + 1]));
    });

    test('pipeline: unknown commands and wrong arity are errors at their place', async () => {
      const pipeline = redis.pipeline();
      pipeline.call('NOSUCH', 'a', 'b');
      pipeline.call('GET');
      pipeline.ping();
      const [[unknown], [arity], pong] = await pipeline.exec();
      assert.equal(unknown.message, "ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' ");
      assert.equal(arity.message, "ERR wrong number of arguments for 'get' command");
      assert.deepEqual(pong, [null, 'PONG']);
    });

    test('autopipelining: concurrent commands get their own replies', async () => {
      const auto = flavour.duplicate(redis, { enableAutoPipelining: true });
      const written = await Promise.all(Array.from({ length: 200 }, (_, i) => auto.set(`k${i}`, `v${i}`)));
      assert.deepEqual(new Set(written), new Set(['OK']));
      const read = await Promise.all(Array.from({ length: 200 }, (_, i) => auto.get(`k${i}`)));
      assert.deepEqual(read, Array.from({ length: 200 }, (_, i) => `v${i}`));
    });

    test('multi: all replies; a failing command leaves the others done', async () => {
      const replies = await redis.multi().set('a', '1').incr('a').set('t', 'x').incr('t').get('a').exec();
      assert.deepEqual(
        replies.map(([error, value]) => error?.message ?? value),
        ['OK', 2, 'OK', kNotAnInteger, '2'],
      );
      assert.equal(await redis.get('t'), 'x');
    });

    test('multi: a command refused while queueing aborts all', async () => {
      const transaction = redis.multi().set('a', '1');
      transaction.call('SET', 'b');
      await assert.rejects(transaction.exec(), (error) => {
        assert.equal(error.message, 'EXECABORT Transaction discarded because of previous errors.');
        return true;
      });
      assert.equal(await redis.exists('a'), 0);
    });

    test('multi without a pipeline: QUEUED, and DISCARD forgets', async () => {
      assert.equal(await redis.multi({ pipeline: false }), 'OK');
      assert.equal(await redis.set('a', '1'), 'QUEUED');
      assert.equal(await redis.discard(), 'OK');
      assert.equal(await redis.exists('a'), 0);
      await redis.multi({ pipeline: false });
      assert.equal(await redis.set('a', '2'), 'QUEUED');
      assert.deepEqual(await redis.exec(), [[null, 'OK']]);
      await assert.rejects(redis.call('EXEC'), { message: 'ERR EXEC without MULTI' });
    });

    test('optimistic locking: a conflict is null, the retry wins', async () => {
      const rival = flavour.duplicate(redis);
      await redis.set('stock', '10');
      let attempts = 0;
      const sell = async () => {
        for (;;) {
          attempts += 1;
          await redis.watch('stock');
          const stock = Number(await redis.get('stock'));
          if (attempts === 1) await rival.decr('stock');
          const replies = await redis.multi().set('stock', stock - 1).exec();
          if (replies !== null) return replies;
        }
      };
      assert.deepEqual(await sell(), [[null, 'OK']]);
      assert.equal(attempts, 2);
      assert.equal(await redis.get('stock'), '8');
    });

    test('optimistic locking: UNWATCH lets the transaction pass', async () => {
      const rival = flavour.duplicate(redis);
      await redis.watch('stock');
      await rival.set('stock', 'theirs');
      assert.equal(await redis.unwatch(), 'OK');
      assert.deepEqual(await redis.multi().get('stock').exec(), [[null, 'theirs']]);
    });

    test('optimistic locking: ten clients sell ten pieces, none twice', async () => {
      await redis.set('stock', '10');
      const clients = Array.from({ length: 10 }, () => flavour.duplicate(redis));
      const sold = await Promise.all(clients.map(async (client) => {
        for (;;) {
          await client.watch('stock');
          const stock = Number(await client.get('stock'));
          const replies = await client.multi().set('stock', stock - 1).exec();
          if (replies !== null) return stock;
        }
      }));
      assert.deepEqual(sold.sort((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      assert.equal(await redis.get('stock'), '0');
    });
  });
}
