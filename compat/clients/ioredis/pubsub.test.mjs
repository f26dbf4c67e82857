// ioredis as publisher and subscriber: duplicate(), patterns, shard channels, unsubscribing.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { TestServer } from '../support/server.mjs';
import { Recorder, eventually } from '../support/wait.mjs';
import { flavours } from './versions.mjs';

for (const flavour of flavours) {
  describe(flavour.name, () => {
    let server;
    let redis;
    let subscriber;
    let messages;
    before(async () => {
      server = await TestServer.start();
    });
    beforeEach(async () => {
      redis = flavour.connect(server.url);
      await redis.flushall();
      subscriber = flavour.duplicate(redis);
      messages = new Recorder();
      subscriber.on('message', (...call) => messages.record('message', ...call));
      subscriber.on('pmessage', (...call) => messages.record('pmessage', ...call));
      subscriber.on('smessage', (...call) => messages.record('smessage', ...call));
    });
    afterEach(async () => {
      flavour.close();
      const probe = flavour.connect(server.url);
      await eventually('subscribers are gone', async () => (await probe.pubsub('NUMPAT')) === 0);
      flavour.close();
    });
    after(() => server.close());

    test('subscribe: counts grow, messages arrive in order, PUBLISH counts receivers', async () => {
      assert.equal(await subscriber.subscribe('news'), 1);
      assert.equal(await subscriber.subscribe('weather', 'sport'), 3);
      const second = flavour.duplicate(redis);
      assert.equal(await second.subscribe('news'), 1);
      assert.equal(await redis.publish('news', 'one'), 2);
      assert.equal(await redis.publish('sport', 'two'), 1);
      assert.equal(await redis.publish('nobody', 'lost'), 0);
      assert.equal(await redis.publish('news', ''), 2);
      assert.deepEqual(await messages.take(3), [
        ['message', 'news', 'one'],
        ['message', 'sport', 'two'],
        ['message', 'news', ''],
      ]);
      assert.deepEqual((await redis.pubsub('CHANNELS')).sort(), ['news', 'sport', 'weather']);
      assert.deepEqual(await redis.pubsub('NUMSUB', 'news', 'nobody'), ['news', 2, 'nobody', 0]);
    });

    test('a subscribed connection: other commands are refused on RESP2, served on RESP3', async () => {
      await redis.set('k', 'v');
      await subscriber.subscribe('news');
      if (flavour.resp === 3) {
        assert.equal(await subscriber.get('k'), 'v');
        assert.equal(await subscriber.publish('news', 'to myself'), 1);
        assert.deepEqual(await messages.take(1), [['message', 'news', 'to myself']]);
      } else {
        await assert.rejects(async () => subscriber.get('k'), /subscriber mode/);
      }
      assert.equal(await subscriber.unsubscribe('news'), 0);
      assert.equal(await subscriber.get('k'), 'v');
    });

    test('psubscribe: pattern, channel and message; a channel and a pattern both deliver', async () => {
      assert.equal(await subscriber.psubscribe('news.*', 'h[ae]llo'), 2);
      assert.equal(await subscriber.subscribe('news.tech'), 3);
      assert.equal(await redis.publish('news.tech', 'x'), 2);
      assert.equal(await redis.publish('hallo', 'y'), 1);
      assert.equal(await redis.publish('hillo', 'z'), 0);
      assert.deepEqual(await messages.take(3), [
        ['message', 'news.tech', 'x'],
        ['pmessage', 'news.*', 'news.tech', 'x'],
        ['pmessage', 'h[ae]llo', 'hallo', 'y'],
      ]);
      assert.equal(await redis.pubsub('NUMPAT'), 2);
    });

    test('messageBuffer: bytes arrive untouched', async () => {
      const bytes = Buffer.from([0, 13, 10, 255, 36, 0]);
      const buffers = new Recorder();
      subscriber.on('messageBuffer', buffers.record);
      await subscriber.subscribe('raw');
      assert.equal(await redis.publish('raw', bytes), 1);
      assert.deepEqual(await buffers.take(1), [[Buffer.from('raw'), bytes]]);
    });

    test('unsubscribe: one, then all; nothing arrives any more', async () => {
      await subscriber.subscribe('a', 'b', 'c');
      await subscriber.psubscribe('p*');
      assert.equal(await subscriber.unsubscribe('b'), 3);
      assert.equal(await redis.publish('b', 'lost'), 0);
      assert.equal(await redis.publish('a', 'kept'), 1);
      assert.deepEqual(await messages.take(1), [['message', 'a', 'kept']]);
      assert.equal(await subscriber.punsubscribe('p*'), 2);
      assert.equal(await subscriber.unsubscribe(), 0);
      assert.equal(await redis.publish('a', 'lost'), 0);
      assert.deepEqual(await redis.pubsub('CHANNELS'), []);
      assert.equal(await subscriber.ping(), 'PONG');
      assert.deepEqual(messages.calls, []);
    });

    test('ssubscribe: shard channels are apart from the others', async () => {
      assert.equal(await subscriber.ssubscribe('orders'), 1);
      assert.equal(await redis.publish('orders', 'lost'), 0);
      assert.equal(await redis.spublish('orders', '42'), 1);
      assert.deepEqual(await messages.take(1), [['smessage', 'orders', '42']]);
      assert.deepEqual(await redis.pubsub('SHARDCHANNELS'), ['orders']);
      assert.deepEqual(await redis.pubsub('CHANNELS'), []);
      assert.equal(await subscriber.sunsubscribe('orders'), 0);
      assert.equal(await redis.spublish('orders', '43'), 0);
    });

    test('many messages: ten thousand arrive complete and in order', async () => {
      await subscriber.subscribe('flood');
      const pipeline = redis.pipeline();
      for (let i = 0; i < 10_000; ++i) pipeline.publish('flood', `${i}`);
      const replies = await pipeline.exec();
      assert.ok(replies.every(([error, receivers]) => error === null && receivers === 1));
      const received = await messages.take(10_000);
      assert.deepEqual(received.map(([, , text]) => text), Array.from({ length: 10_000 }, (_, i) => `${i}`));
    });
  });
}
