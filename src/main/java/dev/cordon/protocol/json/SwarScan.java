package dev.cordon.protocol.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A search in byte arrays, eight bytes at a time: SIMD within a register. Each method skips words of eight bytes that
 * contain no byte of the kind it searches. The test of a word is exact: a byte below a limit borrows from its top bit,
 * and so does a byte that an exclusive or makes zero. Stateless; any thread.
 */
final class SwarScan {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long TOPS = 0x8080_8080_8080_8080L;

    private SwarScan() {}

    /**
     * Skips words of a JSON string (RFC 8259 §7) that are plain: ASCII without quotes, backslashes and control
     * characters.
     *
     * @return offset of the first word that is not plain or not complete; at most {@code to}
     */
    static int skipPlain(byte[] source, int from, int to) {
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

    /**
     * Skips words of ASCII.
     *
     * @return offset of the first word that is not ASCII or not complete; at most {@code to}
     */
    static int skipAscii(byte[] source, int from, int to) {
        int at = from;
        while (to - at >= Long.BYTES && ((long) LONGS.get(source, at) & TOPS) == 0) {
            at += Long.BYTES;
        }
        return at;
    }

    /**
     * Skips words without a line break.
     *
     * @return offset of the first word that may contain a line break or is not complete; at most {@code bytes.length}
     */
    static int skipToLineBreak(byte[] bytes, int from) {
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
