package dev.cordon.socket;

import dev.cordon.protocol.Frame;
import java.nio.charset.StandardCharsets;

/** Makes the frames that go to a client. Thread-safe. */
final class WebSocketFrames {
    private WebSocketFrames() {}

    static Outgoing text(Frame frame) {
        return new Outgoing(FrameHeader.TEXT, frame);
    }

    /** @param body at most 125 bytes */
    static Outgoing pong(byte[] body) {
        return new Outgoing(FrameHeader.PONG, Frame.copyOf(body));
    }

    /** @param reason at most 123 UTF-8 bytes */
    static Outgoing close(int code, String reason) {
        byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[2 + utf8.length];
        body[0] = (byte) (code >> 8);
        body[1] = (byte) code;
        System.arraycopy(utf8, 0, body, 2, utf8.length);
        return new Outgoing(FrameHeader.CLOSE, Frame.copyOf(body));
    }
}
