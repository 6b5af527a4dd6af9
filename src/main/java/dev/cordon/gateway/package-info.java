/**
 * Decides who may connect and what a command does, whichever way the bytes come: the handshake's check, connect, channel
 * commands, recovery and rates. Uses auth, heap, log, manager, protocol and publish; knows neither Servlet nor the server.
 * The thread that reads a connection calls its {@link dev.cordon.gateway.CommandHandler}; what waits for a database or for
 * keys goes on with on threads of its own.
 */
@NullMarked
package dev.cordon.gateway;

import org.jspecify.annotations.NullMarked;
