package dev.cordon.websocket;

import dev.cordon.protocol.Frame;
import java.nio.charset.StandardCharsets;

/** Makes the frames that go to a client. Thread-safe. */
public final class ServerFrames {
    private ServerFrames() {}

    public static ServerFrame text(Frame frame) {
        return new ServerFrame(FrameHeader.TEXT, frame);
    }

    /** @param body at most 125 bytes */
    public static ServerFrame pong(byte[] body) {
        return new ServerFrame(FrameHeader.PONG, Frame.copyOf(body));
    }

    /** @param reason at most 123 UTF-8 bytes */
    public static ServerFrame close(int code, String reason) {
        byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[2 + utf8.length];
        body[0] = (byte) (code >> 8);
        body[1] = (byte) code;
        System.arraycopy(utf8, 0, body, 2, utf8.length);
        return new ServerFrame(FrameHeader.CLOSE, Frame.copyOf(body));
    }
}
