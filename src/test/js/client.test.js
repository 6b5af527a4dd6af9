import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openClient, UNOPENED } from '../../../webapp/js/client.js';
import { initialState, reduce } from '../../../webapp/js/panelState.js';

/** Stands for the SDK's class: the test emits its events. */
class FakeCentrifuge {
  static last;
  handlers = {};

  constructor(endpoint, options) {
    Object.assign(this, { endpoint, options });
    FakeCentrifuge.last = this;
  }

  on(name, handler) {
    this.handlers[name] = handler;
    return this;
  }

  connect() {
    this.handlers.connecting({ code: 0, reason: 'connect called' });
  }
}

function opened() {
  const events = [];
  const client = openClient({
    Centrifuge: FakeCentrifuge, endpoint: 'ws://here/', session: 's1', credential: { token: 't' }, line: {}, report: (event) => events.push(event),
  });
  client.connect();
  return { events, handlers: FakeCentrifuge.last.handlers };
}

test('C4: a socket that the browser could not open is reported with a hint at the possible cause', () => {
  const { events, handlers } = opened();

  handlers.error({ type: 'transport', error: { code: 2, message: 'transport closed' } });

  const waiting = events.reduce((state, event, i) => reduce(state, event, i), initialState('s1'));
  assert.deepEqual([waiting.phase, waiting.code, waiting.reason], ['connecting', 1006, UNOPENED]);
  assert.match(waiting.reason, /cordon\.allowed-origins/);
});

test('the node is told with the connection, where the server tells it', () => {
  const { events, handlers } = opened();

  handlers.connected({ client: 'c1', transport: 'websocket' });
  handlers.connected({ client: 'c2', transport: 'websocket', data: { node: '127.0.0.1:8081' } });

  assert.deepEqual(events.slice(1), [
    { type: 'connected', client: 'c1', node: '' },
    { type: 'connected', client: 'c2', node: '127.0.0.1:8081' },
  ]);
});

test('other errors are reported with their own message', () => {
  const { events, handlers } = opened();

  handlers.error({ type: 'refreshToken', error: { code: 109, message: 'token expired' } });
  handlers.error({ type: 'refreshToken', error: new Error('no answer') });

  assert.deepEqual(events.slice(1), [
    { type: 'failed', message: 'token expired (109)' },
    { type: 'failed', message: 'no answer' },
  ]);
});
