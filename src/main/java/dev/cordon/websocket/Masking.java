package dev.cordon.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Removes the mask from a client's payload (RFC 6455 §5.3), eight bytes at a time. Stateless; any thread. */
final class Masking {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Masking() {}

    /**
     * Copies {@code count} bytes and removes the mask.
     *
     * @param key the masking key, its first byte in the top byte
     * @param offset position of the first byte in its frame's payload
     */
    static void unmask(byte[] from, int at, byte[] to, int into, int count, int key, int offset) {
        int turned = Integer.rotateLeft(key, (offset & 3) * 8);
        long wide = (turned & 0xFFFF_FFFFL) | ((long) turned << 32);
        int done = 0;
        while (count - done >= Long.BYTES) {
            LONGS.set(to, into + done, (long) LONGS.get(from, at + done) ^ wide);
            done += Long.BYTES;
        }
        for (; done < count; done++) {
            to[into + done] = (byte) (from[at + done] ^ (turned >> (24 - (done & 3) * 8)));
        }
    }
}
