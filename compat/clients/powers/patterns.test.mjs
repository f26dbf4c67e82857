// What goes wrong with Redis's best known patterns, made to happen: limiter, lock, cache.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Bench } from './support.mjs';

const kLimiter = `
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
  return count`;
const kUnlock = `return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('DEL', KEYS[1]) or 0`;

describe('patterns', () => {
  let bench;
  before(async () => {
    bench = await Bench.start();
  });
  afterEach(() => bench.reset());
  after(() => bench.close());

  test('a limiter of INCR and EXPIRE is left without TTL when the reply of INCR is lost', async () => {
    const app = bench.app({ maxRetriesPerRequest: 0 });
    const allowed = async (key) => {
      const count = await app.incr(key);
      if (count === 1) await app.expire(key, 60);
      return count <= 10;
    };
    await bench.redouble('FAULT', 'ADD', 'lost', 'COMMAND', 'INCR', 'FIRST', 1, 'LOSE');
    await assert.rejects(allowed('limit:ann'));
    assert.equal(await allowed('limit:ann'), true);
    assert.equal(await bench.test.get('limit:ann'), '2');
    assert.equal(await bench.test.ttl('limit:ann'), -1);  // ann is counted for ever
  });

  test('the same limiter in Lua keeps its TTL', async () => {
    const app = bench.app({ maxRetriesPerRequest: 0 });
    await bench.redouble('FAULT', 'ADD', 'lost', 'COMMAND', 'EVAL', 'FIRST', 1, 'LOSE');
    await bench.redouble('CLOCK', 'FREEZE');
    await assert.rejects(app.eval(kLimiter, 1, 'limit:ann', 60));
    assert.equal(await bench.test.get('limit:ann'), '1');
    assert.equal(await bench.test.ttl('limit:ann'), 60);
    await bench.redouble('CLOCK', 'ADVANCE', '60s');
    assert.equal(await app.eval(kLimiter, 1, 'limit:ann', 60), 1);
  });

  test('a client that repeats by itself counts twice', async () => {
    const app = bench.app();
    await bench.redouble('FAULT', 'ADD', 'lost', 'COMMAND', 'INCR', 'FIRST', 1, 'LOSE');
    assert.equal(await app.incr('visits'), 2);  // sent again behind the application's back
  });

  test('the holder of a lock stalls past its TTL while another takes it', async () => {
    const [ann, bob] = [bench.app(), bench.app()];
    const lock = (client, name) => client.set('lock', name, 'PX', 1000, 'NX');
    await bench.redouble('CLOCK', 'FREEZE');
    await bench.redouble('GATE', 'ADD', 'stall', 'COMMAND', 'RPUSH', 'KEY', 'ledger', 'FIRST', 1);
    assert.equal(await lock(ann, 'ann'), 'OK');
    const late = ann.rpush('ledger', 'ann');  // a long pause of a garbage collector
    assert.equal(await bench.redouble('GATE', 'WAIT', 'stall'), 1);
    assert.equal(await lock(bob, 'bob'), null);
    await bench.redouble('CLOCK', 'ADVANCE', '1s');
    assert.equal(await lock(bob, 'bob'), 'OK');
    await bob.rpush('ledger', 'bob');
    await bench.redouble('GATE', 'RELEASE', 'stall');
    assert.equal(await late, 2);  // both have written: the lock alone does not protect
    assert.equal(await ann.eval(kUnlock, 1, 'lock', 'ann'), 0);  // but ann does not take bob's away
    assert.equal(await bench.test.get('lock'), 'bob');
  });

  test('a cache that has run out is loaded by everybody at once', async () => {
    let loads = 0;
    const page = async (client) => {
      const cached = await client.get('page');
      if (cached !== null) return cached;
      loads += 1;
      await client.set('page', 'text', 'EX', 300);
      return 'text';
    };
    await bench.redouble('GATE', 'ADD', 'stampede', 'COMMAND', 'GET', 'KEY', 'page', 'AT', 'REPLY');
    const readers = Array.from({ length: 5 }, () => page(bench.app()));
    assert.equal(await bench.redouble('GATE', 'WAIT', 'stampede', 5), 5);
    assert.equal(await bench.redouble('GATE', 'REMOVE', 'stampede'), 1);
    assert.deepEqual(await Promise.all(readers), Array(5).fill('text'));
    assert.equal(loads, 5);
    assert.equal(await page(bench.app()), 'text');
    assert.equal(loads, 5);
  });

  test('one loads and the others wait, if they take a lock', async () => {
    let loads = 0;
    const page = async (client) => {
      const cached = await client.get('page');
      if (cached !== null) return cached;
      if (await client.set('page:lock', '1', 'PX', 1000, 'NX') === null) return 'being loaded';
      loads += 1;
      await client.set('page', 'text', 'EX', 300);
      return 'text';
    };
    await bench.redouble('GATE', 'ADD', 'stampede', 'COMMAND', 'GET', 'KEY', 'page', 'FIRST', 5, 'AT', 'REPLY');
    const readers = Array.from({ length: 5 }, () => page(bench.app()));
    await bench.redouble('GATE', 'WAIT', 'stampede', 5);
    await bench.redouble('GATE', 'RELEASE', 'stampede');
    assert.deepEqual((await Promise.all(readers)).filter((each) => each === 'text'), ['text']);
    assert.equal(loads, 1);
  });
});
