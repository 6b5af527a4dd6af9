/** The pages of README and docs/clients.md, as they stand there, with a stream that the test plays. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** The block of a document that opens an EventSource. The tests may run from a copy below the project. */
function script(name) {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, name))) {
    folder = dirname(folder);
  }
  const blocks = readFileSync(join(folder, name), 'utf8').split('```js\n').slice(1);
  return blocks.map((part) => part.split('```')[0]).find((code) => code.includes('new EventSource'));
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Runs a page until it waits. `tickets` are the answers to its requests for tickets. */
async function page(name, tickets) {
  const seen = { sources: [], said: [], later: [], asked: [] };
  class EventSource {
    constructor(address) {
      Object.assign(this, { address, closed: false });
      seen.sources.push(this);
    }

    close() {
      this.closed = true;
    }

    receives(message, id) {
      this.onmessage({ data: JSON.stringify(message), lastEventId: id });
    }
  }
  const fetch = async (address, { method = 'GET', headers = {} } = {}) => {
    seen.asked.push([method, address, headers.Authorization]);
    return { json: async () => (address.startsWith('/dev/token') ? { token: 't' } : tickets.shift()) };
  };
  const console = { log: (message) => seen.said.push(message), warn: (...words) => seen.said.push(words.join(' ')) };
  const { constructor: AsyncFunction } = async () => {};
  const run = new AsyncFunction('fetch', 'EventSource', 'console', 'setTimeout', script(name));
  await run(fetch, EventSource, console, (task) => seen.later.push(task));
  await settled();
  return seen;
}

test("the README's page is five lines, and says when its stream has ended", async () => {
  const { sources, said, asked } = await page('README.md', [{ ticket: 'x1' }]);

  assert.equal(script('README.md').trim().split('\n').length, 5);
  assert.deepEqual(asked[1], ['POST', '/connection/ticket', 'Bearer t']);
  assert.equal(sources[0].address, '/connection/uni_sse?ticket=x1');
  sources[0].receives({ channel: '#bob', pub: { offset: 1, data: 7 } }, '%23bob:e:1');
  sources[0].onerror();
  assert.deepEqual(said, [{ channel: '#bob', pub: { offset: 1, data: 7 } }, 'the stream has ended']);
  assert.ok(sources[0].closed);
  assert.equal(sources.length, 1);
});

test('the page of docs/clients.md comes back with a fresh ticket, behind what it has received', async () => {
  const { sources, later, asked } = await page('docs/clients.md', [{ ticket: 'x1' }, { ticket: 'x2' }]);

  assert.deepEqual(asked[1], ['POST', '/connection/ticket', 'Bearer t']);
  assert.equal(sources[0].address, '/connection/uni_sse?ticket=x1&last_event_id=');
  sources[0].receives({ channel: '#bob', pub: { offset: 1, data: 7 } }, '%23bob:e:1');
  sources[0].receives({ disconnect: { code: 4001, reason: 'as in a test' } }, '%23bob:e:1');
  assert.ok(!sources[0].closed);
  sources[0].onerror();
  assert.ok(sources[0].closed);
  later.shift()();
  await settled();
  assert.equal(sources[1].address, '/connection/uni_sse?ticket=x2&last_event_id=%2523bob%3Ae%3A1');
});

for (const code of [3500, 3999, 4500, 4999]) {
  test(`the page of docs/clients.md does not come back after ${code}`, async () => {
    const { sources, later } = await page('docs/clients.md', [{ ticket: 'x1' }]);

    sources[0].receives({ disconnect: { code, reason: 'as in a test' } }, '');

    assert.ok(sources[0].closed);
    assert.equal(later.length, 0);
  });
}

test('the page of docs/clients.md says why it gets no ticket, and asks again', async () => {
  const { sources, said, later } = await page('docs/clients.md', [
    { error: { code: 401, message: 'the token has expired: send a fresh one' } },
    { ticket: 'x2' },
  ]);

  assert.deepEqual(said, ['stream: Error: the token has expired: send a fresh one']);
  assert.equal(sources.length, 0);
  later.shift()();
  await settled();
  assert.equal(sources[0].address, '/connection/uni_sse?ticket=x2&last_event_id=');
});
