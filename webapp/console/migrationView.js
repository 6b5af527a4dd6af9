// @ts-check
/** The section about the migration from a singleton. Hidden while the application does not use the migration adapter. */
import { ref, setText } from '../js/dom.js';
import { formatCount } from '../js/format.js';
import { card, cell, fill, row } from './nodeView.js';
import { clock } from './userView.js';
import { divergenceText, migrationText, plural, shadowText } from './wording.js';

/** @param {any} [migration] the section of the state; absent while the adapter is not used */
export function showMigration(migration) {
  ref(document, 'migration-part').hidden = !migration;
  ref(document, 'migration-link').hidden = !migration;
  if (migration) {
    setText(ref(document, 'migration-summary'), migrationText(migration));
    figures(migration);
    sites(migration);
    shadow(migration);
  }
}

/** @param {any} migration */
function figures({ share, calls, legacy_connections: legacy, factory_connections: factory }) {
  fill('migration-figures', [
    card('Users moved', `${share} %`),
    card('Calls, old way', formatCount(calls.legacy)),
    card('Calls, both ways', formatCount(calls.both)),
    card('Calls, new way', formatCount(calls.factory)),
    card('Connections, old way', formatCount(legacy)),
    card('Connections, new way', formatCount(factory)),
  ]);
}

/** @param {any} migration */
function sites({ sites: all, call_sites: known, unlisted_calls: unlisted }) {
  fill('migration-sites', all.map((/** @type {any} */ site) =>
    row(cell(site.where, 'place'), cell(site.call), cell(formatCount(site.calls), 'number'), cell(clock(site.at)), cell(site.instead, 'place'))), 'No call yet');
  const hidden = known - all.length;
  const more = ref(document, 'migration-more');
  more.hidden = hidden === 0 && unlisted === 0;
  setText(more, `${plural(hidden, 'more call site')} with fewer calls; ${plural(unlisted, 'call')} from sites that are not told apart.`);
}

/** @param {any} migration */
function shadow({ shadow: on, compared }) {
  ref(document, 'shadow-part').hidden = !on && compared.connections === 0 && compared.divergences.length === 0;
  const verdict = ref(document, 'shadow-verdict');
  const { ok, text } = shadowText(on, compared);
  verdict.dataset.ok = String(ok);
  setText(verdict, text);
  fill('shadow-divergences', compared.divergences.map((/** @type {any} */ divergence) =>
    row(cell(divergence.user, 'name'), cell(divergence.by === 'served' ? 'singleton' : 'Cordon'), cell(divergenceText(divergence), 'name'), cell(formatCount(divergence.count), 'number'), cell(clock(divergence.at)))), 'No divergence');
}
