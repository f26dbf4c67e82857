// Work queues on plain commands: the reliable queue (BLMOVE and an in-progress list), fair waiting, a delayed queue
// on a sorted set, and a stream's consumer group with a crash and a claim.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { flavours } from '../ioredis/versions.mjs';
import { TestServer } from '../support/server.mjs';
import { clientRow, eventually } from '../support/wait.mjs';

for (const flavour of flavours) {
  describe(`queues with ${flavour.name}`, () => {
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

    const blocked = (count) => eventually(`${count} blocked clients`, async () =>
      (await redis.info('clients')).includes(`blocked_clients:${count}\r\n`));

    test('the reliable queue: what a crashed worker had taken is found again', async () => {
      const worker = flavour.connect(server.url);
      await redis.lpush('todo', 'a', 'b');
      assert.equal(await worker.blmove('todo', 'doing', 'RIGHT', 'LEFT', 5), 'a');
      assert.equal(await redis.lrem('doing', 1, 'a'), 1);  // done
      assert.equal(await worker.blmove('todo', 'doing', 'RIGHT', 'LEFT', 5), 'b');
      worker.disconnect();  // crashed with b in its hands
      assert.deepEqual(await redis.lrange('doing', 0, -1), ['b']);
      assert.equal(await redis.lmove('doing', 'todo', 'LEFT', 'RIGHT'), 'b');
      assert.equal(await redis.exists('doing'), 0);
    });

    test('who has waited longest is served first', async () => {
      const got = [];
      const waiting = [];
      for (let i = 0; i < 3; ++i) {
        const worker = flavour.connect(server.url);
        waiting.push(worker.blpop('low', 'high', 5).then((reply) => got.push([i, ...reply])));
        await blocked(i + 1);
      }
      await redis.multi().rpush('high', 'h1').rpush('low', 'l1', 'l2').exec();
      await Promise.all(waiting);
      assert.deepEqual(got.sort(), [[0, 'high', 'h1'], [1, 'low', 'l1'], [2, 'low', 'l2']]);
    });

    test('a wait ends with its timeout, by CLIENT UNBLOCK, or with the connection', async () => {
      assert.equal(await redis.blpop('none', 0.02), null);
      const worker = flavour.connect(server.url);
      const id = await worker.client('ID');
      const waiting = worker.brpop('none', 0);
      await blocked(1);
      assert.equal(clientRow(await redis.client('LIST'), id).cmd, 'brpop');
      assert.equal(await redis.client('UNBLOCK', id), 1);
      assert.equal(await waiting, null);
      const doomed = flavour.connect(server.url);
      const lost = doomed.brpop('none', 0).catch(() => 'lost');
      await blocked(1);
      doomed.disconnect();
      assert.equal(await lost, 'lost');
      await blocked(0);
      await redis.rpush('none', 'still here');
      assert.equal(await redis.llen('none'), 1);
    });

    test('a delayed queue on a sorted set', async () => {
      await redis.zadd('delayed', 300, 'third', 100, 'first', 200, 'second');
      assert.deepEqual(await redis.zrangebyscore('delayed', '-inf', 250, 'LIMIT', 0, 10), ['first', 'second']);
      const [popped] = await redis.multi().zpopmin('delayed').exec();
      assert.equal(popped[1].flat()[0], 'first');
      const worker = flavour.connect(server.url);
      assert.equal((await worker.bzpopmin('delayed', 1))[1], 'second');
      assert.equal(await redis.zcard('delayed'), 1);
    });

    test('a consumer group: a crash, the pending entry claimed by another, dead letters', async () => {
      const [a, b] = [flavour.connect(server.url), flavour.connect(server.url)];
      await redis.xgroup('CREATE', 'events', 'mail', '$', 'MKSTREAM');
      const ids = [await redis.xadd('events', '*', 'to', 'ann'), await redis.xadd('events', '*', 'to', 'bob')];
      const taken = await a.xreadgroup('GROUP', 'mail', 'a', 'COUNT', 1, 'STREAMS', 'events', '>');
      assert.ok(JSON.stringify(taken).includes(ids[0]) && JSON.stringify(taken).includes('ann'));
      a.disconnect();
      assert.ok(JSON.stringify(await b.xreadgroup('GROUP', 'mail', 'b', 'STREAMS', 'events', '>')).includes('bob'));
      assert.deepEqual((await redis.xpending('events', 'mail'))[0], 2);
      assert.equal(await b.xack('events', 'mail', ids[1]), 1);
      const claimed = await b.xautoclaim('events', 'mail', 'b', 0, '0-0', 'COUNT', 10);
      assert.deepEqual(claimed[0], '0-0');
      assert.deepEqual(claimed[1], [[ids[0], ['to', 'ann']]]);
      const [[id, owner, , deliveries]] = await redis.xpending('events', 'mail', '-', '+', 10);
      assert.deepEqual([id, owner, deliveries], [ids[0], 'b', 2]);
      assert.equal(await b.xack('events', 'mail', ids[0]), 1);
      assert.equal((await redis.xpending('events', 'mail'))[0], 0);
    });

    test('a blocked group reader gets what is added, once', async () => {
      await redis.xgroup('CREATE', 'events', 'g', '0', 'MKSTREAM');
      const readers = [];
      for (const name of ['a', 'b']) {
        const reader = flavour.connect(server.url);
        readers.push(reader.xreadgroup('GROUP', 'g', name, 'BLOCK', 300, 'STREAMS', 'events', '>'));
        await blocked(readers.length);
      }
      const id = await redis.xadd('events', '*', 'n', '1');
      const [first, second] = await Promise.all(readers);
      assert.ok(JSON.stringify(first).includes(id));
      assert.equal(second, null);
    });
  });
}
