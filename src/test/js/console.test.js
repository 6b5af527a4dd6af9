import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PLOTS, Series } from '../../../webapp/console/series.js';
import { TIME_SPACE, TIME_STEPS, timeLabels } from '../../../webapp/console/timeAxis.js';
import { amount, divergenceText, drainingText, endedText, firingText, meantUser, migrationText, nodeName, plotsTitle, shadowText, silentText, userText } from '../../../webapp/console/wording.js';
import { formatMoment, formatTime } from '../../../webapp/js/format.js';

const noon = new Date(2024, 0, 2, 12, 0, 0).getTime();
const css = readFileSync(new URL('../../../webapp/console/console.css', import.meta.url), 'utf8');

test('O5: at 25 s, 5 min, 1 h and 1 day the time labels under a plot do not overlap and differ', () => {
  const PIXELS_A_CHARACTER = 7.5;
  for (const seconds of [25, 300, 3600, 86_400]) {
    for (const width of [200, 280, 460]) {
      // The library chooses likewise: the first step that leaves enough space.
      const step = TIME_STEPS.find((each) => (each / seconds) * width >= TIME_SPACE) ?? seconds;
      const times = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => noon / 1000 + i * step);
      const labels = timeLabels(times, step);

      assert.ok(Math.max(...labels.map((label) => label.length)) * PIXELS_A_CHARACTER < (step / seconds) * width, `${labels} in ${width} px`);
      assert.equal(new Set(labels.slice(0, -1)).size, labels.length - 1, `${labels}`);
    }
  }
  assert.deepEqual(timeLabels([noon / 1000], 15), ['12:00:00']);
  assert.deepEqual(timeLabels([noon / 1000], 60), ['12:00']);
});

test('O5: the plots keep an hour of points, and their title says so once older points were dropped', () => {
  const series = new Series();
  for (let n = 0; n < 1800; n++) {
    series.add({ at: noon + n * 2000, figures: {}, alerts: [] });
  }
  assert.equal(series.trimmed, false);
  assert.equal(plotsTitle(series.trimmed, ''), 'Since this page was opened');

  series.add({ at: noon + 3_600_000, figures: {}, alerts: [] });

  assert.equal(series.trimmed, true);
  assert.equal(series.seconds, 3598);
  assert.equal(series.of(PLOTS[0])[0].length, 1800);
  assert.equal(plotsTitle(series.trimmed, '1 h'), 'The last 1 h');
});

test('O5: the card of a firing alert shows the value and says why the alert still fires', () => {
  const alert = { value: 0.0023, limit: 0.001, unit: 'seconds' };

  assert.equal(firingText(alert).value, 'is 2.3 ms, threshold 1 ms');
  assert.match(firingText(alert).hold, /^The alert ends a minute after/);
  assert.match(firingText({ ...alert, value: 0.0004 }).hold, /^No longer above its threshold/);
  assert.equal(firingText({ ...alert, value: null }).value, 'cannot be judged now, threshold 1 ms');
  assert.match(firingText({ ...alert, value: null }).hold, /^Not enough data/);
  assert.equal(firingText({ ...alert, limit: null }).value, 'is 2.3 ms, threshold switched off');
});

test('O5: an amount is formatted in the unit of its threshold', () => {
  assert.equal(amount(10_000_000, 'bytes an hour'), '9.54 MiB an hour');
  assert.equal(amount(2048, 'bytes'), '2 KiB');
  assert.equal(amount(12, 'an hour'), '12 an hour');
  assert.equal(amount(3, 'managers'), '3 managers');
  assert.equal(amount(null, 'seconds'), '–');
});

test('O5: a looked-up user can be disconnected only while it has connections and its state is known', () => {
  const found = { managers: 1, connections: 2, nodes: 1, silent: 0, lost: false, busy: false };

  assert.deepEqual(userText(found), { summary: '1 manager, 2 connections.', mayEnd: true });
  assert.deepEqual(userText({ ...found, managers: 0, connections: 0 }), { summary: 'Not connected to this node.', mayEnd: false });
  assert.deepEqual(userText({ ...found, nodes: 3, connections: 0 }), { summary: 'Not connected to any node.', mayEnd: false });
  assert.deepEqual(userText({ ...found, nodes: 3, silent: 1, connections: 0 }), { summary: 'Not connected to any node that answered.', mayEnd: true });
  assert.equal(userText({ ...found, busy: true }).mayEnd, false);
  assert.equal(userText({ ...found, lost: true }).mayEnd, false);
  assert.match(userText({ ...found, lost: true }).summary, /^The node did not answer/);
});

