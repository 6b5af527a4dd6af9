import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cordonSamples, parseMetrics } from '../../../webapp/js/metrics.js';

test('names, labels and values are parsed', () => {
  const text = `# HELP cordon_managers Managers alive
# TYPE cordon_managers gauge
cordon_managers{mp_scope="application"} 3
cordon_uptime 1.5E3 1700000000000
`;

  assert.deepEqual(plain(parseMetrics(text)), [
    { name: 'cordon_managers', labels: { mp_scope: 'application' }, value: 3 },
    { name: 'cordon_uptime', labels: {}, value: 1500 },
  ]);
});

test('escapes in label values are decoded', () => {
  const [sample] = parseMetrics('x{a="say \\"hi\\"",b="two\\nlines",c="back\\\\slash",d="} 7"} 1');

  assert.deepEqual({ ...sample.labels }, { a: 'say "hi"', b: 'two\nlines', c: 'back\\slash', d: '} 7' });
});

test('NaN and infinities are parsed', () => {
  const values = parseMetrics('a NaN\nb +Inf\nc -Inf').map(({ value }) => value);

  assert.deepEqual(values, [NaN, Infinity, -Infinity]);
});

test('lines that are not samples are skipped', () => {
  assert.deepEqual(parseMetrics('<html>\n\ncordon_x\ncordon_y twelve\n# EOF\r\n'), []);
});

test('lines that end in CRLF are parsed', () => {
  assert.equal(parseMetrics('cordon_x 4\r\n')[0].value, 4);
});

test('a label named like a property of Object stays a label and changes no prototype', () => {
  const [sample] = parseMetrics('x{constructor="c",__proto__="p"} 1');

  assert.equal(sample.labels.constructor, 'c');
  assert.equal(sample.labels.__proto__, 'p');
  assert.equal(/** @type {any} */ ({}).p, undefined);
});

test("only the application's own samples are kept", () => {
  const samples = parseMetrics(`cordon_a{mp_scope="application"} 1
cordon_b{mp_scope="vendor"} 1
cordon_c 1
jvm_threads{mp_scope="application"} 1`);

  assert.deepEqual(cordonSamples(samples).map(({ name }) => name), ['cordon_a', 'cordon_c']);
});

/** Copies the labels, which have no prototype, into plain objects that can be compared. */
const plain = (samples) => samples.map((sample) => ({ ...sample, labels: { ...sample.labels } }));
