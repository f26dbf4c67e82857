// Bounded waiting: a test polls for what must come true, and fails with what it waited for.
import { setTimeout as sleep } from 'node:timers/promises';

const kLimitMs = 5_000;

// Calls `probe` until it returns something other than undefined or false; returns that.
export async function eventually(what, probe, limitMs = kLimitMs) {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`);
    await sleep(5);
  }
}

// The arguments of the next `name` event of `emitter`; errors that it emits on the way do not matter.
export function nextEvent(emitter, name, limitMs = kLimitMs) {
  return new Promise((resolve, reject) => {
    const hear = (...call) => {
      clearTimeout(late);
      resolve(call);
    };
    const late = setTimeout(() => {
      emitter.off(name, hear);
      reject(new Error(`not within ${limitMs} ms: the event ${name}`));
    }, limitMs);
    emitter.once(name, hear);
  });
}

// Collects calls, so that a test can wait for a number of messages and compare all of them.
export class Recorder {
  calls = [];
  record = (...call) => {
    this.calls.push(call);
  };

  async take(count) {
    await eventually(`${count} messages, have ${JSON.stringify(this.calls)}`, () => this.calls.length >= count);
    return this.calls.splice(0);
  }
}

// The row of CLIENT LIST (as text) for connection `id`, as an object; undefined when it is not there.
export function clientRow(list, id) {
  for (const line of list.split('\n')) {
    const row = Object.fromEntries(line.split(' ').map((field) => {
      const at = field.indexOf('=');
      return [field.slice(0, at), field.slice(at + 1)];
    }));
    if (row.id === String(id)) return row;
  }
  return undefined;
}
