// A reply that breaks off in a TCP reset: the clients reconnect, ask again, and subscribe again.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { createClient } from 'redis';
import { flavours } from '../ioredis/versions.mjs';
import { Recorder, eventually } from '../support/wait.mjs';
import { Bench } from './support.mjs';

describe('a reset in mid-reply', () => {
  let bench;
  before(async () => {
    bench = await Bench.start();
  });
  afterEach(async () => {
    for (const flavour of flavours) flavour.close();
    await bench.reset();
  });
  after(() => bench.close());

  const hits = async () => {
    const rule = await bench.redouble('FAULT', 'LIST');
    return Array.isArray(rule[0]) ? rule[0][rule[0].indexOf('hits') + 1] : rule[0].hits;
  };

  for (const flavour of flavours) {
    test(`${flavour.name} connects again and repeats the command`, async () => {
      const app = flavour.connect(bench.server.url, { retryStrategy: () => 5 });
      await bench.test.set('k', 'a value of some length');
      await bench.redouble('FAULT', 'ADD', 'cut', 'COMMAND', 'GET', 'KEY', 'k', 'FIRST', 1, 'CUT', 9, 'RESET');
      assert.equal(await app.get('k'), 'a value of some length');
      assert.equal(await hits(), 1);
    });

    test(`${flavour.name} subscribes again`, async () => {
      const app = flavour.connect(bench.server.url, { retryStrategy: () => 5 });
      const heard = new Recorder();
      app.on('message', heard.record);
      await app.subscribe('news');
      await bench.redouble('FAULT', 'ADD', 'cut', 'COMMAND', 'PING', 'FIRST', 1, 'CUT', 3, 'RESET');
      await Promise.allSettled([app.ping()]);
      assert.equal(await hits(), 1);
      await bench.redouble('WAIT', 'SUBSCRIBERS', 'news', 1);
      await bench.test.publish('news', 'again');
      assert.deepEqual(await heard.take(1), [['news', 'again']]);
    });
  }

  const nodeRedis = async () => {
    const client = createClient({ url: bench.server.url, socket: { reconnectStrategy: () => 5 } });
    client.on('error', () => {});
    return bench.keep(await client.connect());
  };

  test('node-redis connects again; the command that was cut off fails', async () => {
    const app = await nodeRedis();
    await bench.test.set('k', 'a value of some length');
    await bench.redouble('FAULT', 'ADD', 'cut', 'COMMAND', 'GET', 'KEY', 'k', 'FIRST', 1, 'CUT', 9, 'RESET');
    await assert.rejects(app.get('k'));
    await eventually('it is ready again', () => app.isReady);
    assert.equal(await app.get('k'), 'a value of some length');
  });

  test('node-redis subscribes again', async () => {
    const app = await nodeRedis();
    const heard = new Recorder();
    await app.subscribe('news', heard.record);
    await bench.redouble('FAULT', 'ADD', 'cut', 'COMMAND', 'PING', 'FIRST', 1, 'CUT', 3, 'RESET');
    await Promise.allSettled([app.ping()]);
    assert.equal(await hits(), 1);
    await bench.redouble('WAIT', 'SUBSCRIBERS', 'news', 1);
    await bench.test.publish('news', 'again');
    assert.deepEqual((await heard.take(1))[0].slice(0, 2), ['again', 'news']);
  });

  test('the powers are reached with sendCommand', async () => {
    const app = await nodeRedis();
    assert.equal(await app.sendCommand(['REDOUBLE', 'CLOCK', 'FREEZE']), 'OK');
    await app.set('k', 'v', { expiration: { type: 'EX', value: 10 } });
    await app.sendCommand(['REDOUBLE', 'CLOCK', 'ADVANCE', '10s']);
    assert.equal(await app.get('k'), null);
  });
});
