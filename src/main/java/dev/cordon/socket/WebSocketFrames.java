package dev.cordon.socket;

import dev.cordon.protocol.Frame;
import java.nio.charset.StandardCharsets;

/** Makes the frames that go to a client, whole and unmasked (RFC 6455 §5.2), each as one array. Thread-safe. */
final class WebSocketFrames {
    private static final int FINAL = 0x80;

    private WebSocketFrames() {}

    static byte[] text(Frame frame) {
        byte[] bytes = framed(FrameHeader.TEXT, frame.size());
        frame.copyTo(bytes, bytes.length - frame.size());
        return bytes;
    }

    /** @param body at most 125 bytes */
    static byte[] pong(byte[] body) {
        byte[] bytes = framed(FrameHeader.PONG, body.length);
        System.arraycopy(body, 0, bytes, 2, body.length);
        return bytes;
    }

    /** @param reason at most 123 UTF-8 bytes */
    static byte[] close(int code, String reason) {
        byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = framed(FrameHeader.CLOSE, 2 + utf8.length);
        bytes[2] = (byte) (code >> 8);
        bytes[3] = (byte) code;
        System.arraycopy(utf8, 0, bytes, 4, utf8.length);
        return bytes;
    }

    /** An array with the header and room for the payload behind it. */
    private static byte[] framed(int opcode, int length) {
        int header = length <= FrameHeader.MAX_CONTROL ? 2 : length <= 0xFFFF ? 4 : 10;
        byte[] bytes = new byte[header + length];
        bytes[0] = (byte) (FINAL | opcode);
        bytes[1] = (byte) (header == 2 ? length : header == 4 ? 126 : 127);
        int at = header == 10 ? 6 : 2;
        for (int shift = header == 10 ? 24 : 8; shift >= 0 && header > 2; shift -= 8) {
            bytes[at++] = (byte) (length >> shift);
        }
        return bytes;
    }
}