test('the summary of a migration says how many users are to move and how much still needs the singleton', () => {
  const calls = { legacy: 1, both: 2, factory: 9 };

  assert.equal(migrationText({ share: 25, calls, legacy_connections: 3 }), '25 % of the users are to move; 25 % of all calls needed the singleton');
  assert.equal(migrationText({ share: 100, calls, legacy_connections: 3 }), '100 % of the users are to move; 25 % of all calls needed the singleton');
  assert.equal(migrationText({ share: 100, calls: { legacy: 0, both: 0, factory: 9 }, legacy_connections: 0 }), 'All users have moved; 0 % of all calls needed the singleton');
  assert.equal(migrationText({ share: 0, calls: { legacy: 0, both: 0, factory: 0 }, legacy_connections: 0 }), '0 % of the users are to move; no call yet');
});

test('the shadow comparison says what it saw, and names whose message leaked', () => {
  assert.deepEqual(shadowText(true, { connections: 1, messages: 2000, causes: {} }), { ok: true, text: '1 connection and 2,000 messages compared: no divergence.' });
  assert.deepEqual(shadowText(false, { connections: 2, messages: 1, causes: { leaked: 1, lost: 3 } }), { ok: false, text: '2 connections and 1 message compared: 1 leaked, 3 lost. New connections are not compared.' });
  assert.equal(divergenceText({ cause: 'leaked', by: 'served', from: 'bob' }), 'leaked: a message of bob was written to this user');
  assert.match(divergenceText({ cause: 'unasked', by: 'shadow', from: '' }), /published directly/);
  assert.match(divergenceText({ cause: 'unasked', by: 'served', from: '' }), /not sent through the adapter/);
});

test('a node is named by its address, or by the begin of its id; silent nodes are named', () => {
  const nodes = [{ id: '6f1d6b52-8c1e', address: 'live-1:8080' }, { id: '7a2e7c63-9d2f', address: '' }];

  assert.equal(nodeName(nodes, '6f1d6b52-8c1e'), 'live-1:8080');
  assert.equal(nodeName(nodes, '7a2e7c63-9d2f'), '7a2e7c63');
  assert.equal(nodeName([], '8b3f8d74-ae30'), '8b3f8d74');
  assert.equal(silentText([]), '');
  assert.equal(silentText(['live-1:8080', '7a2e7c63']), 'No answer from live-1:8080, 7a2e7c63: connections there are missing here.');
});

test('the result of a disconnect says of which node the number is', () => {
  assert.equal(endedText(false, 1, 1), 'Disconnected: 1 connection.');
  assert.equal(endedText(true, 0, 3), 'Told to reconnect: 0 connections on the node that serves this page; the other nodes were told.');
});

test('O5: the text of an empty list has the whole width of the list', () => {
  for (const list of ['timeline', 'events']) {
    assert.match(css, new RegExp(`\\.${list} li[^}]*grid-template-columns`));
    assert.match(css, new RegExp(`\\.${list} \\.empty[^}]*display: block`));
  }
});

test('O5: for a channel or a name with blanks around it, the search suggests the user that is meant', () => {
  assert.equal(meantUser('#user3'), 'user3');
  assert.equal(meantUser('orders#user3'), 'user3');
  assert.equal(meantUser(' user3\t'), 'user3');
  assert.equal(meantUser('a#b#c'), 'b#c');
  for (const name of ['user3', '#', 'what ever#x', '']) {
    assert.equal(meantUser(name), '', name);
  }
});

test('O5: midnight is formatted as 00, and a time of another day with its date', () => {
  const late = new Date(2024, 0, 3, 0, 5, 0).getTime();

  assert.equal(formatTime(late), '00:05:00');
  assert.equal(formatMoment(late, late + 1000), '00:05:00');
  assert.equal(formatMoment(noon, late), '2 Jan 12:00:00');
});

test('O5: a notice says that the node is draining or has drained', () => {
  assert.equal(drainingText(true, 5), '');
  assert.match(drainingText(false, 5), /^This node is draining: .* closes the open ones/);
  assert.match(drainingText(false, 0), /has closed all/);
});
