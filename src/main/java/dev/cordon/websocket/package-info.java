/**
 * WebSockets of RFC 6455: frames, masking, the close handshake and their bounds, over any {@link
 * dev.cordon.websocket.Wire}. Compression of messages by RFC 7692. Calls upwards through {@link dev.cordon.websocket.WebSocketListener} only. Of Cordon,
 * uses only the frame bytes and the UTF-8 check of {@code protocol}. Reading is confined to one thread a connection at
 * a time; writing and closing are thread-safe.
 */
@NullMarked
package dev.cordon.websocket;

import org.jspecify.annotations.NullMarked;
