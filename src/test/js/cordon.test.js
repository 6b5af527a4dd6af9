import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { CordonClient } from '../../../webapp/js/cordon.js';

/** Stands for the SDK's client: the test says what the server does. */
class FakeSdk extends EventEmitter {
  static made = [];
  state = 'disconnected';
  acks = [];
  answers = [];
  history = async () => ({ publications: [], epoch: 'e1' });

  constructor(endpoint, options) {
    super();
    Object.assign(this, { endpoint, options });
    FakeSdk.made.push(this);
  }

  connect() {
    this.state = 'connected';
    this.emit('connecting', { code: 0, reason: 'connect called' });
    this.emit('connected', { client: 'c1' });
  }

  disconnect() {
    this.state = 'disconnected';
    this.emit('disconnected', { code: 0, reason: 'disconnect called' });
  }

  newSubscription(channel) {
    this.subscription = Object.assign(new EventEmitter(), { channel, subscribe() {} });
    return this.subscription;
  }

  async rpc(method, data) {
    assert.equal(method, 'ack');
    const rejection = this.answers.shift();
    if (rejection) {
      throw rejection;
    }
    this.acks.push([data.channel, data.epoch, data.upto]);
  }

  /** Emits the server's reply to a subscription, and the publications that it replays. */
  subscribed(offset, { epoch = 'e1', wasRecovering = false, recovered = false, replay = [] } = {}) {
    this.emit('subscribed', {
      channel: '#bob', wasRecovering, recovered, hasRecoveredPublications: replay.length > 0, streamPosition: { offset, epoch },
    });
    this.publish(...replay);
  }

  publish(...offsets) {
    offsets.forEach((offset) => this.emit('publication', { channel: '#bob', offset, data: `m${offset}` }));
  }
}

/** A `Storage` in memory. */
function memory() {
  const kept = new Map();
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}

/** Opens a connected page that records the handled offsets and the reported events. */
function page(storage = memory(), options = {}) {
  const handled = [];
  const told = [];
  const client = new CordonClient({
    Centrifuge: FakeSdk, endpoint: 'ws://here/', token: 't', storage, ackDelay: 1, onMessage: ({ offset }) => handled.push(offset), ...options,
  });
  for (const type of ['recovered', 'gap', 'failed', 'error']) {
    client.on(type, (event) => told.push([type, event]));
  }
  client.connect();
  return { client, sdk: FakeSdk.made.at(-1), handled, told, storage };
}

const settled = () => pause(20);
const message = (offset) => ({ offset, data: `m${offset}` });

test('the client connects with its session and announces that it acknowledges, and a reload keeps the session', () => {
  const storage = memory();
  const first = page(storage, { sdk: { minReconnectDelay: 20 } });
  const second = page(storage);

  assert.deepEqual(first.sdk.options, { token: 't', minReconnectDelay: 20, data: { session: first.client.session, ack: true } });
  assert.match(first.client.session, /^[0-9a-f]{24}$/);
  assert.equal(second.client.session, first.client.session);
});

test('the client reports the state of its connection until the listener is removed', async () => {
  const { client, sdk } = page();
  const states = [];
  const off = client.on('state', ({ state, code }) => states.push([state, code]));
  sdk.emit('connecting', { code: 3001, reason: 'shutdown' });
  sdk.emit('connected', {});
  assert.equal(client.state, 'connected');
  off();
  await client.close();

  assert.deepEqual(states, [['connecting', 3001], ['connected', undefined]]);
  assert.equal(client.state, 'disconnected');
});

test('one acknowledgement covers all messages that were handled meanwhile', async () => {
  const { sdk, handled } = page(undefined, { ackDelay: 5 });
  sdk.subscribed(0);
  sdk.publish(1, 2, 3);
  await settled();
  sdk.publish(4);
  await settled();

  assert.deepEqual(handled, [1, 2, 3, 4]);
  assert.deepEqual(sdk.acks, [['#bob', 'e1', 3], ['#bob', 'e1', 4]]);
});

