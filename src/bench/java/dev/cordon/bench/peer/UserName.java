package dev.cordon.bench.peer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A user's name as the bytes of a frame: a key that is looked up without making anything. Only a copy may be kept. */
final class UserName {
    private byte[] bytes = new byte[64];
    private int length;
    private int hash;

    /** Becomes the name that stands there. */
    UserName of(ByteBuffer frame, int from, int to) {
        length = to - from;
        if (length > bytes.length) {
            bytes = new byte[length];
        }
        int sum = 0;
        for (int i = 0; i < length; i++) {
            byte next = frame.get(from + i);
            bytes[i] = next;
            sum = sum * 31 + next;
        }
        hash = sum;
        return this;
    }

    UserName copy() {
        UserName copy = new UserName();
        copy.bytes = Arrays.copyOf(bytes, length);
        copy.length = length;
        copy.hash = hash;
        return copy;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UserName name
                && name.length == length
                && Arrays.equals(bytes, 0, length, name.bytes, 0, length);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }
}
