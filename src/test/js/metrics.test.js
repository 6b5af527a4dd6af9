import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cordonSamples, parseMetrics } from '../../../webapp/js/metrics.js';

test('reads names, labels and values', () => {
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

test('undoes the escapes in label values', () => {
  const [sample] = parseMetrics('x{a="say \\"hi\\"",b="two\\nlines",c="back\\\\slash",d="} 7"} 1');

  assert.deepEqual({ ...sample.labels }, { a: 'say "hi"', b: 'two\nlines', c: 'back\\slash', d: '} 7' });
});

test('knows the numbers that are none', () => {
  const values = parseMetrics('a NaN\nb +Inf\nc -Inf').map(({ value }) => value);

  assert.deepEqual(values, [NaN, Infinity, -Infinity]);
});

test('skips lines that are not samples', () => {
  assert.deepEqual(parseMetrics('<html>\n\ncordon_x\ncordon_y twelve\n# EOF\r\n'), []);
});

test('reads lines that end in CRLF', () => {
  assert.equal(parseMetrics('cordon_x 4\r\n')[0].value, 4);
});

test('a label named like a property of every object stays a label', () => {
  const [sample] = parseMetrics('x{constructor="c",__proto__="p"} 1');

  assert.equal(sample.labels.constructor, 'c');
  assert.equal(sample.labels.__proto__, 'p');
  assert.equal(/** @type {any} */ ({}).p, undefined);
});

test("keeps only the application's own samples", () => {
  const samples = parseMetrics(`cordon_a{mp_scope="application"} 1
cordon_b{mp_scope="vendor"} 1
cordon_c 1
jvm_threads{mp_scope="application"} 1`);

  assert.deepEqual(cordonSamples(samples).map(({ name }) => name), ['cordon_a', 'cordon_c']);
});

/** Labels have no prototype; the comparison should not ask for one. */
const plain = (samples) => samples.map((sample) => ({ ...sample, labels: { ...sample.labels } }));
