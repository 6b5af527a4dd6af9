package dev.cordon.protocol.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Passes over bytes eight at a time, as long as none of the eight is of a kind that is looked for. The test of a whole word is exact: a
 * byte below a limit, or one that an exclusive or makes zero, borrows from its top bit. Without state; any thread.
 */
final class Words {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long TOPS = 0x8080_8080_8080_8080L;

    private Words() {}

    /**
     * Within a JSON string (RFC 8259 §7).
     *
     * @return from where on there may be a quote, a backslash, a control character or what is not ASCII; at most {@code to}
     */
    static int plain(byte[] source, int from, int to) {
        int at = from;
        while (to - at >= Long.BYTES) {
            long word = (long) LONGS.get(source, at);
            long quote = word ^ ('"' * ONES);
            long backslash = word ^ ('\\' * ONES);
            if (((word | (word - ' ' * ONES) | (quote - ONES) | (backslash - ONES)) & TOPS) != 0) {
                return at;
            }
            at += Long.BYTES;
        }
        return at;
    }

    /** @return from where on there may be what is not ASCII; at most {@code to} */
    static int ascii(byte[] source, int from, int to) {
        int at = from;
        while (to - at >= Long.BYTES && ((long) LONGS.get(source, at) & TOPS) == 0) {
            at += Long.BYTES;
        }
        return at;
    }

    /** @return from where on there may be a line break; at most {@code bytes.length} */
    static int withoutBreak(byte[] bytes, int from) {
        int at = from;
        while (bytes.length - at >= Long.BYTES) {
            long word = (long) LONGS.get(bytes, at);
            if (((word - ('\r' + 1) * ONES) & ~word & TOPS) != 0) {
                return at;
            }
            at += Long.BYTES;
        }
        return at;
    }
}
