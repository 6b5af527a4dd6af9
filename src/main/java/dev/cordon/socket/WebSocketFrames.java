package dev.cordon.socket;

import dev.cordon.protocol.Frame;
import java.nio.charset.StandardCharsets;

/** Makes the frames that go to a client, whole and unmasked (RFC 6455 §5.2), each as one array. Thread-safe. */
final class WebSocketFrames {
    private static final int FINAL = 0x80;

    private WebSocketFrames() {}

    static Outgoing text(Frame frame) {
        return new Outgoing(header(FrameHeader.TEXT, frame.size()), frame);
    }

    /** @param body at most 125 bytes */
    static Outgoing pong(byte[] body) {
        return new Outgoing(header(FrameHeader.PONG, body.length), Frame.copyOf(body));
    }

    /** @param reason at most 123 UTF-8 bytes */
    static Outgoing close(int code, String reason) {
        byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[2 + utf8.length];
        body[0] = (byte) (code >> 8);
        body[1] = (byte) code;
        System.arraycopy(utf8, 0, body, 2, utf8.length);
        return new Outgoing(header(FrameHeader.CLOSE, body.length), Frame.copyOf(body));
    }

    private static byte[] header(int opcode, int length) {
        byte[] header = new byte[length <= FrameHeader.MAX_CONTROL ? 2 : length <= 0xFFFF ? 4 : 10];
        header[0] = (byte) (FINAL | opcode);
        header[1] = (byte) (header.length == 2 ? length : header.length == 4 ? 126 : 127);
        int at = header.length == 10 ? 6 : 2;
        for (int shift = header.length == 10 ? 24 : 8; shift >= 0 && header.length > 2; shift -= 8) {
            header[at++] = (byte) (length >> shift);
        }
        return header;
    }
}
