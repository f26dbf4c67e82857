// A redis-compatible server of the test's own, spawned from the binary named in REDIS_SERVER.
// Invariant: a server started here never outlives the test process, and its port stays the same
// over restarts. Ports come from below the kernel's ephemeral range, so that a client which keeps
// knocking while the server is down cannot connect to itself.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const kReadyLine = 'Ready to accept connections';
const kStartLimitMs = 10_000;
const kStopLimitMs = 5_000;
const kBinary = process.env.REDIS_SERVER ?? 'redis-server';

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

async function isFree(port) {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

async function freePort() {
  for (let attempt = 0; attempt < 100; ++attempt) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port between 20000 and 31999 on 127.0.0.1');
}

export class TestServer {
  #child = null;
  #flags;
  #directory = mkdtempSync(join(tmpdir(), 'redouble-clients-'));

  constructor(port, flags) {
    this.port = port;
    this.host = '127.0.0.1';
    this.#flags = flags;
  }

  // Starts a server with redis-server's `flags`, e.g. {requirepass: 'secret'}; several words in an array.
  static async start(flags = {}) {
    const server = new TestServer(await freePort(), flags);
    await server.launch();
    return server;
  }

  // With a certificate among its flags it serves TLS on its port, and nothing else.
  get #tls() {
    return 'tls-cert-file' in this.#flags;
  }

  get url() {
    return `${this.#tls ? 'rediss' : 'redis'}://${this.host}:${this.port}`;
  }

  // Spawns the process and returns when it says that it is ready. Also after stop() or crash().
  async launch() {
    const argv = this.#tls ? ['--port', '0', '--tls-port', `${this.port}`] : ['--port', `${this.port}`];
    argv.push('--bind', this.host, '--save', '', '--appendonly', 'no');
    argv.push('--dir', this.#directory);
    for (const [name, value] of Object.entries(this.#flags)) argv.push(`--${name}`, ...[value].flat().map(String));
    const child = spawn(kBinary, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    child.once('exit', () => running.delete(child));
    this.#child = child;
    let log = '';
    await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${kBinary} was not ready in time:\n${log}`)), kStartLimitMs);
      const read = (chunk) => {
        log += chunk;
        if (!log.includes(kReadyLine)) return;
        clearTimeout(late);
        resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('error', reject);
      child.once('exit', (code) => {
        clearTimeout(late);
        reject(new Error(`${kBinary} ended with ${code}:\n${log}`));
      });
    });
  }

  async #end(signal) {
    const child = this.#child;
    if (!child) return null;
    this.#child = null;
    const exited = once(child, 'exit');
    const late = setTimeout(() => child.kill('SIGKILL'), kStopLimitMs);
    child.kill(signal);
    const [code] = await exited;
    clearTimeout(late);
    return code;
  }

  // Ends it as an operator would; a server that does not then exit with 0 fails the test.
  async stop() {
    if (this.#child) assert.equal(await this.#end('SIGTERM'), 0, 'exit code after SIGTERM');
  }

  async crash() {
    await this.#end('SIGKILL');
  }

  // Stops and forgets it for good.
  async close() {
    try {
      await this.stop();
    } finally {
      rmSync(this.#directory, { recursive: true, force: true });
    }
  }
}
