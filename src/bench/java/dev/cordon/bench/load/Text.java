package dev.cordon.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Builds and searches ASCII text as bytes. A builder is used again and again by its one thread. */
final class Text {
    /** How many different words there are. */
    private static final int WORDS = 300;

    private byte[] bytes = new byte[1024];
    private int length;

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Words that compress about as well as a language does, the same in each run. */
    static byte[] words(int length) {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            int word = random.nextInt(WORDS);
            new Random(word).ints(2 + word % 9, 'a', 'z' + 1).forEach(letter -> text.append((char) letter));
            text.append(' ');
        }
        return bytes(text.substring(0, length));
    }

    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** A copy of what has been added. */
    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    Text clear() {
        length = 0;
        return this;
    }

    Text add(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    Text add(char ascii) {
        room(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** @param value zero or more */
    Text add(long value) {
        room(20);
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = value;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    static boolean startsWith(byte[] text, int from, int to, byte[] prefix) {
        return to - from >= prefix.length && Arrays.equals(text, from, from + prefix.length, prefix, 0, prefix.length);
    }

    /** Where the part starts, or -1. */
    static int indexOf(byte[] text, int from, int to, byte[] part) {
        for (int i = from; i <= to - part.length; i++) {
            if (text[i] == part[0] && startsWith(text, i, to, part)) {
                return i;
            }
        }
        return -1;
    }

    /** The digits that stand there, as a number. */
    static long number(byte[] text, int from, int to) {
        long value = 0;
        for (int i = from; i < to && text[i] >= '0' && text[i] <= '9'; i++) {
            value = value * 10 + text[i] - '0';
        }
        return value;
    }
}
