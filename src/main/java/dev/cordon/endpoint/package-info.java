/**
 * The standard way in: the {@code @ServerEndpoint}, the filter for handshakes, Servlet's streams. The only package that knows
 * {@code jakarta.websocket}. Uses gateway, websocket and what stands below them. Offers {@link
 * dev.cordon.endpoint.ServerPlatform} to the package that knows the server beneath. Called on the server's HTTP threads.
 */
@NullMarked
package dev.cordon.endpoint;

import org.jspecify.annotations.NullMarked;
