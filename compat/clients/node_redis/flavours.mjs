// node-redis (npm's `redis`) on both protocols: it speaks RESP3 unless told otherwise.
import { createClient } from 'redis';

const kConnectLimitMs = 5_000;

// Connects, or fails with the last error: left alone, this client tries for ever.
async function connected(client) {
  let last = 'no error was heard';
  client.on('error', (error) => {
    last = error.message;
  });
  let late;
  const limit = new Promise((_, reject) => {
    late = setTimeout(() => reject(new Error(`no connection within ${kConnectLimitMs} ms: ${last}`)), kConnectLimitMs);
  });
  try {
    await Promise.race([client.connect(), limit]);
  } finally {
    clearTimeout(late);
  }
  return client;
}

export const flavours = [3, 2].map((resp) => {
  const open = [];
  const own = (client) => {
    client.on('error', () => {});  // each command's own promise tells; an unheard error ends the process
    open.push(client);
    return client;
  };
  return {
    name: `node-redis 6 on RESP${resp}`,
    resp,
    // A client that is not yet connected; close() hangs it up whatever its test did.
    create(url, options = {}) {
      return own(createClient({
        url,
        RESP: resp,
        commandOptions: { timeout: 10_000 },
        ...options,
        socket: { reconnectStrategy: 20, ...options.socket },
      }));
    },
    async connect(url, options) {
      return connected(this.create(url, options));
    },
    async duplicate(client) {
      return connected(own(client.duplicate()));
    },
    close() {
      for (const client of open.splice(0)) if (client.isOpen) client.destroy();
    },
  };
});
