// BullMQ's delayed and repeated jobs through a day, in a moment: the server's clock and the client's go together.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Queue, Worker } from 'bullmq';
import { eventually } from '../support/wait.mjs';
import { Bench } from './support.mjs';

const kStart = Date.parse('2031-01-01T00:00:00Z');
const kMinute = 60_000;
const kHour = 60 * kMinute;

// The clock of this process, as BullMQ reads it.
class ClientClock {
  #real = Date.now;
  now = kStart;

  install() {
    Date.now = () => this.now;
  }
  remove() {
    Date.now = this.#real;
  }
}

describe('a day of BullMQ', () => {
  const clock = new ClientClock();
  let bench;
  let queue;
  let worker;
  const done = [];

  before(async () => {
    bench = await Bench.start();
    await bench.redouble('CLOCK', 'SET', '2031-01-01T00:00:00Z');
    await bench.redouble('CLOCK', 'FREEZE');
    clock.install();
    const connection = { host: bench.server.host, port: bench.server.port, maxRetriesPerRequest: null };
    queue = new Queue('jobs', { connection });
    worker = new Worker('jobs', async (job) => done.push([job.name, (clock.now - kStart) / kMinute]),
      { connection, skipStalledCheck: true, skipLockRenewal: true });
    worker.on('error', () => {});
    await worker.waitUntilReady();
  });
  after(async () => {
    await worker?.close(true);
    await queue?.close();
    clock.remove();
    await bench.close();
  });

  // Both clocks go on; what that makes due is done before the next step.
  async function advance(ms) {
    await bench.redouble('WAIT', 'BLOCKED', 'bull:jobs:marker', 1);  // the worker reckoned with the time it is now
    clock.now += ms;
    await bench.redouble('CLOCK', 'ADVANCE', ms);
    await eventually('nothing is due', async () => {
      const { waiting, active } = await queue.getJobCounts('waiting', 'active');
      const [next] = await bench.test.zrange('bull:jobs:delayed', 0, 0, 'WITHSCORES').then((row) => row.slice(1));
      return waiting === 0 && active === 0 && (next === undefined || Number(next) / 0x1000 > clock.now);
    });
  }

  test('delayed jobs come at their time, repeated ones each time', async () => {
    await queue.add('reminder', {}, { delay: 6 * kHour });
    await queue.upsertJobScheduler('report', { every: 8 * kHour, startDate: kStart + 8 * kHour }, { name: 'report' });
    for (let minutes = 0; minutes < 24 * 60; minutes += 30) await advance(30 * kMinute);
    assert.deepEqual(done, [['reminder', 360], ['report', 480], ['report', 960], ['report', 1440]]);
  });
});
