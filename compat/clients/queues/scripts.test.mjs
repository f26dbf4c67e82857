// What teams build out of Lua: limiters (defineCommand, rate-limiter-flexible) and locks (redlock).
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { flavours } from '../ioredis/versions.mjs';
import { TestServer } from '../support/server.mjs';
import { eventually } from '../support/wait.mjs';

const Redlock = createRequire(import.meta.url)('redlock');

const kSlidingWindow = `
  local now, window, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
  local count = redis.call('ZCARD', KEYS[1])
  if count >= most then
    local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
    return {0, count, oldest[2] + window - now}
  end
  redis.call('ZADD', KEYS[1], now, ARGV[4])
  redis.call('PEXPIRE', KEYS[1], window)
  return {1, count + 1, 0}`;

const kTokenBucket = `
  local rate, capacity, now, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
  local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
  local tokens, at = tonumber(state[1]) or capacity, tonumber(state[2]) or now
  tokens = math.min(capacity, tokens + math.max(0, now - at) * rate)
  local allowed = tokens >= wanted
  if allowed then tokens = tokens - wanted end
  redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
  redis.call('EXPIRE', KEYS[1], math.ceil(capacity / rate) * 2)
  return {allowed and 1 or 0, tostring(tokens)}`;

for (const flavour of flavours) {
  describe(`scripts with ${flavour.name}`, () => {
    let server;
    let redis;
    before(async () => {
      server = await TestServer.start();
    });
    beforeEach(async () => {
      redis = flavour.connect(server.url);
      await redis.flushall();
      redis.defineCommand('slidingWindow', { numberOfKeys: 1, lua: kSlidingWindow });
      redis.defineCommand('tokenBucket', { numberOfKeys: 1, lua: kTokenBucket });
    });
    afterEach(() => flavour.close());
    after(() => server.close());

    test('a sliding window lets three through, then says how long to wait', async () => {
      const at = (now, id) => redis.slidingWindow('limit:ann', now, 1000, 3, id);
      assert.deepEqual(await at(0, 'a'), [1, 1, 0]);
      assert.deepEqual(await at(100, 'b'), [1, 2, 0]);
      assert.deepEqual(await at(200, 'c'), [1, 3, 0]);
      assert.deepEqual(await at(900, 'd'), [0, 3, 100]);
      assert.deepEqual(await at(1000, 'e'), [1, 3, 0]);
      assert.ok((await redis.pttl('limit:ann')) <= 1000);
    });

    test('a token bucket fills up again', async () => {
      const at = (now, wanted) => redis.tokenBucket('bucket:ann', 2, 10, now, wanted);
      assert.deepEqual(await at(0, 8), [1, '2']);
      assert.deepEqual(await at(0, 3), [0, '2']);
      assert.deepEqual(await at(0.75, 3), [1, '0.5']);
      assert.deepEqual(await at(1000, 10), [1, '0']);
      assert.equal(await redis.ttl('bucket:ann'), 10);
    });

    test('a script that the server has forgotten is sent again', async () => {
      await redis.slidingWindow('k', 0, 1000, 1, 'a');
      await redis.script('FLUSH');
      assert.deepEqual(await redis.slidingWindow('k', 1, 1000, 1, 'b'), [0, 1, 999]);
      const replies = await redis.pipeline().slidingWindow('p', 0, 10, 1, 'a').tokenBucket('q', 1, 1, 0, 1).exec();
      assert.deepEqual(replies, [[null, [1, 1, 0]], [null, [1, '0']]]);
    });

    test('rate-limiter-flexible: points, blocking and rewards', async () => {
      const limiter = new RateLimiterRedis({ storeClient: redis, points: 2, duration: 5, blockDuration: 10 });
      assert.equal((await limiter.consume('ann')).remainingPoints, 1);
      assert.equal((await limiter.consume('ann')).remainingPoints, 0);
      const refused = await limiter.consume('ann').catch((error) => error);
      assert.equal(refused.remainingPoints, 0);
      assert.ok(refused.msBeforeNext > 9000 && refused.msBeforeNext <= 10_000);
      assert.equal((await limiter.consume('bob')).consumedPoints, 1);
      assert.equal((await limiter.reward('bob', 1)).consumedPoints, 0);
      assert.equal(await limiter.delete('ann'), true);
      assert.equal(await limiter.get('ann'), null);
    });

    test('redlock: one holder at a time, extension, and release by the holder alone', async () => {
      const redlock = new Redlock([redis], { retryCount: 0 });
      const lock = await redlock.lock('lock:report', 1000);
      await assert.rejects(redlock.lock('lock:report', 1000), { name: 'LockError' });
      assert.equal(await redis.get('lock:report'), lock.value);
      await lock.extend(5000);
      assert.ok((await redis.pttl('lock:report')) > 4000);
      await lock.unlock();
      assert.equal(await redis.exists('lock:report'), 0);
      const short = await redlock.lock('lock:report', 30);
      await eventually('the lock is gone', async () => (await redis.exists('lock:report')) === 0);
      const other = await redlock.lock('lock:report', 1000);
      await assert.rejects(short.unlock());
      assert.equal(await redis.get('lock:report'), other.value);
    });
  });
}