test('a message is acknowledged once its handler has ended, and the next waits for it', async () => {
  const handling = [];
  const { sdk } = page(undefined, {
    onMessage: ({ offset }) => new Promise((resolve) => handling.push({ offset, end: resolve })),
  });
  sdk.subscribed(0);
  sdk.publish(1, 2);
  await settled();
  assert.deepEqual([handling.map(({ offset }) => offset), sdk.acks], [[1], []]);

  handling[0].end();
  await settled();

  assert.deepEqual([handling.map(({ offset }) => offset), sdk.acks], [[1, 2], [['#bob', 'e1', 1]]]);
});

test('after a handler throws, its message and later ones are not acknowledged and are replayed to the next page', async () => {
  const storage = memory();
  const seen = [];
  const { sdk, told } = page(storage, {
    onMessage: ({ offset }) => {
      seen.push(offset);
      if (offset === 2) {
        throw new Error('no');
      }
    },
  });
  sdk.subscribed(0);
  sdk.publish(1, 2, 3);
  await settled();

  assert.deepEqual([seen, sdk.acks], [[1, 2, 3], [['#bob', 'e1', 1]]]);
  assert.deepEqual(told.map(([type, { message: { offset } }]) => [type, offset]), [['failed', 2]]);
  const next = page(storage);
  next.sdk.subscribed(3, { wasRecovering: true, recovered: true, replay: [2, 3] });
  await settled();
  assert.deepEqual(next.handled, [2, 3]);
});

test('a message with an offset that was already handled is not handed over again', async () => {
  const { sdk, handled } = page();
  sdk.subscribed(0);
  sdk.publish(1, 2, 2, 1, 3);
  await settled();

  assert.deepEqual(handled, [1, 2, 3]);
});

test('messages that a page handled but did not acknowledge are acknowledged by the next page and not handed over again', async () => {
  const storage = memory();
  const first = page(storage, { ackDelay: 60_000 });
  first.sdk.subscribed(0);
  first.sdk.publish(1, 2);
  await settled();
  const second = page(storage);
  second.sdk.subscribed(2, { wasRecovering: true, recovered: true, replay: [1, 2] });
  await settled();
  assert.deepEqual(second.sdk.acks, [['#bob', 'e1', 2]]);
  second.sdk.publish(3);
  await settled();

  assert.deepEqual([first.handled, second.handled], [[1, 2], [3]]);
  assert.deepEqual(second.told, [['recovered', { channel: '#bob', replayed: true }]]);
  await first.client.close();
});

test('a gap is reported, and the retained messages are handed over before live ones', async () => {
  const { sdk, handled, told } = page();
  sdk.subscribed(0);
  sdk.publish(1, 2);
  let answer;
  sdk.history = () => new Promise((resolve) => (answer = resolve));
  sdk.subscribed(9, { wasRecovering: true });
  sdk.publish(10, 11);
  await settled();
  assert.deepEqual(handled, [1, 2]);
  answer({ epoch: 'e1', publications: [7, 8, 9, 10].map(message) });
  await settled();

  assert.deepEqual(handled, [1, 2, 7, 8, 9, 10, 11]);
  assert.deepEqual(told, [['gap', { channel: '#bob', since: { epoch: 'e1', offset: 2 }, missed: 4, left: 4 }]]);
  assert.deepEqual(sdk.acks.at(-1), ['#bob', 'e1', 11]);
});

test('after a change of epoch all messages are new, and the number of missed ones is unknown', async () => {
  const { sdk, handled, told } = page();
  sdk.subscribed(0);
  sdk.publish(1, 2);
  sdk.history = async () => ({ epoch: 'e2', publications: [1, 2].map(message) });
  sdk.subscribed(2, { epoch: 'e2', wasRecovering: true });
  sdk.publish(3);
  await settled();

  assert.deepEqual(handled, [1, 2, 1, 2, 3]);
  assert.deepEqual(told, [['gap', { channel: '#bob', since: { epoch: 'e1', offset: 2 }, missed: undefined, left: 2 }]]);
  assert.deepEqual(sdk.acks.at(-1), ['#bob', 'e2', 3]);
});

