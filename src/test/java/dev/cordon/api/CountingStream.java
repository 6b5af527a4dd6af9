package dev.cordon.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** An endless stream of white space that counts the bytes read and throws after {@link #breaksAfter} bytes. */
final class CountingStream extends InputStream {
    long given;
    long breaksAfter = Long.MAX_VALUE;

    @Override
    public int read() throws IOException {
        return read(new byte[1], 0, 1) == 1 ? ' ' : -1;
    }

    @Override
    public int read(byte[] into, int from, int most) throws IOException {
        if (given >= breaksAfter) {
            throw new IOException("reset");
        }
        Arrays.fill(into, from, from + most, (byte) ' ');
        given += most;
        return most;
    }
}
