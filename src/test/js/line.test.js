import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Line } from '../../../webapp/js/line.js';

class RealSocket {
  constructor(url) {
    this.url = url;
  }
}

test('sockets are real while the line is up', () => {
  const socket = new (new Line(RealSocket).Socket)('ws://here/');

  assert.ok(socket instanceof RealSocket);
  assert.equal(socket.url, 'ws://here/');
});

test('sockets connect to nothing while the line is down', () => {
  const line = new Line(RealSocket);

  line.drop();

  assert.equal(line.down, true);
  assert.ok(!(new line.Socket('ws://here/') instanceof RealSocket));
});

test('the client is notified when the network goes and comes back', () => {
  const line = new Line(RealSocket);
  const heard = [];
  line.events.addEventListener('offline', () => heard.push('offline'));
  line.events.addEventListener('online', () => heard.push('online'));

  line.drop();
  line.restore();

  assert.deepEqual(heard, ['offline', 'online']);
});

test('an attempt begun while the line was down ends when it is restored', () => {
  const line = new Line(RealSocket);
  line.drop();
  const socket = new line.Socket('ws://here/');
  const closes = [];
  socket.onclose = ({ code }) => closes.push(code);

  line.restore();
  line.drop();
  line.restore();

  assert.deepEqual(closes, [1006]);
});

test('the network coming back does not restore a line that was dropped by hand', () => {
  const line = new Line(RealSocket);
  const browser = new EventTarget();
  const heard = [];
  line.follow(browser);
  line.events.addEventListener('online', () => heard.push('online'));

  browser.dispatchEvent(new Event('online'));
  line.drop();
  browser.dispatchEvent(new Event('online'));

  assert.deepEqual(heard, ['online']);
});
