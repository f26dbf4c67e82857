// What the tests of the powers share: a server, a client of the test that is never hit, and its clock.
import { Redis } from 'ioredis';
import { TestServer } from '../support/server.mjs';

export class Bench {
  #open = [];

  static async start(flags = {}) {
    const bench = new Bench();
    bench.server = await TestServer.start(flags);
    bench.test = new Redis(bench.server.url);
    return bench;
  }

  // A client of the application's; `close` ends it whatever its test did.
  app(options = {}) {
    const client = new Redis(this.server.url, { retryStrategy: () => 5, ...options });
    client.on('error', () => {});
    return this.keep(client);
  }

  keep(client) {
    this.#open.push(client);
    return client;
  }

  redouble(...words) {
    return this.test.call('REDOUBLE', ...words);
  }

  // Everything as new, and nobody connected but the test.
  async reset() {
    for (const client of this.#open.splice(0)) client.disconnect?.() ?? client.destroy?.();
    await this.redouble('FAULT', 'CLEAR');
    await this.redouble('GATE', 'CLEAR');
    await this.redouble('RESET', 'CONNECTIONS');
  }

  async close() {
    for (const client of this.#open.splice(0)) client.disconnect?.() ?? client.destroy?.();
    this.test.disconnect();
    await this.server.close();
  }
}
