/**
 * Admission of clients and the execution of their commands, for every way in: the handshake's check, connect, channel
 * commands, recovery and rates. Uses auth, heap, log, manager, protocol and publish; knows neither Servlet nor the
 * server. The thread that reads a connection calls its {@link dev.cordon.gateway.CommandHandler}. Commands that wait
 * for a database or for keys continue on other threads.
 */
@NullMarked
package dev.cordon.gateway;

import org.jspecify.annotations.NullMarked;
