// The ioredis flavours that every test here runs with: 6 speaks RESP3 unless told otherwise, 5 RESP2.
import { Redis as Redis6 } from 'ioredis';
import { Redis as Redis5 } from 'ioredis5';

const kFlavours = [
  { name: 'ioredis 6', Redis: Redis6, resp: 3, options: {} },
  { name: 'ioredis 6 on RESP2', Redis: Redis6, resp: 2, options: { protocol: 2 } },
  { name: 'ioredis 5', Redis: Redis5, resp: 2, options: {} },
];

// Each flavour with connect(url, options): a client that close() hangs up whatever its test did.
export const flavours = kFlavours.map(({ name, Redis, resp, options: base }) => {
  const open = [];
  return {
    name,
    resp,
    connect(url, options = {}) {
      const redis = new Redis(url, { retryStrategy: () => 20, commandTimeout: 10_000, ...base, ...options });
      redis.on('error', () => {});  // each command's own promise tells; unheard errors go to stderr
      open.push(redis);
      return redis;
    },
    duplicate(redis, options) {
      const copy = redis.duplicate(options);
      copy.on('error', () => {});
      open.push(copy);
      return copy;
    },
    close() {
      for (const redis of open.splice(0)) redis.disconnect();
    },
  };
});
