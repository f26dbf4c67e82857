// express-session with connect-redis over real HTTP: sessions are set, read, touched, expire and are destroyed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { createClient } from 'redis';
import { TestServer } from '../support/server.mjs';
import { eventually } from '../support/wait.mjs';

describe('express-session with connect-redis', () => {
  let server;
  let redis;
  let web;
  let origin;

  const start = async (options = {}, cookie = {}) => {
    const app = express();
    const store = new RedisStore({ client: redis, prefix: 'sess:', ...options });
    app.use(session({ store, secret: 'a secret', resave: false, saveUninitialized: false, cookie, name: 'sid' }));
    app.get('/visit', (request, reply) => {
      request.session.visits = (request.session.visits ?? 0) + 1;
      reply.json({ visits: request.session.visits, id: request.sessionID });
    });
    app.get('/look', (request, reply) => reply.json({ visits: request.session.visits ?? 0 }));
    app.get('/leave', (request, reply) => request.session.destroy(() => reply.json({ left: true })));
    app.get('/renew', (request, reply) => request.session.regenerate(() => {
      request.session.visits = 100;
      reply.json({ id: request.sessionID });
    }));
    web = app.listen(0, '127.0.0.1');
    await once(web, 'listening');
    origin = `http://127.0.0.1:${web.address().port}`;
    return store;
  };

  // A browser of one user: keeps its cookie.
  const browser = () => {
    let cookie = '';
    return async (path) => {
      const reply = await fetch(origin + path, { headers: { cookie, connection: 'close' } });
      const given = reply.headers.get('set-cookie');
      if (given) cookie = given.split(';')[0];
      return reply.json();
    };
  };

  before(async () => {
    server = await TestServer.start();
  });
  beforeEach(async () => {
    redis = createClient({ url: server.url });
    redis.on('error', () => {});
    await redis.connect();
    await redis.flushAll();
  });
  afterEach(async () => {
    if (web) await new Promise((resolve) => web.close(resolve));
    web = undefined;
    await redis.close();
  });
  after(() => server.close());

  test('each browser has its own session, kept over requests', async () => {
    await start();
    const alice = browser();
    const bob = browser();
    assert.deepEqual(await alice('/look'), { visits: 0 });
    assert.equal(await redis.dbSize(), 0);  // an empty session is not saved
    const { id } = await alice('/visit');
    assert.equal((await alice('/visit')).visits, 2);
    assert.equal((await bob('/visit')).visits, 1);
    assert.equal(await redis.dbSize(), 2);
    const kept = JSON.parse(await redis.get(`sess:${id}`));
    assert.equal(kept.visits, 2);
    assert.equal(await redis.ttl(`sess:${id}`), 86400);
  });

  test('maxAge is the time to live, and each request begins it anew', async () => {
    await start({}, { maxAge: 100_000 });
    const alice = browser();
    const { id } = await alice('/visit');
    const ttl = await redis.ttl(`sess:${id}`);
    assert.ok(ttl >= 99 && ttl <= 100, `ttl ${ttl}`);
    await redis.expire(`sess:${id}`, 10);
    assert.deepEqual(await alice('/look'), { visits: 1 });  // touched, though nothing changed
    await eventually('the session lives on', async () => (await redis.ttl(`sess:${id}`)) >= 99);
  });

  test('disableTouch leaves the time to live as it was set', async () => {
    await start({ disableTouch: true, ttl: 500 });
    const alice = browser();
    const { id } = await alice('/visit');
    await redis.expire(`sess:${id}`, 10);
    await alice('/look');
    assert.ok((await redis.ttl(`sess:${id}`)) <= 10);
  });

  test('a session that is past its maxAge is gone', async () => {
    await start({}, { maxAge: 1000 });
    const alice = browser();
    const { id } = await alice('/visit');
    assert.ok((await redis.pTTL(`sess:${id}`)) <= 1000);
    await eventually('it expires', async () => (await redis.exists(`sess:${id}`)) === 0);
    assert.equal((await alice('/visit')).visits, 1);
  });

  test('destroy and regenerate', async () => {
    await start();
    const alice = browser();
    const first = await alice('/visit');
    const renewed = await alice('/renew');
    assert.notEqual(renewed.id, first.id);
    assert.equal(await redis.exists(`sess:${first.id}`), 0);
    assert.equal((await alice('/visit')).visits, 101);
    assert.deepEqual(await alice('/leave'), { left: true });
    assert.equal(await redis.dbSize(), 0);
  });

  test('the store lists, counts and clears its sessions, and nothing else', async () => {
    const store = await start();
    await redis.set('other', '1');
    for (let i = 0; i < 3; ++i) await browser()('/visit');
    assert.equal((await store.ids()).length, 3);
    assert.equal(await store.length(), 3);
    assert.deepEqual((await store.all()).map((kept) => kept.visits), [1, 1, 1]);
    await store.clear();
    assert.deepEqual(await redis.keys('*'), ['other']);
  });
});
