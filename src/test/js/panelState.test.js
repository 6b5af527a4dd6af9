import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialState, KEPT, ownerOf, reduce } from '../../../webapp/js/panelState.js';

const opened = { type: 'opened', user: 'bob' };
const connected = { type: 'connected', client: 'c1' };
const subscribed = (more) => ({
  type: 'subscribed', channel: '#bob', epoch: 'e1', offset: 0, wasRecovering: false, recovered: false, ...more,
});
const publication = (offset, channel = '#bob') => ({ type: 'publication', channel, offset, data: { text: `m${offset}` } });
const after = (...events) => events.reduce((state, event, i) => reduce(state, event, 1000 + i), initialState('s1'));
const messages = (state) => state.entries.filter(({ kind }) => kind === 'message');

test('a connection goes through its phases and says why it ended', () => {
  const connecting = after(opened, { type: 'connecting', code: 0, reason: 'connect called' });
  const live = reduce(connecting, connected, 1);
  const ended = reduce(live, { type: 'disconnected', code: 3504, reason: 'connection limit' }, 2);

  assert.equal(connecting.phase, 'connecting');
  assert.deepEqual([live.phase, live.client], ['connected', 'c1']);
  assert.deepEqual([ended.phase, ended.code, ended.reason, ended.client], ['disconnected', 3504, 'connection limit', '']);
  assert.match(ended.entries[0].text, /connection limit \(3504\)/);
});

test('C4: a panel whose socket does not open shows a hint at the cause until the socket opens', () => {
  const waiting = after(opened, { type: 'connecting', code: 0, reason: 'connect called' },
    { type: 'unopened', code: 1006, reason: 'look there' });

  assert.deepEqual([waiting.phase, waiting.code, waiting.reason], ['connecting', 1006, 'look there']);
  assert.deepEqual([reduce(waiting, connected, 1).reason, reduce(after(opened), { type: 'unopened', code: 1006, reason: 'x' }, 1).reason], ['', '']);
});

test('a lost connection is noted; one that the reader cut is noted only once', () => {
  const lost = after(opened, connected, { type: 'connecting', code: 3001, reason: 'shutdown' });
  const cut = after(opened, connected, { type: 'line', down: true }, { type: 'connecting', code: 1, reason: 'transport closed' });

  assert.deepEqual(lost.entries.map(({ text }) => text), ['Connection lost: shutdown (3001)']);
  assert.deepEqual(cut.entries.map(({ text }) => text), ['You dropped the line']);
});

test('a panel notes when another node serves it, and not when the same one does', () => {
  const on = (node) => ({ type: 'connected', client: 'c1', node });
  const killed = after(opened, on('127.0.0.1:8081'), { type: 'killing', node: '127.0.0.1:8081' },
    { type: 'connecting', code: 1, reason: 'transport closed' }, on('127.0.0.1:8082'), on('127.0.0.1:8082'));

  assert.equal(killed.node, '127.0.0.1:8082');
  assert.deepEqual(killed.entries.map(({ text }) => text), ['Now served by the node 127.0.0.1:8082', 'Connection lost: transport closed (1)',
    'Killing the node 127.0.0.1:8081 …; payara-config/cluster/add starts it again']);
});

test('a panel shows no node where the server does not tell it', () => {
  const alone = after(opened, connected, { type: 'connecting', code: 1, reason: 'transport closed' }, connected);

  assert.equal(alone.node, '');
  assert.deepEqual(alone.entries.map(({ text }) => text), ['Connection lost: transport closed (1)']);
});

test('a publication moves the offset, and publications are listed newest first', () => {
  const state = after(opened, connected, subscribed(), publication(1), publication(2));

  assert.equal(state.offset, 2);
  assert.equal(state.received, 2);
  assert.deepEqual(messages(state).map(({ text, offset }) => [text, offset]), [['m2', 2], ['m1', 1]]);
});

test('a resume is counted with the number of missed messages, and these are marked', () => {
  const state = after(opened, connected, subscribed({ offset: 1 }), publication(2), { type: 'line', down: true },
    { type: 'line', down: false }, connected, subscribed({ offset: 4, wasRecovering: true, recovered: true }),
    publication(3), publication(4), publication(5));

  assert.deepEqual([state.resumes, state.lastResume, state.offset], [1, 'recovered', 5]);
  assert.deepEqual(messages(state).map(({ offset, caughtUp }) => [offset, caughtUp]),
    [[5, false], [4, true], [3, true], [2, false]]);
  assert.ok(state.entries.some(({ text }) => text === 'Resumed: 2 missed messages caught up'));
});

test('a resume without missed messages says that nothing was missed', () => {
  const state = after(opened, connected, subscribed(), publication(1), subscribed({ offset: 1, wasRecovering: true, recovered: true }));

  assert.equal(state.entries[0].text, 'Resumed: nothing was missed');
});

test('a position that is no longer retained is reported', () => {
  const state = after(opened, connected, subscribed({ offset: 3 }),
    subscribed({ epoch: 'e2', offset: 0, wasRecovering: true, recovered: false }), publication(1));

  assert.deepEqual([state.resumes, state.lastResume, state.epoch], [1, 'lost', 'e2']);
  assert.match(state.entries[1].text, /no longer retained/);
  assert.deepEqual([state.entries[0].repeated, state.entries[0].caughtUp], [false, false]);
});

test('messages replayed on a fresh connect count as caught up, not as a resume', () => {
  const state = after(opened, connected, subscribed({ offset: 2, recovered: true }), publication(1), publication(2));

  assert.equal(state.resumes, 0);
  assert.deepEqual(messages(state).map(({ caughtUp, repeated }) => [caughtUp, repeated]), [[true, false], [true, false]]);
});

test('a publication with an offset that came before is marked as repeated', () => {
  const state = after(opened, connected, subscribed(), publication(1), publication(1));

  assert.equal(state.entries[0].repeated, true);
  assert.equal(state.entries[1].repeated, false);
});

test("a message of another user's channel is counted as foreign and moves no offset", () => {
  const state = after(opened, connected, subscribed(), publication(9, '#alice'));

  assert.deepEqual([state.foreign, state.offset, state.entries[0].foreign], [1, 0, true]);
});

test('a topic channel belongs to the user in its name', () => {
  assert.equal(after(opened, connected, subscribed(), publication(1, 'thread7#bob')).foreign, 0);
  assert.equal(ownerOf('#x#y'), 'x#y');
  assert.equal(ownerOf('thread7#42'), '42');
  assert.equal(ownerOf('nobody'), '');
});

test('a panel opened as another user keeps its session and drops everything of the former user', () => {
  const state = after(opened, connected, subscribed(), publication(1), { type: 'opened', user: 'carol' });

  assert.deepEqual([state.user, state.session, state.received, state.entries, state.offset], ['carol', 's1', 0, [], null]);
});

test('a panel opened again as the same user keeps what it received', () => {
  assert.equal(after(opened, connected, subscribed(), publication(1), opened).received, 1);
});

test('the number of kept entries is bounded', () => {
  const state = after(opened, ...Array.from({ length: KEPT + 5 }, (_, i) => publication(i + 1)));

  assert.equal(state.entries.length, KEPT);
  assert.equal(state.entries[0].offset, KEPT + 5);
  assert.equal(state.received, KEPT + 5);
});
