// ioredis in front of a database: cache-aside, the fixed-window limiter, expiry and SCAN streams.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { TestServer } from '../support/server.mjs';
import { Recorder, eventually } from '../support/wait.mjs';
import { flavours } from './versions.mjs';

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

    test('cache-aside: the first read loads, the second does not, EX 300 holds', async () => {
      let loads = 0;
      const product = async (id) => {
        const key = `product:${id}`;
        const hit = await redis.get(key);
        if (hit !== null) return JSON.parse(hit);
        loads += 1;
        const row = { id, name: 'Wasserkocher „Löwe“', cents: 1999 };
        assert.equal(await redis.set(key, JSON.stringify(row), 'EX', 300), 'OK');
        return row;
      };
      const first = await product(7);
      assert.deepEqual(await product(7), first);
      assert.equal(loads, 1);
      assert.ok([299, 300].includes(await redis.ttl('product:7')));
      const pttl = await redis.pttl('product:7');
      assert.ok(pttl > 295_000 && pttl <= 300_000, `pttl ${pttl}`);
      assert.equal(await redis.ttl('product:8'), -2);
      assert.equal(await redis.del('product:7'), 1);
      await product(7);
      assert.equal(loads, 2);
    });

    test('cache-aside: an entry with PX leaves on time and is loaded anew', async () => {
      const begun = performance.now();
      assert.equal(await redis.set('product:7', 'old', 'PX', 80), 'OK');
      const seen = new Set();
      await eventually('product:7 expires', async () => {
        const value = await redis.get('product:7');
        if (value !== null) seen.add(value);
        return value === null;
      });
      const lasted = performance.now() - begun;
      assert.ok(lasted >= 79, `gone after ${lasted} ms`);
      assert.deepEqual([...seen], ['old']);
      assert.equal(await redis.exists('product:7'), 0);
      assert.equal(await redis.pttl('product:7'), -2);
      assert.equal(await redis.dbsize(), 0);
      assert.equal(await redis.set('product:7', 'new', 'PX', 10_000, 'NX'), 'OK');
      assert.equal(await redis.get('product:7'), 'new');
    });

    test('SET: NX, XX, GET and KEEPTTL answer as a lock needs it', async () => {
      assert.equal(await redis.set('lock', 'me', 'PX', 10_000, 'NX'), 'OK');
      assert.equal(await redis.set('lock', 'you', 'PX', 10_000, 'NX'), null);
      assert.equal(await redis.set('other', 'x', 'XX'), null);
      assert.equal(await redis.set('lock', 'me again', 'XX', 'KEEPTTL', 'GET'), 'me');
      assert.ok((await redis.pttl('lock')) > 5_000);
      assert.equal(await redis.getdel('lock'), 'me again');
      assert.equal(await redis.get('lock'), null);
    });

    test('values: bytes and UTF-8 come back as they went', async () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      assert.equal(await redis.set('bytes', bytes), 'OK');
      assert.deepEqual(await redis.getBuffer('bytes'), bytes);
      assert.equal(await redis.strlen('bytes'), 256);
      const large = 'ü'.repeat(200_000);
      await redis.set('large', large);
      assert.equal(await redis.get('large'), large);
      assert.equal(await redis.mset({ a: '1', b: '' }), 'OK');
      assert.deepEqual(await redis.mget('a', 'b', 'missing'), ['1', '', null]);
      assert.equal(await redis.incrbyfloat('a', 0.5), '1.5');
    });

    test('limiter: INCR counts, the first of a window sets EXPIRE', async () => {
      const hit = async (limit, seconds) => {
        const count = await redis.incr('limit:user:1');
        if (count === 1) assert.equal(await redis.expire('limit:user:1', seconds), 1);
        return count <= limit;
      };
      const allowed = [];
      for (let i = 0; i < 7; ++i) allowed.push(await hit(5, 60));
      assert.deepEqual(allowed, [true, true, true, true, true, false, false]);
      assert.equal(await redis.get('limit:user:1'), '7');
      assert.ok([59, 60].includes(await redis.ttl('limit:user:1')));
      assert.equal(await redis.expire('limit:user:1', 90, 'NX'), 0);
      assert.equal(await redis.expire('limit:nobody', 60), 0);
    });

    test('limiter: racing requests get every number once, a new window begins at 1', async () => {
      const others = Array.from({ length: 4 }, () => flavour.duplicate(redis));
      const counts = await Promise.all(Array.from({ length: 40 }, (_, i) => others[i % 4].incr('limit')));
      assert.deepEqual(counts.sort((a, b) => a - b), Array.from({ length: 40 }, (_, i) => i + 1));
      assert.equal(await redis.pexpire('limit', 40), 1);
      await eventually('the window ends', async () => (await redis.exists('limit')) === 0);
      assert.equal(await redis.incr('limit'), 1);
      assert.equal(await redis.ttl('limit'), -1);
    });

    test('scanStream: every key that matches, exactly the set', async () => {
      const users = Array.from({ length: 500 }, (_, i) => `user:${i}`);
      await redis.mset(users.flatMap((key) => [key, '1']));
      await redis.mset(Array.from({ length: 300 }, (_, i) => [`order:${i}`, '2']).flat());
      const found = new Set();
      let pages = 0;
      for await (const keys of redis.scanStream({ match: 'user:*', count: 50, type: 'string' })) {
        pages += 1;
        for (const key of keys) found.add(key);
      }
      assert.ok(pages > 5, `${pages} pages`);
      assert.deepEqual([...found].sort(), users.sort());
      assert.deepEqual((await redis.keys('user:?')).sort(), users.filter((key) => key.length === 6).sort());
    });

    test('keyspace notifications: expired names the key on time, in its database', async () => {
      assert.equal(await redis.config('SET', 'notify-keyspace-events', 'KEx'), 'OK');
      const subscriber = flavour.duplicate(redis);
      const messages = new Recorder();
      subscriber.on('message', messages.record);
      subscriber.on('pmessage', messages.record);
      assert.equal(await subscriber.subscribe('__keyevent@0__:expired'), 1);
      assert.equal(await subscriber.psubscribe('__keyspace@*__:session:*'), 2);
      await redis.set('session:1', 'x', 'PX', 30);
      await redis.set('session:2', 'x');
      await redis.del('session:2');
      assert.deepEqual(await messages.take(2), [
        ['__keyspace@*__:session:*', '__keyspace@0__:session:1', 'expired'],
        ['__keyevent@0__:expired', 'session:1'],
      ]);
    });
  });
}
