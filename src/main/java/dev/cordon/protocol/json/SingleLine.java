package dev.cordon.protocol.json;

import java.util.Arrays;

/** A copier of JSON values onto one line: line breaks between tokens become spaces. Stateless; any thread. */
public final class SingleLine {
    private SingleLine() {}

    /**
     * Copies one JSON value.
     *
     * @param source bytes that hold a valid value from {@code from} to {@code to}; valid JSON has line breaks between
     *     tokens only
     */
    public static byte[] copyOf(byte[] source, int from, int to) {
        byte[] copy = Arrays.copyOfRange(source, from, to);
        int i = 0;
        while ((i = SwarScan.skipToLineBreak(copy, i)) < copy.length) {
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