test('a page whose position the server no longer knows finds the gap by its own stored position', async () => {
  const storage = memory();
  const first = page(storage);
  first.sdk.subscribed(4);
  first.sdk.publish(5);
  await settled();
  const second = page(storage);
  second.sdk.history = async () => ({ epoch: 'e1', publications: [5, 6, 7].map(message) });
  second.sdk.subscribed(7);
  await settled();

  assert.deepEqual(second.handled, [6, 7]);
  assert.deepEqual(second.told, [['gap', { channel: '#bob', since: { epoch: 'e1', offset: 5 }, missed: 0, left: 2 }]]);
});

test('offsets that go back within an epoch are reported as a gap, and later messages are handed over', async () => {
  const { sdk, handled, told } = page();
  sdk.subscribed(0);
  sdk.publish(1, 2, 3);
  sdk.subscribed(1, { wasRecovering: true });
  sdk.publish(2);
  await settled();

  assert.deepEqual(handled, [1, 2, 3, 2]);
  assert.deepEqual(told, [['gap', { channel: '#bob', since: { epoch: 'e1', offset: 3 }, missed: undefined, left: 0 }]]);
});

test('no gap is reported where no message is missing', async () => {
  const storage = memory();
  const first = page(storage);
  first.sdk.subscribed(5);
  first.sdk.subscribed(5, { wasRecovering: true });
  const second = page(storage);
  await settled();
  second.sdk.subscribed(5);
  await settled();

  assert.deepEqual([first.told, second.told], [[], []]);
});

test('a request for the history that fails temporarily is repeated', async () => {
  const { sdk, handled, told } = page();
  sdk.subscribed(0);
  sdk.publish(1);
  const answers = [{ code: 108, temporary: true }];
  sdk.history = async () => {
    if (answers.length > 0) {
      throw answers.shift();
    }
    return { epoch: 'e1', publications: [message(3)] };
  };
  sdk.subscribed(3, { wasRecovering: true });
  await pause(700);

  assert.deepEqual(handled, [1, 3]);
  assert.deepEqual(told.map(([type]) => type), ['error', 'gap']);
});

test('a lost acknowledgement is repeated, a rejected one is not', async () => {
  const { sdk, told } = page();
  sdk.answers.push({ code: 11, message: 'connection closed' });
  sdk.subscribed(0);
  sdk.publish(1);
  await pause(1_100);
  assert.deepEqual(sdk.acks, [['#bob', 'e1', 1]]);

  sdk.answers.push({ code: 112, message: 'unrecoverable position' });
  sdk.publish(2);
  await pause(1_100);
  assert.deepEqual(sdk.acks, [['#bob', 'e1', 1]]);
  assert.deepEqual(told.map(([type]) => type), ['error', 'error']);
});

test('messages handled while the connection is down are acknowledged once it is back', async () => {
  const { sdk } = page();
  sdk.subscribed(0);
  sdk.publish(1);
  sdk.state = 'connecting';
  await settled();
  assert.deepEqual(sdk.acks, []);
  sdk.state = 'connected';
  sdk.subscribed(1, { wasRecovering: true, recovered: true });
  await settled();

  assert.deepEqual(sdk.acks, [['#bob', 'e1', 1]]);
});

test('a page without a stored position reports the gap that the server announces', async () => {
  const { sdk, handled, told } = page();
  sdk.history = async () => ({ epoch: 'e1', publications: [8, 9].map(message) });
  sdk.subscribed(9, { wasRecovering: true });
  await settled();

  assert.deepEqual(handled, [8, 9]);
  assert.deepEqual(told, [['gap', { channel: '#bob', since: undefined, missed: undefined, left: 2 }]]);
});

test('closing the client first acknowledges the handled messages', async () => {
  const { client, sdk } = page(undefined, { ackDelay: 60_000 });
  sdk.subscribed(0);
  sdk.publish(1, 2);
  await client.close();

  assert.deepEqual([sdk.acks, sdk.state], [[['#bob', 'e1', 2]], 'disconnected']);
});

