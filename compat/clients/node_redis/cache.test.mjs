// node-redis in front of a database: cache-aside, the fixed-window limiter, expiry and SCAN iterators.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { RESP_TYPES } from 'redis';
import { TestServer } from '../support/server.mjs';
import { Recorder, eventually } from '../support/wait.mjs';
import { flavours } from './flavours.mjs';

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

    test('cache-aside: the first read loads, the second does not, EX 300 holds', async () => {
      let loads = 0;
      const product = async (id) => {
        const key = `product:${id}`;
        const hit = await client.get(key);
        if (hit !== null) return JSON.parse(hit);
        loads += 1;
        const row = { id, name: 'Wasserkocher „Löwe“', cents: 1999 };
        assert.equal(await client.set(key, JSON.stringify(row), { expiration: { type: 'EX', value: 300 } }), 'OK');
        return row;
      };
      const first = await product(7);
      assert.deepEqual(await product(7), first);
      assert.equal(loads, 1);
      assert.ok([299, 300].includes(await client.ttl('product:7')));
      const pttl = await client.pTTL('product:7');
      assert.ok(pttl > 295_000 && pttl <= 300_000, `pttl ${pttl}`);
      const due = await client.pExpireTime('product:7');
      assert.ok(Math.abs(due - Date.now() - 300_000) < 5_000, `due ${due}`);
      assert.equal(await client.ttl('product:8'), -2);
      assert.equal(await client.del('product:7'), 1);
      await product(7);
      assert.equal(loads, 2);
    });

    test('cache-aside: an entry with PX leaves on time and is loaded anew', async () => {
      const begun = performance.now();
      assert.equal(await client.set('product:7', 'old', { expiration: { type: 'PX', value: 80 } }), 'OK');
      const seen = new Set();
      await eventually('product:7 expires', async () => {
        const value = await client.get('product:7');
        if (value !== null) seen.add(value);
        return value === null;
      });
      const lasted = performance.now() - begun;
      assert.ok(lasted >= 79, `gone after ${lasted} ms`);
      assert.deepEqual([...seen], ['old']);
      assert.equal(await client.exists('product:7'), 0);
      assert.equal(await client.pTTL('product:7'), -2);
      assert.equal(await client.dbSize(), 0);
      assert.equal(await client.set('product:7', 'new', { condition: 'NX' }), 'OK');
      assert.equal(await client.get('product:7'), 'new');
    });

    test('SET: conditions, GET and KEEPTTL answer as a lock needs it', async () => {
      const expiration = { type: 'PX', value: 10_000 };
      assert.equal(await client.set('lock', 'me', { expiration, condition: 'NX' }), 'OK');
      assert.equal(await client.set('lock', 'you', { expiration, condition: 'NX' }), null);
      assert.equal(await client.set('other', 'x', { condition: 'XX' }), null);
      assert.equal(await client.set('lock', 'again', { expiration: 'KEEPTTL', condition: 'XX', GET: true }), 'me');
      assert.ok((await client.pTTL('lock')) > 5_000);
      assert.equal(await client.getEx('lock', { type: 'PERSIST' }), 'again');
      assert.equal(await client.ttl('lock'), -1);
      assert.equal(await client.getDel('lock'), 'again');
      assert.equal(await client.get('lock'), null);
    });

    test('values: bytes and UTF-8 come back as they went', async () => {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      assert.equal(await client.set('bytes', bytes), 'OK');
      const asBuffers = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
      assert.deepEqual(await asBuffers.get('bytes'), bytes);
      const large = 'ü'.repeat(200_000);
      await client.set('large', large);
      assert.equal(await client.get('large'), large);
      assert.equal(await client.mSet({ a: '1', b: '' }), 'OK');
      assert.deepEqual(await client.mGet(['a', 'b', 'missing']), ['1', '', null]);
      assert.equal(await client.incrByFloat('a', 0.5), '1.5');
      assert.equal(await client.mSetNX({ b: 'x', c: 'y' }), 0);
    });

    test('limiter: INCR counts, the first of a window sets EXPIRE', async () => {
      const hit = async (limit, seconds) => {
        const count = await client.incr('limit:user:1');
        if (count === 1) assert.equal(await client.expire('limit:user:1', seconds), 1);
        return count <= limit;
      };
      const allowed = [];
      for (let i = 0; i < 7; ++i) allowed.push(await hit(5, 60));
      assert.deepEqual(allowed, [true, true, true, true, true, false, false]);
      assert.equal(await client.get('limit:user:1'), '7');
      assert.ok([59, 60].includes(await client.ttl('limit:user:1')));
      assert.equal(await client.expire('limit:user:1', 90, 'NX'), 0);
      assert.equal(await client.expire('limit:nobody', 60), 0);
    });

    test('limiter: racing requests get every number once, a new window begins at 1', async () => {
      const others = await Promise.all(Array.from({ length: 4 }, () => flavour.duplicate(client)));
      const counts = await Promise.all(Array.from({ length: 40 }, (_, i) => others[i % 4].incr('limit')));
      assert.deepEqual(counts.sort((a, b) => a - b), Array.from({ length: 40 }, (_, i) => i + 1));
      assert.equal(await client.pExpire('limit', 40), 1);
      await eventually('the window ends', async () => (await client.exists('limit')) === 0);
      assert.equal(await client.incr('limit'), 1);
      assert.equal(await client.ttl('limit'), -1);
    });

    test('scanIterator: every key that matches, exactly the set', async () => {
      const users = Array.from({ length: 500 }, (_, i) => `user:${i}`);
      await client.mSet(users.map((key) => [key, '1']));
      await client.mSet(Array.from({ length: 300 }, (_, i) => [`order:${i}`, '2']));
      const found = new Set();
      let pages = 0;
      for await (const keys of client.scanIterator({ MATCH: 'user:*', COUNT: 50, TYPE: 'string' })) {
        pages += 1;
        for (const key of keys) found.add(key);
      }
      assert.ok(pages > 5, `${pages} pages`);
      assert.deepEqual([...found].sort(), users.sort());
      assert.deepEqual((await client.keys('user:?')).sort(), users.filter((key) => key.length === 6).sort());
    });

    test('keyspace notifications: expired names the key on time, in its database', async () => {
      assert.equal(await client.configSet('notify-keyspace-events', 'KEx'), 'OK');
      assert.deepEqual({ ...(await client.configGet('notify-keyspace-events')) }, { 'notify-keyspace-events': 'xKE' });
      const subscriber = await flavour.duplicate(client);
      const messages = new Recorder();
      await subscriber.subscribe('__keyevent@0__:expired', messages.record);
      await subscriber.pSubscribe('__keyspace@*__:session:*', messages.record);
      await client.set('session:1', 'x', { expiration: { type: 'PX', value: 30 } });
      await client.set('session:2', 'x');
      await client.del('session:2');
      assert.deepEqual(await messages.take(2), [
        ['expired', '__keyspace@0__:session:1'],
        ['session:1', '__keyevent@0__:expired'],
      ]);
    });
  });
}
