package dev.cordon.protocol.json;

import java.util.Arrays;

/** A copier of JSON values onto one line: line breaks between tokens become spaces. Stateless; any thread. */
public final class SingleLine {
    private SingleLine() {}

    /** Copies a range that holds one valid JSON value. Within valid JSON a line break can only stand between tokens. */
    public static byte[] copyOf(byte[] source, int from, int to) {
        byte[] copy = Arrays.copyOfRange(source, from, to);
        int i = 0;
        while ((i = Words.withoutBreak(copy, i)) < copy.length) {
            int word = Math.min(copy.length, i + Long.BYTES);
            for (; i < word; i++) {
                if (copy[i] == '\n' || copy[i] == '\r') {
                    copy[i] = ' ';
                }
            }
        }
        return copy;
    }
}
