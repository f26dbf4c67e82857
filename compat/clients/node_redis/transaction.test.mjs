// node-redis pipelines and transactions: reply order, errors in the middle, optimistic locking.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { MultiErrorReply, WatchError } from 'redis';
import { TestServer } from '../support/server.mjs';
import { flavours } from './flavours.mjs';

const kNotAnInteger = 'ERR value is not an integer or out of range';

for (const flavour of flavours) {
  describe(flavour.name, () => {
    let server;
    let client;
    before(async () => {
      server = await TestServer.start();
    });
    beforeEach(async () => {
      client = await flavour.connect(server.url);
      await client.flushAll();
    });
    afterEach(() => flavour.close());
    after(() => server.close());

    test('pipeline: commands of one tick answer in order, an error stops nothing', async () => {
      const settled = await Promise.allSettled([
        client.set('text', 'abc'),
        client.incr('text'),
        client.append('text', 'd'),
        client.get('text'),
      ]);
      assert.deepEqual(
        settled.map(({ value, reason }) => reason?.message ?? value),
        ['OK', kNotAnInteger, 4, 'abcd'],
      );
    });

    test('pipeline: five thousand INCRs answer 1 to 5000', async () => {
      const replies = await Promise.all(Array.from({ length: 5_000 }, () => client.incr('n')));
      assert.deepEqual(replies, Array.from({ length: 5_000 }, (_, i) => i + 1));
    });

    test('execAsPipeline: typed replies in order without MULTI', async () => {
      const replies = await client.multi().set('a', '1').incr('a').mGet(['a', 'b']).execAsPipeline();
      assert.deepEqual(replies, ['OK', 2, ['2', null]]);
    });

    test('sendCommand: unknown commands and wrong arity carry their texts', async () => {
      await assert.rejects(client.sendCommand(['NOSUCH', 'a', 'b']), {
        message: "ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' ",
      });
      await assert.rejects(client.sendCommand(['GET']), {
        message: "ERR wrong number of arguments for 'get' command",
      });
      assert.equal(await client.sendCommand(['PING']), 'PONG');
    });

    test('multi: all replies; a failing command leaves the others done', async () => {
      assert.deepEqual(await client.multi().set('a', '1').incr('a').get('a').exec(), ['OK', 2, '2']);
      await assert.rejects(client.multi().set('t', 'x').incr('t').get('t').exec(), (error) => {
        assert.ok(error instanceof MultiErrorReply);
        assert.deepEqual(error.errorIndexes, [1]);
        assert.equal(error.replies[0], 'OK');
        assert.equal(error.replies[1].message, kNotAnInteger);
        assert.equal(error.replies[2], 'x');
        return true;
      });
      assert.equal(await client.get('t'), 'x');
    });

    test('multi: a command refused while queueing aborts all', async () => {
      const arity = { message: "ERR wrong number of arguments for 'set' command" };
      await assert.rejects(client.multi().set('a', '1').addCommand(['SET', 'b']).exec(), arity);
      assert.equal(await client.exists('a'), 0);
      assert.equal(await client.sendCommand(['MULTI']), 'OK');
      await assert.rejects(client.sendCommand(['SET', 'b']), arity);
      await assert.rejects(client.sendCommand(['EXEC']), {
        message: 'EXECABORT Transaction discarded because of previous errors.',
      });
      assert.equal(await client.exists('a'), 0);
    });

    test('DISCARD: what was queued is forgotten', async () => {
      assert.equal(await client.sendCommand(['MULTI']), 'OK');
      assert.equal(await client.sendCommand(['SET', 'a', '1']), 'QUEUED');
      assert.equal(await client.sendCommand(['DISCARD']), 'OK');
      assert.equal(await client.exists('a'), 0);
      await assert.rejects(client.sendCommand(['EXEC']), { message: 'ERR EXEC without MULTI' });
    });

    test('optimistic locking: a conflict is a WatchError, the retry wins', async () => {
      const rival = await flavour.duplicate(client);
      await client.set('stock', '10');
      let attempts = 0;
      const sell = async () => {
        for (;;) {
          attempts += 1;
          await client.watch('stock');
          const stock = Number(await client.get('stock'));
          if (attempts === 1) await rival.decr('stock');
          try {
            return await client.multi().set('stock', `${stock - 1}`).exec();
          } catch (error) {
            assert.ok(error instanceof WatchError);
          }
        }
      };
      assert.deepEqual(await sell(), ['OK']);
      assert.equal(attempts, 2);
      assert.equal(await client.get('stock'), '8');
    });

    test('optimistic locking: UNWATCH lets the transaction pass', async () => {
      const rival = await flavour.duplicate(client);
      await client.watch(['stock', 'price']);
      await rival.set('stock', 'theirs');
      assert.equal(await client.unwatch(), 'OK');
      assert.deepEqual(await client.multi().get('stock').exec(), ['theirs']);
    });

    test('optimistic locking: ten clients sell ten pieces, none twice', async () => {
      await client.set('stock', '10');
      const sellers = await Promise.all(Array.from({ length: 10 }, () => flavour.duplicate(client)));
      const sold = await Promise.all(sellers.map(async (seller) => {
        for (;;) {
          await seller.watch('stock');
          const stock = Number(await seller.get('stock'));
          try {
            await seller.multi().set('stock', `${stock - 1}`).exec();
            return stock;
          } catch (error) {
            assert.ok(error instanceof WatchError);
          }
        }
      }));
      assert.deepEqual(sold.sort((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      assert.equal(await client.get('stock'), '0');
    });
  });
}
