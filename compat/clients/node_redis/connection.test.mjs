// node-redis on the wire: URLs with passwords and databases, names, closing, a server that restarts.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { createClientPool } from 'redis';
import { TestServer } from '../support/server.mjs';
import { Recorder, clientRow, eventually, nextEvent } from '../support/wait.mjs';
import { flavours } from './flavours.mjs';

const kPassword = 'p%40ss%3Aw0rd';  // as the URL spells p@ss:w0rd
const kNoAuth = {
  2: 'NOAUTH Authentication required.',
  3: 'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH ' +
    '<user> <pass> option can be used to authenticate the client and select the RESP protocol version ' +
    'at the same time',
};

async function listed(client, id) {
  return clientRow(await client.sendCommand(['CLIENT', 'LIST']), id);
}

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
      const client = await flavour.connect(`redis://:${kPassword}@${authority}/5`);
      await client.set('where', 'five');
      const row = await listed(client, await client.clientId());
      assert.equal(row.db, '5');
      assert.equal(row.user, 'default');
      assert.equal(row.resp, `${flavour.resp}`);
      const first = await flavour.connect(`redis://default:${kPassword}@${authority}/0`);
      assert.equal(await first.get('where'), null);
      await first.select(5);
      assert.equal(await first.get('where'), 'five');
      await assert.rejects(first.select(16), { message: 'ERR DB index is out of range' });
    });

    test('URL: a wrong password is WRONGPASS', async () => {
      const socket = { reconnectStrategy: false };
      await assert.rejects(flavour.connect(`redis://:wrong@${authority}/5`, { socket }), {
        message: 'WRONGPASS invalid username-password pair or user is disabled.',
      });
    });

    test('URL: without a password commands get NOAUTH', async () => {
      const refused = { message: kNoAuth[flavour.resp] };
      const options = { socket: { reconnectStrategy: false } };
      if (flavour.resp === 3) {
        await assert.rejects(flavour.connect(`redis://${authority}`, options), refused);
        return;
      }
      const client = await flavour.connect(`redis://${authority}`, options);
      await assert.rejects(client.get('where'), refused);
      assert.equal(await client.auth({ password: 'p@ss:w0rd' }), 'OK');
      assert.equal(await client.exists('nothing'), 0);
    });
  });

  describe(`${flavour.name}: one connection`, () => {
    let server;
    before(async () => {
      server = await TestServer.start();
    });
    afterEach(() => flavour.close());
    after(() => server.close());

    test('names: the name option and SETNAME show in CLIENT LIST', async () => {
      const client = await flavour.connect(server.url, { name: 'checkout' });
      assert.equal(await client.clientGetName(), 'checkout');
      const id = await client.clientId();
      const row = await listed(client, id);
      assert.equal(row.name, 'checkout');
      assert.equal(row.cmd, 'client|list');
      assert.equal(row.laddr, `127.0.0.1:${server.port}`);
      assert.equal(row.resp, `${flavour.resp}`);
      assert.equal(await client.clientSetName('basket'), 'OK');
      const parsed = await client.clientList();
      assert.deepEqual(parsed.map(({ name, db, flags }) => ({ name, db, flags })), [
        { name: 'basket', db: 0, flags: 'N' },
      ]);
      assert.equal((await client.clientInfo()).id, id);
      await assert.rejects(client.clientSetName('two words'), {
        message: 'ERR Client names cannot contain spaces, newlines or special characters.',
      });
    });

    test('HELLO and INFO: the server presents itself', async () => {
      const client = await flavour.connect(server.url);
      const hello = await client.hello(flavour.resp);
      assert.equal(hello.server, 'redis');
      assert.equal(hello.version, '7.0.15');
      assert.equal(hello.proto, flavour.resp);
      assert.equal(hello.role, 'master');
      assert.deepEqual(hello.modules, []);
      const info = (await client.info('server')).split('\r\n');
      assert.ok(info.includes('redis_version:7.0.15'));
      assert.ok(info.includes(`tcp_port:${server.port}`));
      const time = await client.time();
      assert.ok(Math.abs(Number(time[0]) * 1000 - Date.now()) < 60_000);
    });

    test('close: commands under way are answered, then the connection is gone', async () => {
      const client = await flavour.connect(server.url);
      const watcher = await flavour.connect(server.url);
      const id = await client.clientId();
      assert.ok(await listed(watcher, id));
      const last = client.set('k', 'v');
      await client.close();
      assert.equal(await last, 'OK');
      await eventually('the connection is gone', async () => !(await listed(watcher, id)));
      await assert.rejects(client.get('k'), { message: 'The client is closed' });
      assert.equal(await watcher.get('k'), 'v');
    });

    test('QUIT: OK, then the server hangs up', async () => {
      const client = await flavour.connect(server.url, { socket: { reconnectStrategy: false } });
      const watcher = await flavour.connect(server.url);
      const id = await client.clientId();
      assert.equal(await client.sendCommand(['QUIT']), 'OK');
      await eventually('the connection is gone', async () => !(await listed(watcher, id)));
      await eventually('the client knows', () => !client.isReady);
    });

    test('CLIENT KILL: the victim reconnects by itself', async () => {
      const client = await flavour.connect(server.url, { name: 'victim' });
      const killer = await flavour.connect(server.url);
      const before = await client.clientId();
      const ready = nextEvent(client, 'ready');
      assert.equal(await killer.clientKill({ filter: 'ID', id: before }), 1);
      await ready;
      assert.ok((await client.clientId()) > before);
      assert.equal(await client.clientGetName(), 'victim');
    });

    test('pool: eight connections share one counter', async () => {
      const pool = createClientPool({ url: server.url, RESP: flavour.resp }, { minimum: 8, maximum: 8 });
      await pool.connect();
      try {
        const counts = await Promise.all(Array.from({ length: 64 }, () => pool.incr(`pool:${flavour.resp}`)));
        assert.deepEqual(counts.sort((a, b) => a - b), Array.from({ length: 64 }, (_, i) => i + 1));
      } finally {
        pool.destroy();
      }
    });
  });

  for (const ending of ['stop', 'crash']) {
    test(`${flavour.name}: after a ${ending} and restart on the same port all goes on`, async () => {
      const server = await TestServer.start();
      try {
        const client = await flavour.connect(`${server.url}/3`, { name: 'phoenix' });
        const subscriber = await flavour.duplicate(client);
        const messages = new Recorder();
        await subscriber.subscribe('news', messages.record);
        await subscriber.pSubscribe('n?ws', messages.record);
        await client.set('k', 'lost');

        const dropped = Promise.all([nextEvent(client, 'reconnecting'), nextEvent(subscriber, 'reconnecting')]);
        await server[ending]();
        await dropped;
        const offline = client.set('queued', 'while down');  // the offline queue holds it
        const back = Promise.all([nextEvent(client, 'ready'), nextEvent(subscriber, 'ready')]);
        await server.launch();
        await back;

        assert.equal(await offline, 'OK');
        assert.equal(await client.get('k'), null);
        assert.equal(await client.clientGetName(), 'phoenix');
        assert.equal((await listed(client, await client.clientId())).db, '3');
        await eventually('both subscriptions are back', async () => {
          const { news } = await client.pubSubNumSub(['news']);
          return news === 1 && (await client.pubSubNumPat()) === 1;
        });
        assert.equal(await client.publish('news', 'again'), 2);
        assert.deepEqual(await messages.take(2), [['again', 'news'], ['again', 'news']]);
      } finally {
        flavour.close();
        await server.close();
      }
    });
  }
}
