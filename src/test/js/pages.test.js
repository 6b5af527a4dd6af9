import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const WEBAPP = new URL('../../../webapp/', import.meta.url);
const read = (path) => readFileSync(new URL(path, WEBAPP), 'utf8');
const errorPages = readdirSync(new URL('errors/', WEBAPP)).map((name) => `errors/${name}`);
const modules = ['js/', 'console/'].flatMap((folder) =>
  readdirSync(new URL(folder, WEBAPP)).filter((name) => name.endsWith('.js')).map((name) => `${folder}${name}`));

test('no page holds inline script, inline style or an outside resource', () => {
  for (const page of ['index.html', 'console/index.html', ...errorPages]) {
    const html = read(page);

    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|"javascript:|<base/i, page);
    assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)/i, page);
    assert.doesNotMatch(html, /(?:src|href)="(?:https?:)?\/\//i, page);
  }
});

test('no module writes markup or evaluates text', () => {
  for (const module of modules) {
    assert.doesNotMatch(read(module), /innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function/, module);
  }
});

test('every data-ref that a module looks up is in its page', () => {
  for (const module of modules) {
    const html = read(module.startsWith('console/') ? 'console/index.html' : 'index.html');
    for (const [, name] of read(module).matchAll(/\b(?:ref\([\w]+, |at\(|fill\(|fillUnlessFocused\(|pairs\()'([\w-]+)'/g)) {
      assert.ok(html.includes(`data-ref="${name}"`), `${module} looks for ${name}`);
    }
  }
});

test('error pages do not name the server software', () => {
  for (const page of errorPages) {
    assert.doesNotMatch(read(page), /payara|glassfish|tyrus|grizzly|jakarta|cordon/i, page);
  }
});

test('the vendored SDK has the digest of the published file', async () => {
  const bytes = new Uint8Array(readFileSync(new URL('vendor/centrifuge/centrifuge.js', WEBAPP)));
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');

  assert.equal(digest, '2e9a24e8495900b030008edd8a8d3746a218a213044b5ed15635fbadac24d4b8');
});

test('the vendored plot library has the digest of the published file', async () => {
  const bytes = new Uint8Array(readFileSync(new URL('vendor/uplot/uPlot.iife.min.js', WEBAPP)));
  const digest = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');

  assert.equal(digest, '19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f');
});
