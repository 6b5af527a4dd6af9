/** Which headers of its handshake an application sees of a client (docs/hooks.md). The beans are dev.cordon.it.hooks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import WebSocket from 'ws';
import { connected } from './clients.js';
import { somebody } from './cordon.js';

/** A socket whose handshake has headers, as a proxy sets them. */
class FromAcme extends WebSocket {
  constructor(url, protocols) {
    super(url, protocols, { headers: { 'X-Tenant': 'acme', 'X-Other': 'not allowed' } });
  }
}

test('the application sees allowed headers of the handshake, and none that the client made up in its connect', async (t) => {
  for (let i = 0; i < 3; i++) {
    const alice = await connected(t, somebody('alice'), { websocket: FromAcme });
    assert.deepEqual(alice.events.at(-1).data, { welcome: alice.user, tenant: 'acme', headers: 1 });
  }

  const mallory = await connected(t, somebody('mallory'), { headers: { 'X-Tenant': 'acme', 'x-tenant': 'acme' } });

  assert.deepEqual(mallory.events.at(-1).data, { welcome: mallory.user, tenant: 'none', headers: 0 });
});
