/**
 * The server HTTP API for back ends, with the development mode's token page. Uses auth, publish, log, manager and protocol. Each
 * request runs on one thread of the container; a publish never waits for a browser.
 */
@NullMarked
package dev.cordon.api;

import org.jspecify.annotations.NullMarked;
