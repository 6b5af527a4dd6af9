/**
 * The carriers between nodes on the data grid that Payara brings, Hazelcast: who is there
 * ({@link dev.cordon.grid.GridNodes}), which users have something new ({@link dev.cordon.grid.GridWakeup}), and orders
 * ({@link dev.cordon.grid.GridOrders}); and a log ({@link dev.cordon.grid.GridUserLog}). Uses cluster, heap, log, manager and protocol. No other package uses Hazelcast's
 * classes.
 *
 * <p>Only {@code byte[]} and {@code String} go on the grid, never a class of Cordon's. A user is named by a hash, and what
 * names a user in clear is encrypted ({@link dev.cordon.grid.GridCipher}). Calls wait for other nodes, unless they say
 * that they do not (ADR 0027).
 */
@NullMarked
package dev.cordon.grid;

import org.jspecify.annotations.NullMarked;
