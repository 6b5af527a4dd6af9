package dev.cordon.websocket;

import dev.cordon.protocol.Frame;
import java.nio.ByteBuffer;

/**
 * An outgoing WebSocket frame, never fragmented or masked (RFC 6455 §5.2). It has a short header and a payload that
 * other connections may share. The two are joined only where they are written. Immutable.
 */
public final class ServerFrame {
    private static final int FINAL = 0x80;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;
    private static final int MAX_TWO_BYTES = 0xFFFF;

    private final int opcode;
    private final Frame payload;
    private final int length;

    /** @param opcode with {@link FrameHeader#RSV1} if the payload is compressed */
    ServerFrame(int opcode, Frame payload) {
        this.opcode = opcode;
        this.payload = payload;
        this.length = payload.size();
    }

    /** Length of header and payload in bytes. */
    public int size() {
        return length + (length <= FrameHeader.MAX_CONTROL ? 2 : length <= MAX_TWO_BYTES ? 4 : 10);
    }

    /** @param to a buffer with room for {@link #size} bytes */
    public void putTo(ByteBuffer to) {
        to.put((byte) (FINAL | opcode));
        if (length <= FrameHeader.MAX_CONTROL) {
            to.put((byte) length);
        } else if (length <= MAX_TWO_BYTES) {
            to.put((byte) TWO_BYTES).putShort((short) length);
        } else {
            to.put((byte) EIGHT_BYTES).putLong(length);
        }
        payload.putTo(to);
    }

    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(size());
        putTo(bytes);
        return bytes.array();
    }
}
