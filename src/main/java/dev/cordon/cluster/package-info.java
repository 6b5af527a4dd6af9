/**
 * What several nodes with one log tell each other: who is there ({@link dev.cordon.cluster.NodeDirectory}), which
 * users have something new ({@link dev.cordon.cluster.Wakeup}), which sessions they have ({@link
 * dev.cordon.cluster.SharedSlots}); orders and questions. Uses heap, manager, log, metric and protocol. The log is the truth and a wakeup only a
 * hint: what a lost one would have told is found by reading the log (ADR 0024). A node without others hears in the same
 * way of applications that publish by SQL ({@link dev.cordon.cluster.LoneNode}, ADR 0029). Its threads are its own.
 */
@NullMarked
package dev.cordon.cluster;

import org.jspecify.annotations.NullMarked;
