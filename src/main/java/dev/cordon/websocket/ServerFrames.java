package dev.cordon.websocket;

import dev.cordon.protocol.Frame;
import java.nio.charset.StandardCharsets;

/** Makes the frames that go to a client. Thread-safe. */
public final class ServerFrames {
    private ServerFrames() {}

    /** Makes a text or a binary message, as the frame is. */
    public static ServerFrame message(Frame frame) {
        return new ServerFrame(opcode(frame), frame);
    }

    private static int opcode(Frame frame) {
        return frame.binary() ? FrameHeader.BINARY : FrameHeader.TEXT;
    }

    /** @param deflated the message as permessage-deflate has it (RFC 7692 §7.2.1) */
    static ServerFrame compressed(Frame deflated) {
        return new ServerFrame(FrameHeader.RSV1 | opcode(deflated), deflated);
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
