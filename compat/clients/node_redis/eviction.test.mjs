// A cache that is full: what node-redis sees of maxmemory under the policies that people choose.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { TestServer } from '../support/server.mjs';
import { eventually } from '../support/wait.mjs';
import { flavours } from './flavours.mjs';

const kOom = "OOM command not allowed when used memory > 'maxmemory'.";
const kPage = 'x'.repeat(1000);

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
    afterEach(async () => {
      await client.configSet('maxmemory', '0');
      await client.configResetStat();
      flavour.close();
    });
    after(() => server.close());

    // Room for about 1,500 pages more than what is there.
    const capAt = async (policy) => {
      const used = Number((await client.info('memory')).match(/used_memory:(\d+)/)[1]);
      await client.configSet('maxmemory-policy', policy);
      await client.configSet('maxmemory', String(used + 2_000_000));
    };
    const evicted = async () => Number((await client.info('stats')).match(/evicted_keys:(\d+)/)[1]);

    test('noeviction: a write fails with the OOM error while reads and deletes work', async () => {
      await capAt('noeviction');
      let written = 0;
      await assert.rejects(async () => {
        for (;; ++written) await client.set(`page:${written}`, kPage);
      }, (error) => error.message === kOom);
      assert.ok(written > 1000, `${written} pages fit`);
      assert.equal(await client.get('page:0'), kPage);
      assert.equal(await client.dbSize(), written);
      await assert.rejects(client.rPush('jobs', kPage), { message: kOom });
      await assert.rejects(client.multi().set('a', '1').exec());
      assert.equal(await client.expire('page:1', 100), 1);
      for (let i = 0; i < 300; ++i) assert.equal(await client.del(`page:${i}`), 1);
      assert.equal(await client.set('page:0', kPage), 'OK');
    });

    test('allkeys-lru: the hot set stays, what nobody reads goes', async () => {
      const hot = Array.from({ length: 20 }, (_, i) => `hot:${i}`);
      await capAt('allkeys-lru');
      await client.configSet('maxmemory-samples', '10');
      let cold = 0;
      while ((await evicted()) === 0) await client.set(`cold:${cold++}`, kPage);
      const resident = await client.dbSize();
      await eventually('the clock of last uses moves on', async () => (await client.objectIdleTime(`cold:${cold - 1}`)) >= 2);
      for (const key of hot) await client.set(key, kPage);
      for (let i = 0; i < resident / 2; ++i) {
        await client.set(`new:${i}`, kPage);
        if (i % 50 === 0) await client.mGet(hot);
      }
      const left = (await client.mGet(hot)).filter((page) => page !== null).length;
      assert.ok(left >= 18, `${left} of 20 hot pages are left`);
      assert.ok((await evicted()) > resident / 3);
    });

    test('volatile-lru: keys without a time to live stay, and writes fail when nothing else is left', async () => {
      await client.rPush('queue', Array.from({ length: 50 }, (_, i) => `job:${i}`));
      for (let i = 0; i < 100; ++i) await client.set(`setting:${i}`, kPage);
      await capAt('volatile-lru');
      for (let i = 0; i < 3000; ++i) await client.set(`page:${i}`, kPage, { expiration: { type: 'EX', value: 1000 } });
      assert.ok((await evicted()) > 500);
      assert.equal(await client.lLen('queue'), 50);
      assert.equal(await client.exists(Array.from({ length: 100 }, (_, i) => `setting:${i}`)), 100);
      await assert.rejects(async () => {
        for (let i = 0; ; ++i) await client.set(`forever:${i}`, kPage);
      }, { message: kOom });
      assert.equal(await client.lPop('queue'), 'job:0');
    });
  });
}
