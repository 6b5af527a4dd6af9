package dev.cordon.endpoint;

import dev.cordon.endpoint.ServerConnections.DirectWire;
import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.http.PlainPosts;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The container's half of an upgraded connection and the raw connection below it. A thread would block if it wrote or
 * flushed without asking first, or read bytes that have not arrived: that is an error here.
 */
final class FakeContainer implements WebConnection, RawConnection {
    /** The end of the peer's stream. */
    static final byte[] END = {};

    /** A read that fails. */
    static final byte[] BROKEN = {};

    final Deque<byte[]> arriving = new ArrayDeque<>();
    final ByteArrayOutputStream written = new ByteArrayOutputStream();
    final List<String> output = new ArrayList<>();
    final List<String> calls = new ArrayList<>();

    /** The wire that {@link #takeOver} returns; empty if the connection must stay. */
    Optional<DirectWire> direct = Optional.empty();

    private int ready = Integer.MAX_VALUE;
    private boolean asked;
    private @Nullable IOException hidden;
    private @Nullable IOException broken;
    private @Nullable IOException unclosable;
    private @Nullable ReadListener reader;
    private @Nullable WriteListener writer;

    void sends(byte[] read) throws IOException {
        arriving.add(read);
        Optional.ofNullable(reader).orElseThrow().onDataAvailable();
    }

    /** Sets how often {@code isReady} is true from now on: for a write, a flush, a write and so on. */
    void ready(int times) {
        ready = times;
    }

    /** Sets how often {@code isReady} is true from now on, and calls the write listener. */
    void readyAgain(int times) throws IOException {
        ready = times;
        Optional.ofNullable(writer).orElseThrow().onWritePossible();
    }

    /** From now on the input stream cannot be opened. */
    void hides() {
        hidden = new IOException("gone");
    }

    /** From now on each write fails. */
    void breaks() {
        broken = new IOException("reset");
    }

    /** From now on closing fails, because the peer has closed. */
    void hasClosed() {
        unclosable = new IOException("closed");
    }

    String written() {
        return written.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        if (hidden != null) {
            throw hidden;
        }
        return new Input();
    }

    @Override
    public ServletOutputStream getOutputStream() {
        return new Output();
    }

    @Override
    public void close() throws IOException {
        calls.add("close");
        if (unclosable != null) {
            throw unclosable;
        }
    }

    @Override
    public void cut() {
        calls.add("cut");
    }

    @Override
    public void endOutput() {
        calls.add("endOutput");
    }

    @Override
    public void forget(HttpUpgradeHandler handler) {
        calls.add("forget");
    }

    @Override
    public Optional<DirectWire> takeOver(HttpUpgradeHandler from) {
        calls.add("takeOver");
        return direct;
    }

    @Override
    public void readInPlace() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void learn(String host, String path, GatewaySockets sockets) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void learn(String host, String base, PlainPosts to) {
        throw new UnsupportedOperationException();
    }

    private final class Input extends ServletInputStream {
        @Override
        public int read(byte[] into, int offset, int most) throws IOException {
            if (most == 0) {
                return 0;
            }
            if (arriving.isEmpty()) {
                throw new AssertionError("a thread would wait here");
            }
            byte[] next = arriving.remove();
            if (next == BROKEN) {
                throw new IOException("reset");
            }
            int count = Math.min(most, next.length);
            System.arraycopy(next, 0, into, offset, count);
            if (count < next.length) {
                arriving.addFirst(Arrays.copyOfRange(next, count, next.length));
            }
            return next == END ? -1 : count;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int available() {
            return arriving.stream()
                    .mapToInt(read -> read == BROKEN ? 1 : read.length)
                    .sum();
        }

        @Override
        public boolean isReady() {
            return !arriving.isEmpty();
        }

        @Override
        public boolean isFinished() {
            return false;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            reader = listener;
        }
    }

    private final class Output extends ServletOutputStream {
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
            throw new UnsupportedOperationException();
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
            output.add(how);
        }

        @Override
        public boolean isReady() {
            asked = ready > 0;
            ready -= asked ? 1 : 0;
            return asked;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            writer = listener;
        }
    }
}
