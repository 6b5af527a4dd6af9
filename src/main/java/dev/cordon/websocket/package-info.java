/**
 * WebSockets as RFC 6455 has them: frames, masking, the close handshake and their bounds, over any {@link
 * dev.cordon.websocket.Wire}. Talks upwards through {@link dev.cordon.websocket.WebSocketListener} only. Uses of {@code
 * protocol} the bytes of a frame and the check of UTF-8, and nothing else of Cordon. Reading is confined to one thread a
 * connection at a time; writing and closing are thread-safe.
 */
@NullMarked
package dev.cordon.websocket;

import org.jspecify.annotations.NullMarked;
