/**
 * The load generator: one process, one thread, one selector, the same code for every server. It counts what it sent and what arrived
 * where, and reads the server's own processor time at the edges of each window.
 */
@NullMarked
package dev.cordon.bench.load;

import org.jspecify.annotations.NullMarked;
