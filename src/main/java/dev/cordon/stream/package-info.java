/**
 * Streams over HTTP for clients that cannot use WebSockets or need no way back: Server-Sent Events and lines of JSON,
 * and the tickets by which an {@code EventSource} shows who it is (ADR 0037). Each stream is a connection of the
 * {@link dev.cordon.gateway.Gateway} like any socket. Uses endpoint, gateway, manager, http, auth, protocol, cluster
 * and log; nothing but Servlet of the server. No thread belongs to a stream: the thread that delivers writes, or the server's when the
 * client reads again.
 */
@NullMarked
package dev.cordon.stream;

import org.jspecify.annotations.NullMarked;
