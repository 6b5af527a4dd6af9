package dev.cordon.socket;

import dev.cordon.protocol.Frame;
import java.nio.ByteBuffer;

/**
 * A WebSocket frame on its way out (RFC 6455 §5.2, never masked): a short header and a payload that may be on its way to other
 * connections too. The two are put together only where they are written. Immutable.
 */
final class Outgoing {
    private final byte[] header;
    private final Frame payload;

    Outgoing(byte[] header, Frame payload) {
        this.header = header;
        this.payload = payload;
    }

    /** Length in bytes. */
    int size() {
        return header.length + payload.size();
    }

    /** @param to with room for {@link #size} bytes */
    void putTo(ByteBuffer to) {
        to.put(header);
        payload.putTo(to);
    }

    byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(size());
        putTo(bytes);
        return bytes.array();
    }
}
