/**
 * The Java client of back ends: commands of the server API (docs/protocol.md, Server HTTP API) as futures and as
 * blocking calls. {@link dev.cordon.client.CordonClient} is where to begin. {@link dev.cordon.client.TransactionPublisher} publishes
 * in a transaction of PostgreSQL instead. The artifact {@code cordon-<version>-client.jar}
 * needs a JDK of version 17 or later and nothing else. Of Cordon it uses the JSON reader and writer, which are in the
 * artifact. No part of the node uses this package, and the WAR does not contain it.
 *
 * <p>Commands, results and errors are immutable. Threads: a caller encodes its command and puts it into a
 * {@code CallQueue}; a {@code Sender} has a thread and a connection of its own; {@code Deadlines} has one thread for all.
 */
@NullMarked
package dev.cordon.client;

import org.jspecify.annotations.NullMarked;
