package dev.cordon.bench.load;

import java.io.ByteArrayOutputStream;

/** What a receiver needs of the messages in docs/client.proto: it writes a connect and an answer to a ping, and reads pushes. */
final class Protobuf {
    private static final int COMMAND_ID = 1 << 3;
    private static final int COMMAND_CONNECT = (4 << 3) | 2;
    private static final int CONNECT_TOKEN = (1 << 3) | 2;
    private static final int REPLY_PUSH = (4 << 3) | 2;
    private static final int PUSH_CHANNEL = (2 << 3) | 2;

    private Protobuf() {}

    /** A frame with one command that connects. */
    static byte[] connect(String token) {
        byte[] connect = join(new byte[] {CONNECT_TOKEN}, text(token));
        return delimited(join(new byte[] {COMMAND_ID, 1, COMMAND_CONNECT}, delimited(connect)));
    }

    /** A text behind its length. */
    static byte[] text(String text) {
        return delimited(Text.bytes(text));
    }

    /**
     * Where the channel's length stands in a reply that is a push to a channel without a topic; -1 if it is none. The
     * channel comes first in a push.
     */
    static int channel(byte[] buffer, int from, int to) {
        if (to - from < 2 || buffer[from] != REPLY_PUSH) {
            return -1;
        }
        int at = behindVarint(buffer, from + 1, to);
        return to - at > 2 && buffer[at] == PUSH_CHANNEL && buffer[at + 2] == '#' ? at + 1 : -1;
    }

    /** The number that stands there, of 31 bits at most. */
    static int varint(byte[] buffer, int from, int to) {
        int value = 0;
        int behind = behindVarint(buffer, from, to);
        for (int at = behind - 1; at >= from; at--) {
            value = (value << 7) | (buffer[at] & 0x7f);
        }
        return value;
    }

    /** Where the number that stands there has ended; no further than {@code to}. */
    static int behindVarint(byte[] buffer, int from, int to) {
        int at = from;
        while (at < to && buffer[at] < 0) {
            at++;
        }
        return Math.min(at + 1, to);
    }

    private static byte[] delimited(byte[] message) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(message.length + 5);
        int length = message.length;
        while (length >= 0x80) {
            out.write((length & 0x7f) | 0x80);
            length >>>= 7;
        }
        out.write(length);
        out.writeBytes(message);
        return out.toByteArray();
    }

    private static byte[] join(byte[] first, byte[] second) {
        return new Text().add(first).add(second).toArray();
    }
}
