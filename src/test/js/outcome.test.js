import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomes } from '../../../webapp/js/outcome.js';
import { initialState, reduce } from '../../../webapp/js/panelState.js';

const SENT = { id: 'm1', to: 'bob', sentAt: 1000 };
const panel = (user, ...events) =>
  [{ type: 'opened', user }, ...events].reduce((state, event) => reduce(state, event, 1005), initialState('s'));
const connected = { type: 'connected', client: 'c' };
const arrival = { type: 'publication', channel: '#bob', offset: 7, data: { id: 'm1', text: 'hi' } };
const verdicts = (...panels) => outcomes(SENT, panels).map(({ user, verdict }) => [user, verdict]);

test('the panel of the addressee shows the message as received, the other one shows nothing', () => {
  assert.deepEqual(verdicts(panel('alice', connected), panel('bob', connected, arrival)),
    [['alice', 'nothing'], ['bob', 'received']]);
  assert.equal(outcomes(SENT, [panel('bob', connected, arrival)])[0].text, 'received after 5 ms, offset 7');
});

test('an addressee that has not received the message is waiting if connected, or else away', () => {
  assert.deepEqual(verdicts(panel('bob', connected)), [['bob', 'waiting']]);
  assert.deepEqual(verdicts(panel('bob')), [['bob', 'away']]);
});

test('a message that arrives in the panel of another user is marked as wrong', () => {
  assert.deepEqual(verdicts(panel('alice', connected, arrival)), [['alice', 'wrong']]);
});

test('a message that arrives after a resume is described as caught up', () => {
  const resumed = {
    type: 'subscribed', channel: '#bob', epoch: '', offset: 7, wasRecovering: true, recovered: true,
  };

  assert.match(outcomes(SENT, [panel('bob', connected, resumed, arrival)])[0].text, /^caught up after/);
});

test('a panel that was never connected is left out', () => {
  assert.deepEqual(outcomes(SENT, [initialState('s')]), []);
});
