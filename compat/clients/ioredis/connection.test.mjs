// ioredis on the wire: URLs with passwords and databases, names, closing, a server that restarts.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { TestServer } from '../support/server.mjs';
import { Recorder, clientRow, eventually, nextEvent } from '../support/wait.mjs';
import { flavours } from './versions.mjs';

const kPassword = 'p%40ss:w0rd';  // as the URL spells p@ss:w0rd
const kNoAuth = {
  2: 'NOAUTH Authentication required.',
  3: 'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH ' +
    '<user> <pass> option can be used to authenticate the client and select the RESP protocol version ' +
    'at the same time',
};

for (const flavour of flavours) {
  describe(`${flavour.name} with requirepass`, () => {
    let server;
    let authority;
    before(async () => {
      server = await TestServer.start({ requirepass: 'p@ss:w0rd' });
      authority = `${server.host}:${server.port}`;
    });
    afterEach(() => flavour.close());
    after(() => server.close());

    test('URL: the password opens, the path selects the database', async () => {
      const redis = flavour.connect(`redis://:${kPassword}@${authority}/5`);
      await redis.set('where', 'five');
      const row = clientRow(await redis.client('LIST'), await redis.client('ID'));
      assert.equal(row.db, '5');
      assert.equal(row.user, 'default');
      const first = flavour.connect(`redis://default:${kPassword}@${authority}/0`);
      assert.equal(await first.get('where'), null);
      assert.equal(await first.select(5), 'OK');
      assert.equal(await first.get('where'), 'five');
      await assert.rejects(first.select(16), { message: 'ERR DB index is out of range' });
    });

    test('URL: a wrong password is WRONGPASS', async () => {
      const redis = flavour.connect(`redis://:wrong@${authority}/5`, { lazyConnect: true, retryStrategy: null });
      const errors = new Recorder();
      redis.on('error', errors.record);
      await redis.connect().catch(errors.record);
      const refused = 'WRONGPASS invalid username-password pair or user is disabled.';
      await eventually('WRONGPASS is heard', () => errors.calls.some(([error]) => error.message === refused));
      assert.notEqual(redis.status, 'ready');
    });

    test('URL: without a password commands get NOAUTH', async () => {
      const redis = flavour.connect(`redis://${authority}`, { retryStrategy: null, enableReadyCheck: false });
      await assert.rejects(redis.get('where'), { message: kNoAuth[flavour.resp] });
      if (flavour.resp === 3) return;  // refused at HELLO, the client has hung up
      assert.equal(await redis.auth('p@ss:w0rd'), 'OK');
      assert.equal(await redis.exists('nothing'), 0);
    });
  });

  describe(`${flavour.name}: one connection`, () => {
    let server;
    before(async () => {
      server = await TestServer.start();
    });
    afterEach(() => flavour.close());
    after(() => server.close());

    test('ready: the ready check finds an INFO that lets it pass', async () => {
      const redis = flavour.connect(server.url);
      await nextEvent(redis, 'ready');
      const info = (await redis.info()).split('\r\n');
      assert.ok(info.includes('redis_version:7.0.15'));
      assert.ok(info.includes('loading:0'));
      assert.ok(info.includes('role:master'));
      assert.ok(info.includes(`tcp_port:${server.port}`));
      assert.ok((await redis.info('server')).startsWith('# Server\r\n'));
    });

    test('names: connectionName and SETNAME show in CLIENT LIST', async () => {
      const redis = flavour.connect(server.url, { connectionName: 'checkout' });
      assert.equal(await redis.client('GETNAME'), 'checkout');
      const id = await redis.client('ID');
      let row = clientRow(await redis.client('LIST'), id);
      assert.equal(row.name, 'checkout');
      assert.equal(row.cmd, 'client|list');
      assert.equal(row.addr.split(':')[0], '127.0.0.1');
      assert.equal(row.laddr, `127.0.0.1:${server.port}`);
      assert.equal(row.flags, 'N');
      assert.equal(await redis.client('SETNAME', 'basket'), 'OK');
      row = clientRow(await redis.client('LIST', 'ID', id), id);
      assert.equal(row.name, 'basket');
      await assert.rejects(redis.client('SETNAME', 'two words'), {
        message: 'ERR Client names cannot contain spaces, newlines or special characters.',
      });
    });

    test('quit: OK, then end, and the connection leaves CLIENT LIST', async () => {
      const redis = flavour.connect(server.url);
      const watcher = flavour.connect(server.url);
      const id = await redis.client('ID');
      assert.ok(clientRow(await watcher.client('LIST'), id));
      const ended = nextEvent(redis, 'end');
      assert.equal(await redis.quit(), 'OK');
      await ended;
      await eventually('the connection is gone', async () => !clientRow(await watcher.client('LIST'), id));
      await assert.rejects(redis.get('k'), { message: 'Connection is closed.' });
    });

    test('CLIENT KILL: the victim reconnects by itself', async () => {
      const redis = flavour.connect(server.url, { connectionName: 'victim' });
      const killer = flavour.connect(server.url);
      const before = await redis.client('ID');
      const ready = nextEvent(redis, 'ready');
      assert.equal(await killer.client('KILL', 'ID', before), 1);
      await ready;
      assert.ok((await redis.client('ID')) > before);
      assert.equal(await redis.client('GETNAME'), 'victim');
    });
  });

  for (const ending of ['stop', 'crash']) {
    test(`${flavour.name}: after a ${ending} and restart on the same port all goes on`, async () => {
      const server = await TestServer.start();
      try {
        const redis = flavour.connect(`${server.url}/3`, { connectionName: 'phoenix' });
        const subscriber = flavour.duplicate(redis);
        const messages = new Recorder();
        subscriber.on('message', messages.record);
        subscriber.on('pmessage', messages.record);
        await subscriber.subscribe('news');
        await subscriber.psubscribe('n?ws');
        await redis.set('k', 'lost');

        const dropped = Promise.all([nextEvent(redis, 'close'), nextEvent(subscriber, 'close')]);
        await server[ending]();
        await dropped;
        const offline = redis.set('queued', 'while down');  // the offline queue holds it
        const back = Promise.all([nextEvent(redis, 'ready'), nextEvent(subscriber, 'ready')]);
        await server.launch();
        await back;

        assert.equal(await offline, 'OK');
        assert.equal(await redis.get('k'), null);
        assert.equal(await redis.client('GETNAME'), 'phoenix');
        assert.equal(clientRow(await redis.client('LIST'), await redis.client('ID')).db, '3');
        await eventually('both subscriptions are back', async () => {
          const [, count] = await redis.pubsub('NUMSUB', 'news');
          return count === 1 && (await redis.pubsub('NUMPAT')) === 1;
        });
        assert.equal(await redis.publish('news', 'again'), 2);
        assert.deepEqual(await messages.take(2), [['news', 'again'], ['n?ws', 'news', 'again']]);
      } finally {
        flavour.close();
        await server.close();
      }
    });
  }
}

test('ioredis 6: replyMapping resp3 shows maps as objects', async () => {
  const server = await TestServer.start();
  const redis = flavours[0].connect(server.url, { replyMapping: 'resp3' });
  try {
    assert.deepEqual({ ...(await redis.config('GET', 'databases')) }, { databases: '16' });
    const hello = await redis.hello();
    assert.equal(hello.server, 'redis');
    assert.equal(hello.proto, 3);
    assert.equal(hello.role, 'master');
    assert.deepEqual(hello.modules, []);
  } finally {
    flavours[0].close();
    await server.close();
  }
});
