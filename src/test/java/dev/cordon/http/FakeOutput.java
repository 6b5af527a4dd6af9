package dev.cordon.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container's output stream; the test decides how much it takes. A thread would block if it wrote or flushed without
 * asking first: that is an error here.
 */
public final class FakeOutput extends ServletOutputStream {
    public final ByteArrayOutputStream written = new ByteArrayOutputStream();

    /** The writes, with their lengths, and the flushes. */
    public final List<String> calls = new ArrayList<>();

    private int ready = Integer.MAX_VALUE;
    private boolean asked;
    private @Nullable IOException broken;
    private @Nullable WriteListener listener;

    /** Sets how often {@code isReady} is true from now on: for a write, a flush, a write and so on. */
    public void ready(int times) {
        ready = times;
    }

    /** Sets how often {@code isReady} is true from now on, and calls the write listener. */
    public void readyAgain(int times) throws IOException {
        ready = times;
        listener().onWritePossible();
    }

    /** From now on each write fails. */
    public void breaks() {
        broken = new IOException("reset");
    }

    public WriteListener listener() {
        return Optional.ofNullable(listener).orElseThrow();
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        use("write " + bytes.length);
        if (broken != null) {
            throw broken;
        }
        written.writeBytes(bytes);
    }

    @Override
    public void write(int one) {
        throw new AssertionError("one byte at a time");
    }

    @Override
    public void flush() {
        use("flush");
    }

    private void use(String how) {
        if (!asked) {
            throw new AssertionError("a thread would wait here");
        }
        asked = false;
        calls.add(how);
    }

    @Override
    public boolean isReady() {
        asked = ready > 0;
        ready -= asked ? 1 : 0;
        return asked;
    }

    @Override
    public void setWriteListener(WriteListener to) {
        listener = to;
    }
}
