package dev.cordon.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Frames as a client sends them, right and wrong ones. */
public final class ClientFrames {
    public static final int FIN = 0x80;
    private static final int MASK = 0x80;

    private ClientFrames() {}

    public static byte[] text(String text) {
        return frame(FIN | FrameHeader.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] close(int code, String reason) {
        byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[2 + utf8.length];
        body[0] = (byte) (code >> 8);
        body[1] = (byte) code;
        System.arraycopy(utf8, 0, body, 2, utf8.length);
        return frame(FIN | FrameHeader.CLOSE, body);
    }

    /** @param first the first byte: FIN, RSV and opcode */
    public static byte[] frame(int first, byte[] payload) {
        return frame(first, payload, 0x9A3C5E71);
    }

    public static byte[] frame(int first, byte[] payload, int mask) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first);
        if (payload.length <= 125) {
            out.write(MASK | payload.length);
        } else if (payload.length <= 0xFFFF) {
            out.write(MASK | 126);
            number(out, payload.length, 2);
        } else {
            out.write(MASK | 127);
            number(out, payload.length, 8);
        }
        number(out, mask & 0xFFFF_FFFFL, 4);
        for (int i = 0; i < payload.length; i++) {
            out.write(payload[i] ^ (mask >> (24 - 8 * (i & 3))));
        }
        return out.toByteArray();
    }

    public static byte[] bytes(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return bytes;
    }

    public static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, long value, int size) {
        for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
            out.write((int) (value >> shift));
        }
    }
}
