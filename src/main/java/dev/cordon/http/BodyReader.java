package dev.cordon.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;

/** The non-blocking reader of a request's body. Called by one thread at a time (Servlet 6.0 §3.7). */
final class BodyReader implements ReadListener {
    private static final int FIRST = 4096;

    private final Exchange exchange;
    private final ServletInputStream input;
    private final int end;
    private final Consumer<byte[]> then;
    private byte[] body;
    private int length;

    /** @param end number of bytes after which reading ends */
    BodyReader(Exchange exchange, ServletInputStream input, int end, Consumer<byte[]> then) {
        this.exchange = exchange;
        this.input = input;
        this.end = end;
        this.then = then;
        this.body = new byte[Math.min(end, FIRST)];
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (length < end && input.isReady() && !input.isFinished()) {
            if (length == body.length) {
                int larger = (int) Math.min(end, 2L * length);
                if (!exchange.takes(larger - length)) {
                    return;
                }
                body = Arrays.copyOf(body, larger);
            }
            int read = input.read(body, length, body.length - length);
            if (read < 0) {
                break;
            }
            length += read;
        }
        if (length == end || input.isFinished()) {
            complete();
        }
    }

    @Override
    public void onAllDataRead() {
        complete();
    }

    private void complete() {
        if (exchange.bodyComplete()) {
            then.accept(length == body.length ? body : Arrays.copyOf(body, length));
        }
    }

    @Override
    public void onError(Throwable cause) {
        exchange.failed(cause);
    }
}
