package dev.cordon.bench.peer;

import java.nio.ByteBuffer;

/** Finds line breaks in a buffer, eight bytes at a time. */
final class Lines {
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long BREAKS = ONES * '\n';

    private Lines() {}

    /** Where the first line break stands at or after {@code from}, or {@code end}. */
    static int end(ByteBuffer text, int from, int end) {
        int at = from;
        while (at + Long.BYTES <= end && !holdsBreak(text.getLong(at))) {
            at += Long.BYTES;
        }
        while (at < end && text.get(at) != '\n') {
            at++;
        }
        return at;
    }

    /** A byte that is zero after the exclusive or borrows from its highest bit. */
    private static boolean holdsBreak(long word) {
        long zeroAtBreak = word ^ BREAKS;
        return ((zeroAtBreak - ONES) & ~zeroAtBreak & HIGHS) != 0;
    }
}
