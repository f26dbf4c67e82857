// BullMQ as its users run it: add, process, delay, priority, retry with backoff, repeat, flows, events, stalled jobs.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { FlowProducer, Queue, QueueEvents, UnrecoverableError, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { TestServer } from '../support/server.mjs';
import { eventually } from '../support/wait.mjs';

describe('BullMQ', () => {
  let server;
  let connection;
  let redis;
  let open = [];
  const keep = (thing) => {
    thing.on?.('error', () => {});  // what matters shows in the jobs
    open.push(thing);
    return thing;
  };
  const queue = (name = 'jobs', options = {}) => keep(new Queue(name, { connection, ...options }));
  const events = async (name = 'jobs') => {
    const heard = keep(new QueueEvents(name, { connection, lastEventId: '0' }));
    await heard.waitUntilReady();
    return heard;
  };
  const worker = async (process, options = {}, name = 'jobs') => {
    const works = keep(new Worker(name, process, { connection, drainDelay: 1, ...options }));
    await works.waitUntilReady();
    return works;
  };

  before(async () => {
    server = await TestServer.start();
    connection = { host: server.host, port: server.port, maxRetriesPerRequest: null };
  });
  beforeEach(async () => {
    redis = new Redis(server.url);
    await redis.flushall();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).reverse().map((thing) => thing.close(true)));
    redis.disconnect();
  });
  after(() => server.close());

  test('add and process: in order, with results and counts', async () => {
    const jobs = queue();
    const seen = [];
    await jobs.addBulk([1, 2, 3].map((n) => ({ name: 'sum', data: { n } })));
    assert.equal(await jobs.count(), 3);
    assert.deepEqual((await jobs.getWaiting()).map((job) => job.data.n), [1, 2, 3]);
    await worker(async (job) => {
      seen.push(job.data.n);
      await job.updateProgress(50);
      return { doubled: job.data.n * 2 };
    });
    await eventually('three jobs are completed', async () => (await jobs.getCompletedCount()) === 3);
    assert.deepEqual(seen, [1, 2, 3]);
    const done = await jobs.getCompleted();
    assert.deepEqual(done.map((job) => job.returnvalue.doubled).sort(), [2, 4, 6]);
    assert.deepEqual(done.map((job) => job.progress), [50, 50, 50]);
    assert.deepEqual(await jobs.getJobCounts('wait', 'active', 'completed', 'failed', 'delayed'),
      { wait: 0, active: 0, completed: 3, failed: 0, delayed: 0 });
  });

  test('a job waits until its delay is over, priorities go first', async () => {
    const jobs = queue();
    const seen = [];
    await jobs.add('late', {}, { delay: 150 });
    await jobs.add('low', {}, { priority: 10 });
    await jobs.add('high', {}, { priority: 1 });
    assert.equal(await jobs.getDelayedCount(), 1);
    const begun = performance.now();
    await worker(async (job) => {
      seen.push(job.name);
      if (job.name === 'late') assert.ok(performance.now() - begun > 100);
    });
    await eventually('three jobs are completed', async () => (await jobs.getCompletedCount()) === 3);
    assert.deepEqual(seen, ['high', 'low', 'late']);
  });

  test('a failing job is tried again with exponential backoff, then fails for good', async () => {
    const jobs = queue();
    const heard = await events();
    const retries = [];
    heard.on('failed', ({ jobId, failedReason }) => retries.push([jobId, failedReason]));
    const attempts = [];
    await jobs.add('flaky', {}, { jobId: 'flaky', attempts: 3, backoff: { type: 'exponential', delay: 20 } });
    await worker(async (job) => {
      attempts.push(job.attemptsMade);
      throw new Error(`no luck ${job.attemptsMade}`);
    });
    await eventually('the job failed', async () => (await jobs.getFailedCount()) === 1);
    assert.deepEqual(attempts, [0, 1, 2]);
    const [failed] = await jobs.getFailed();
    assert.equal(failed.failedReason, 'no luck 2');
    assert.equal(failed.attemptsMade, 3);
    await eventually('the failure was told', () => retries.length === 1);
    assert.deepEqual(retries, [['flaky', 'no luck 2']]);
    await failed.retry();
    await eventually('it failed again', async () => (await jobs.getFailedCount()) === 1 && attempts.length === 4);
  });

  test('an unrecoverable error ends a job at once', async () => {
    const jobs = queue();
    await jobs.add('hopeless', {}, { attempts: 5 });
    await worker(async () => {
      throw new UnrecoverableError('never');
    });
    await eventually('the job failed', async () => (await jobs.getFailedCount()) === 1);
    assert.equal((await jobs.getFailed())[0].attemptsMade, 1);
  });

  test('a scheduler repeats its job until it is removed', async () => {
    const jobs = queue();
    let runs = 0;
    await jobs.upsertJobScheduler('tick', { every: 50 }, { name: 'tick', data: { from: 'scheduler' } });
    await worker(async (job) => {
      assert.equal(job.data.from, 'scheduler');
      runs += 1;
    });
    await eventually('three runs', () => runs >= 3);
    const schedulers = await jobs.getJobSchedulers();
    assert.equal(schedulers.length, 1);
    assert.equal(schedulers[0].every, 50);
    assert.equal(await jobs.removeJobScheduler('tick'), true);
    assert.deepEqual(await jobs.getJobSchedulers(), []);
  });

  test('a flow: the parent runs after its children, with their results', async () => {
    const flow = keep(new FlowProducer({ connection }));
    const jobs = queue();
    const order = [];
    const tree = await flow.add({
      name: 'parent', queueName: 'jobs',
      children: [
        { name: 'child', queueName: 'jobs', data: { n: 1 } },
        { name: 'child', queueName: 'jobs', data: { n: 2 }, children: [{ name: 'grandchild', queueName: 'jobs' }] },
      ],
    });
    assert.equal(await tree.job.getState(), 'waiting-children');
    await worker(async (job) => {
      order.push(job.name);
      if (job.name !== 'parent') return job.data.n ?? 0;
      return Object.values(await job.getChildrenValues()).sort();
    });
    await eventually('the parent is completed', async () => (await tree.job.getState()) === 'completed');
    assert.equal(order.at(-1), 'parent');
    assert.equal(order.length, 4);
    assert.deepEqual((await jobs.getJob(tree.job.id)).returnvalue, [1, 2]);
  });

  test('events tell the life of a job', async () => {
    const jobs = queue();
    const heard = await events();
    const life = [];
    for (const name of ['added', 'waiting', 'active', 'progress', 'completed', 'drained'])
      heard.on(name, () => life.push(name));
    const job = await jobs.add('told', {});
    await worker(async (running) => {
      await running.updateProgress({ half: true });
      return 'well';
    });
    assert.equal(await job.waitUntilFinished(heard, 5000), 'well');
    await eventually('all is told', () => life.includes('completed'));
    assert.deepEqual(life.filter((name) => name !== 'drained'), ['added', 'waiting', 'active', 'progress', 'completed']);
  });

  test('a stalled job of a worker that died is taken up by another', async () => {
    const jobs = queue();
    const job = await jobs.add('heavy', {});
    // One that takes the job and is never heard of again: its lock runs out.
    const lost = keep(new Worker('jobs', null, { connection, lockDuration: 60 }));
    const taken = await lost.getNextJob('token-of-the-dead');
    assert.equal(taken.id, job.id);
    assert.equal(await job.getState(), 'active');
    const stalled = [];
    const works = await worker(async () => 'rescued', { stalledInterval: 50, lockDuration: 60 });
    works.on('stalled', (id) => stalled.push(id));
    await eventually('the job is completed', async () => (await job.getState()) === 'completed');
    assert.deepEqual(stalled, [job.id]);
    assert.equal((await jobs.getJob(job.id)).returnvalue, 'rescued');
  });

  test('pause, drain, remove, obliterate, and a rate limit', async () => {
    const jobs = queue();
    await jobs.pause();
    for (let n = 0; n < 4; ++n) await jobs.add('job', { n }, { jobId: `j-${n}` });
    assert.equal(await jobs.isPaused(), true);
    assert.equal(await jobs.remove('j-0'), 1);
    assert.equal((await jobs.add('job', { n: 1 }, { jobId: 'j-1' })).id, 'j-1');  // known already: not added again
    const times = [];
    await worker(async () => times.push(performance.now()), { limiter: { max: 1, duration: 60 } });
    await jobs.resume();
    await eventually('three jobs are completed', async () => (await jobs.getCompletedCount()) === 3);
    assert.ok(times[2] - times[0] > 80, `${times[2] - times[0]} ms for three jobs at one per 60 ms`);
    await jobs.obliterate({ force: true });
    await eventually('nothing is left, the limiter included', async () => (await redis.dbsize()) === 0);
  });
});
