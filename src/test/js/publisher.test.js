import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { PagePublisher } from '../../../webapp/js/publisher.js';

/** Stands for the SDK's client. */
class FakeClient {
  published = [];
  connects = 0;
  disconnects = 0;

  constructor(rejection) {
    this.rejection = rejection;
  }

  once(_, listener) {
    this.closed = listener;
  }

  connect() {
    this.connects += 1;
  }

  async ready() {
    if (this.rejection) {
      this.closed(this.rejection);
      throw { code: 3, message: 'disconnected' };
    }
  }

  async publish(channel, data) {
    this.published.push([channel, data]);
  }

  disconnect() {
    this.disconnects += 1;
  }
}

const opened = [];
const rejections = [];
const publisher = new PagePublisher(() => opened[opened.push(new FakeClient(rejections.shift())) - 1]);
afterEach(() => {
  publisher.close();
  opened.length = 0;
});

test('one connection serves several messages', async () => {
  await publisher.publish('#bob', 1);
  await publisher.publish('#alice', 2);

  assert.equal(opened.length, 1);
  assert.deepEqual(opened[0].published, [['#bob', 1], ['#alice', 2]]);
});

test('a rejected connection is reported with its close reason, and the next message opens a new connection', async () => {
  rejections.push({ code: 3500, reason: 'invalid token' });

  await assert.rejects(publisher.publish('#bob', 1), { code: 3500, message: 'invalid token' });
  await publisher.publish('#bob', 2);

  assert.equal(opened[0].disconnects, 1);
  assert.equal(opened.length, 2);
});

test('an idle connection is closed', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  await publisher.publish('#bob', 1);

  t.mock.timers.tick(29_999);
  assert.equal(opened[0].disconnects, 0);
  t.mock.timers.tick(1);

  assert.equal(opened[0].disconnects, 1);
});
