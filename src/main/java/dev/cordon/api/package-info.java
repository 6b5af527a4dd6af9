/**
 * The server HTTP API for back ends, and the tokens and the kill of a node of the development mode. Uses auth, publish, log, manager and
 * protocol. A request runs on one thread at a time. A publish never waits for a client.
 */
@NullMarked
package dev.cordon.api;

import org.jspecify.annotations.NullMarked;