test('a topic has a position of its own', async () => {
  const { client, sdk, handled } = page();
  sdk.subscribed(0);
  client.subscribe('orders#bob');
  sdk.subscription.emit('subscribed', { wasRecovering: false, recovered: false, streamPosition: { offset: 0, epoch: 'e9' } });
  sdk.subscription.emit('publication', { channel: 'orders#bob', offset: 1, data: 1 });
  sdk.publish(1);
  await settled();

  assert.deepEqual(handled, [1, 1]);
  assert.deepEqual(sdk.acks.sort(), [['#bob', 'e1', 1], ['orders#bob', 'e9', 1]]);
});

test('a listener that throws does not cause a message to be lost', async () => {
  const { client, sdk, handled, told } = page();
  client.on('gap', () => {
    throw new Error('a listener');
  });
  sdk.subscribed(0);
  sdk.publish(1);
  sdk.subscribed(3, { wasRecovering: true });
  sdk.publish(4);
  await settled();

  assert.deepEqual(handled, [1, 4]);
  assert.deepEqual(told.map(([type, { error }]) => [type, error?.message]), [['gap', undefined], ['error', 'a listener']]);
});

/** A `Storage` that is full after some writes: further writes throw, as in a browser. */
function full(from = 0) {
  const storage = memory();
  let left = from;
  return {
    ...storage,
    setItem(key, value) {
      if (left-- <= 0) {
        throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
      }
      storage.setItem(key, value);
    },
  };
}

test('L5: a page whose storage is full at the start connects with a session of its own', async () => {
  const { client, sdk, handled } = page(full());
  sdk.subscribed(0);
  sdk.publish(1, 2);
  await settled();

  assert.match(client.session, /^[0-9a-f]{24}$/);
  assert.deepEqual(handled, [1, 2]);
  assert.deepEqual(sdk.acks.at(-1), ['#bob', 'e1', 2]);
});

test('L5: when the storage becomes full later, handled messages are acknowledged and not handed over twice', async () => {
  const { sdk, handled, told } = page(full(1));
  sdk.subscribed(0);
  sdk.publish(1, 2);
  await settled();
  sdk.subscribed(2, { wasRecovering: true, recovered: true, replay: [1, 2] });
  sdk.publish(3);
  await settled();

  assert.deepEqual(handled, [1, 2, 3]);
  assert.deepEqual(sdk.acks.at(-1), ['#bob', 'e1', 3]);
  assert.equal(told.filter(([type]) => type === 'error').length, 1);
});

test('L5: a page works without a storage that it may not read', async () => {
  const forbidden = () => {
    throw new DOMException('Access is denied for this document.', 'SecurityError');
  };
  const { sdk, handled } = page({ getItem: forbidden, setItem: forbidden });
  sdk.subscribed(0);
  sdk.publish(1);
  await settled();

  assert.deepEqual(handled, [1]);
  assert.deepEqual(sdk.acks.at(-1), ['#bob', 'e1', 1]);
});

test('L6: a slow tab of the session does not set the stored position back', async () => {
  const storage = memory();
  let go = () => {};
  const slow = page(storage, { onMessage: () => new Promise((resolve) => (go = resolve)) });
  slow.sdk.subscribed(0);
  slow.sdk.publish(1, 2, 3);
  await settled();
  const fast = page(storage);
  fast.sdk.subscribed(0);
  fast.sdk.publish(1, 2, 3, 4, 5);
  await settled();
  const stored = () => JSON.parse(storage.getItem(`cordon.position.${fast.client.session}.#bob`));
  assert.deepEqual(stored(), { epoch: 'e1', offset: 5 });

  go();
  await settled();
  go();
  await settled();

  assert.deepEqual(stored(), { epoch: 'e1', offset: 5 });
});

test('L6: a slow tab does not bring back an epoch that has ended', async () => {
  const storage = memory();
  let go = () => {};
  const slow = page(storage, { onMessage: () => new Promise((resolve) => (go = resolve)) });
  slow.sdk.subscribed(0);
  slow.sdk.publish(7);
  await settled();
  const fast = page(storage);
  fast.sdk.subscribed(0, { epoch: 'e2' });
  fast.sdk.publish(1);
  await settled();
  slow.sdk.subscribed(1, { epoch: 'e2' });

  go();
  await settled();

  assert.deepEqual(JSON.parse(storage.getItem(`cordon.position.${fast.client.session}.#bob`)), { epoch: 'e2', offset: 1 });
});
