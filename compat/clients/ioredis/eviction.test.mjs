// A cache that is full: what ioredis sees of maxmemory under the policies that people choose.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { TestServer } from '../support/server.mjs';
import { eventually } from '../support/wait.mjs';
import { flavours } from './versions.mjs';

const kOom = "OOM command not allowed when used memory > 'maxmemory'.";
const kPage = 'x'.repeat(1000);

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
    afterEach(async () => {
      await redis.config('SET', 'maxmemory', '0');
      await redis.config('RESETSTAT');
      flavour.close();
    });
    after(() => server.close());

    // Room for about 1,500 pages more than what is there.
    const capAt = async (policy) => {
      const used = Number((await redis.info('memory')).match(/used_memory:(\d+)/)[1]);
      await redis.config('SET', 'maxmemory-policy', policy);
      await redis.config('SET', 'maxmemory', String(used + 2_000_000));
    };
    const evicted = async () => Number((await redis.info('stats')).match(/evicted_keys:(\d+)/)[1]);

    test('noeviction: a write fails with the OOM error while reads and deletes work', async () => {
      await capAt('noeviction');
      let written = 0;
      await assert.rejects(async () => {
        for (;; ++written) await redis.set(`page:${written}`, kPage);
      }, (error) => error.message === kOom);
      assert.ok(written > 1000, `${written} pages fit`);
      assert.equal(await redis.get('page:0'), kPage);
      assert.equal(await redis.dbsize(), written);
      await assert.rejects(redis.rpush('jobs', kPage), { message: kOom });
      await assert.rejects(redis.multi().set('a', '1').exec());
      assert.equal(await redis.expire('page:1', 100), 1);
      for (let i = 0; i < 300; ++i) assert.equal(await redis.del(`page:${i}`), 1);
      assert.equal(await redis.set('page:0', kPage), 'OK');
    });

    test('allkeys-lru: the hot set stays, what nobody reads goes', async () => {
      const hot = Array.from({ length: 20 }, (_, i) => `hot:${i}`);
      await capAt('allkeys-lru');
      await redis.config('SET', 'maxmemory-samples', '10');
      let cold = 0;
      while ((await evicted()) === 0) await redis.set(`cold:${cold++}`, kPage);
      const resident = await redis.dbsize();
      await eventually('the clock of last uses moves on', async () => (await redis.object('IDLETIME', `cold:${cold - 1}`)) >= 2);
      for (const key of hot) await redis.set(key, kPage);
      for (let i = 0; i < resident / 2; ++i) {
        await redis.set(`new:${i}`, kPage);
        if (i % 50 === 0) await redis.mget(hot);
      }
      const left = (await redis.mget(hot)).filter((page) => page !== null).length;
      assert.ok(left >= 18, `${left} of 20 hot pages are left`);
      assert.ok((await evicted()) > resident / 3);
    });

    test('volatile-lru: keys without a time to live stay, and writes fail when nothing else is left', async () => {
      await redis.rpush('queue', ...Array.from({ length: 50 }, (_, i) => `job:${i}`));
      for (let i = 0; i < 100; ++i) await redis.set(`setting:${i}`, kPage);
      await capAt('volatile-lru');
      for (let i = 0; i < 3000; ++i) await redis.set(`page:${i}`, kPage, 'EX', 1000);
      assert.ok((await evicted()) > 500);
      assert.equal(await redis.llen('queue'), 50);
      assert.equal(await redis.exists(Array.from({ length: 100 }, (_, i) => `setting:${i}`)), 100);
      await assert.rejects(async () => {
        for (let i = 0; ; ++i) await redis.set(`forever:${i}`, kPage);
      }, { message: kOom });
      assert.equal(await redis.lpop('queue'), 'job:0');
    });
  });
}
