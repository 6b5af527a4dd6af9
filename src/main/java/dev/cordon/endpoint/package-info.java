/**
 * The standard way in: the {@code @ServerEndpoint}, the filter for handshakes, Servlet's streams. Of all packages, only
 * this one and payara use {@code jakarta.websocket}. Uses gateway, websocket and the packages below them. Defines
 * {@link dev.cordon.endpoint.ServerPlatform}, which the package for the server beneath implements. Called on the
 * server's HTTP threads.
 */
@NullMarked
package dev.cordon.endpoint;

import org.jspecify.annotations.NullMarked;
