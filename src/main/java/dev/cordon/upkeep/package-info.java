/**
 * The timed work of a node: duties with a thread each, the tick of all connections, the cleanup, and the drain at the end. Uses heap, manager,
 * log, publish, metric and protocol. The only package that knows EJB.
 */
@NullMarked
package dev.cordon.upkeep;

import org.jspecify.annotations.NullMarked;
