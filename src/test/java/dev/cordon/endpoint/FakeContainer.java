package dev.cordon.endpoint;

import dev.cordon.endpoint.ServerConnections.DirectAnswer;
import dev.cordon.endpoint.ServerConnections.DirectWire;
import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.http.FakeOutput;
import dev.cordon.http.PlainPosts;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
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
 * The container's half of an upgraded connection and the raw connection below it. A thread would block if it read
 * bytes that have not arrived: that is an error here.
 */
final class FakeContainer implements WebConnection, RawConnection {
    /** The end of the peer's stream. */
    static final byte[] END = {};

    /** A read that fails. */
    static final byte[] BROKEN = {};

    final Deque<byte[]> arriving = new ArrayDeque<>();
    final FakeOutput output = new FakeOutput();
    final List<String> calls = new ArrayList<>();

    /** The wire that {@link #takeOver} returns; empty if the connection must stay. */
    Optional<DirectWire> direct = Optional.empty();

    private @Nullable IOException hidden;
    private @Nullable IOException unclosable;
    private @Nullable ReadListener reader;

    void sends(byte[] read) throws IOException {
        arriving.add(read);
        Optional.ofNullable(reader).orElseThrow().onDataAvailable();
    }

    /** From now on the input stream cannot be opened. */
    void hides() {
        hidden = new IOException("gone");
    }

    /** From now on closing fails, because the peer has closed. */
    void hasClosed() {
        unclosable = new IOException("closed");
    }

    String written() {
        return output.written.toString(StandardCharsets.ISO_8859_1);
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
        return output;
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
    public void boundWaiting(int bytes) {}

    @Override
    public void whenClosed(Runnable task) {}

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
    public Optional<DirectAnswer> takeAnswer() {
        calls.add("takeAnswer");
        return Optional.empty();
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
}
