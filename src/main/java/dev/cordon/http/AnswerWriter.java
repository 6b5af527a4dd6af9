package dev.cordon.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/**
 * The non-blocking writer of an answer. Passes each part to the server when the server can take it without waiting, so
 * that the server buffers a long answer within its own bound. Called by one thread at a time (Servlet 6.0 §5.7).
 */
final class AnswerWriter implements WriteListener {
    /** Bytes passed to the server at once. */
    static final int PART = 64 * 1024;

    /** Bytes that a client must take within each {@link Exchanges#PATIENCE}. */
    static final int STRETCH = 1024 * 1024;

    private final Exchange exchange;
    private final ServletOutputStream output;
    private final byte[] body;
    private int given;

    AnswerWriter(Exchange exchange, ServletOutputStream output, byte[] body) {
        this.exchange = exchange;
        this.output = output;
        this.body = body;
    }

    @Override
    public void onWritePossible() throws IOException {
        while (given < body.length && output.isReady()) {
            int part = Math.min(PART, body.length - given);
            output.write(body, given, part);
            given += part;
            if (given % STRETCH == 0) {
                exchange.goesOn();
            }
        }
        if (given == body.length) {
            exchange.end();
        }
    }

    /** Ends the exchange: the client has gone. */
    @Override
    public void onError(Throwable gone) {
        exchange.end();
    }
}
