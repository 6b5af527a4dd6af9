/**
 * The WebSocket side: handshake guard, {@code @ServerEndpoint}, command handling and the transport through the container.
 * Uses auth, manager, log, publish and protocol; the only package that knows {@code jakarta.websocket} and Tyrus.
 */
@NullMarked
package dev.cordon.socket;

import org.jspecify.annotations.NullMarked;
