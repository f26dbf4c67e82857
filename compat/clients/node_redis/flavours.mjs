// node-redis (npm's `redis`) on both protocols: it speaks RESP3 unless told otherwise.
import { createClient } from 'redis';

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
      return own(createClient({ url, RESP: resp, ...options, socket: { reconnectStrategy: 20, ...options.socket } }));
    },
    async connect(url, options) {
      const client = this.create(url, options);
      await client.connect();
      return client;
    },
    async duplicate(client) {
      const copy = own(client.duplicate());
      await copy.connect();
      return copy;
    },
    close() {
      for (const client of open.splice(0)) if (client.isOpen) client.destroy();
    },
  };
});
