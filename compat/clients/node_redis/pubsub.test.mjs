// node-redis as publisher and subscriber: duplicate(), patterns, shard channels, unsubscribing.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { TestServer } from '../support/server.mjs';
import { Recorder, eventually } from '../support/wait.mjs';
import { flavours } from './flavours.mjs';

for (const flavour of flavours) {
  describe(flavour.name, () => {
    let server;
    let client;
    let subscriber;
    let messages;
    before(async () => {
      server = await TestServer.start();
    });
    beforeEach(async () => {
      client = await flavour.connect(server.url);
      await client.flushAll();
      await eventually('earlier subscribers are gone', async () => {
        const channels = await client.pubSubChannels();
        return channels.length === 0 && (await client.pubSubNumPat()) === 0;
      });
      subscriber = await flavour.duplicate(client);
      messages = new Recorder();
    });
    afterEach(() => flavour.close());
    after(() => server.close());

    test('subscribe: messages arrive in order, PUBLISH counts receivers', async () => {
      await subscriber.subscribe(['news', 'sport'], messages.record);
      const second = await flavour.duplicate(client);
      await second.subscribe('news', () => {});
      assert.equal(await client.publish('news', 'one'), 2);
      assert.equal(await client.publish('sport', 'two'), 1);
      assert.equal(await client.publish('nobody', 'lost'), 0);
      assert.equal(await client.publish('news', ''), 2);
      assert.deepEqual(await messages.take(3), [['one', 'news'], ['two', 'sport'], ['', 'news']]);
      assert.deepEqual((await client.pubSubChannels()).sort(), ['news', 'sport']);
      assert.deepEqual({ ...(await client.pubSubNumSub(['news', 'nobody'])) }, { news: 2, nobody: 0 });
    });

    test('a subscribed connection: other commands are refused on RESP2, served on RESP3', async () => {
      await client.set('k', 'v');
      await subscriber.subscribe('news', messages.record);
      if (flavour.resp === 3) {
        assert.equal(await subscriber.get('k'), 'v');
        assert.equal(await subscriber.publish('news', 'to myself'), 1);
        assert.deepEqual(await messages.take(1), [['to myself', 'news']]);
      } else {
        await assert.rejects(subscriber.get('k'), {
          message:
            "ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET " +
            'are allowed in this context',
        });
      }
      await subscriber.unsubscribe('news');
      // On RESP2 this client still decodes its first reply after leaving pub/sub to a Buffer.
      assert.equal(`${await subscriber.get('k')}`, 'v');
    });

    test('pSubscribe: a channel and a pattern both deliver', async () => {
      const matched = new Recorder();
      await subscriber.pSubscribe(['news.*', 'h[ae]llo'], matched.record);
      await subscriber.subscribe('news.tech', messages.record);
      assert.equal(await client.publish('news.tech', 'x'), 2);
      assert.equal(await client.publish('hallo', 'y'), 1);
      assert.equal(await client.publish('hillo', 'z'), 0);
      assert.deepEqual(await messages.take(1), [['x', 'news.tech']]);
      assert.deepEqual(await matched.take(2), [['x', 'news.tech'], ['y', 'hallo']]);
      assert.equal(await client.pubSubNumPat(), 2);
    });

    test('subscribe in buffer mode: bytes arrive untouched', async () => {
      const bytes = Buffer.from([0, 13, 10, 255, 36, 0]);
      await subscriber.subscribe('raw', messages.record, true);
      assert.equal(await client.publish('raw', bytes), 1);
      assert.deepEqual(await messages.take(1), [[bytes, Buffer.from('raw')]]);
    });

    test('unsubscribe: one, then all; nothing arrives any more', async () => {
      await subscriber.subscribe(['a', 'b', 'c'], messages.record);
      await subscriber.pSubscribe('p*', messages.record);
      await subscriber.unsubscribe('b');
      assert.equal(await client.publish('b', 'lost'), 0);
      assert.equal(await client.publish('a', 'kept'), 1);
      assert.deepEqual(await messages.take(1), [['kept', 'a']]);
      await subscriber.pUnsubscribe();
      assert.equal(await client.pubSubNumPat(), 0);
      await subscriber.unsubscribe();
      assert.equal(await client.publish('a', 'lost'), 0);
      assert.deepEqual(await client.pubSubChannels(), []);
      assert.equal(`${await subscriber.ping()}`, 'PONG');
      assert.deepEqual(messages.calls, []);
    });

    test('sSubscribe: shard channels are apart from the others', async () => {
      await subscriber.sSubscribe('orders', messages.record);
      assert.equal(await client.publish('orders', 'lost'), 0);
      assert.equal(await client.sPublish('orders', '42'), 1);
      assert.deepEqual(await messages.take(1), [['42', 'orders']]);
      assert.deepEqual(await client.pubSubShardChannels(), ['orders']);
      await subscriber.sUnsubscribe('orders');
      assert.equal(await client.sPublish('orders', '43'), 0);
    });

    test('many messages: ten thousand arrive complete and in order', async () => {
      await subscriber.subscribe('flood', messages.record);
      const texts = Array.from({ length: 10_000 }, (_, i) => `${i}`);
      const receivers = await Promise.all(texts.map((text) => client.publish('flood', text)));
      assert.deepEqual(new Set(receivers), new Set([1]));
      assert.deepEqual((await messages.take(10_000)).map(([text]) => text), texts);
    });
  });
}
