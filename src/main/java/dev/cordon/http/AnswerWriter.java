package dev.cordon.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/** Gives an answer to the server when that can be done without waiting. Called by one thread at a time (Servlet 6.0 §5.7). */
final class AnswerWriter implements WriteListener {
    private final Exchange exchange;
    private final ServletOutputStream output;
    private final byte[] body;
    private boolean written;

    AnswerWriter(Exchange exchange, ServletOutputStream output, byte[] body) {
        this.exchange = exchange;
        this.output = output;
        this.body = body;
    }

    @Override
    public void onWritePossible() throws IOException {
        if (!written && output.isReady()) {
            written = true;
            output.write(body);
            exchange.end();
        }
    }

    /** The client has gone. */
    @Override
    public void onError(Throwable gone) {
        exchange.end();
    }
}
