/**
 * The server HTTP API for back ends. Uses publish, log, manager and protocol.
 */
@NullMarked
package dev.cordon.api;

import org.jspecify.annotations.NullMarked;
