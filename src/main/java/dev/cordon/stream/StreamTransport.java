package dev.cordon.stream;

import dev.cordon.gateway.CommandHandler;
import dev.cordon.http.NonBlockingOutput;
import dev.cordon.manager.Transport;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The transport of a connection whose frames go into the response of one HTTP request (Servlet 6.0 §5.7). The head of
 * the response goes out with the first frame, so that a rejected one-way client gets an HTTP status.
 *
 * <p>Thread-safe. The response and the encoder are not: the lock of the {@link NonBlockingOutput} guards them. A frame
 * counts as written once the server or the kernel has it. Either holds few unread bytes; what follows waits in the
 * connection's bounded queue.
 */
final class StreamTransport implements Transport {
    private final StreamResponse response;
    private final NonBlockingOutput<Completion> output;
    private final StreamKind kind;
    private final StreamEncoder encoder;
    private final Map<String, String> headers;
    private final Runnable afterwards;
    private final String remoteAddress;
    /** Whether the head is that of a stream. Set under the output's lock. */
    private volatile boolean begun;

    private volatile boolean gone;
    private volatile @Nullable CommandHandler handler;

    /**
     * @param headers of the response, beside those of every stream
     * @param afterwards runs once, after the stream has ended
     */
    StreamTransport(
            StreamResponse response,
            StreamKind kind,
            StreamEncoder encoder,
            Map<String, String> headers,
            String remoteAddress,
            Runnable afterwards)
            throws IOException {
        this.response = response;
        this.output =
                new NonBlockingOutput<>(response.body(), Completion::written, Completion::failed, cause -> left());
        this.kind = kind;
        this.encoder = encoder;
        this.headers = Map.copyOf(headers);
        this.remoteAddress = remoteAddress;
        this.afterwards = afterwards;
    }

    /** Begins to listen for the client's reading. Call it before the connection is opened. */
    void start() {
        response.whenGone(this::left);
        output.start();
    }

    /** Sets who hears that the client has gone. Call it once. */
    void listen(CommandHandler to) {
        handler = to;
        if (gone) {
            to.ended(Disconnect.NORMAL);
        }
    }

    @Override
    public void write(Frame frame, Completion completion) {
        Optional<StreamEncoder.Refusal> refusal = begun ? Optional.empty() : encoder.refusal(frame);
        if (refusal.isEmpty() || output.closed()) {
            output.write(() -> encoded(frame), completion);
        } else {
            completion.written();
            end(StreamRefusal.of(refusal.get()));
            left();
        }
    }

    private byte[] encoded(Frame frame) {
        begin();
        return encoder.encode(frame);
    }

    private void begin() {
        if (!begun) {
            begun = true;
            Map<String, String> all = new HashMap<>(headers);
            all.put("Content-Type", kind.contentType());
            all.put("Cache-Control", "no-store");
            // nginx, and who has learned it from it, passes each message on at once.
            all.put("X-Accel-Buffering", "no");
            response.head(HttpServletResponse.SC_OK, all);
        }
    }

    /** Ends the connection: the client has gone. */
    private void left() {
        gone = true;
        CommandHandler of = handler;
        if (of != null) {
            of.ended(Disconnect.NORMAL);
        }
    }

    /** Ends a stream that could not be opened: the connection, if there is one, and the request in any case. */
    void fail() {
        try {
            left();
        } finally {
            close(Disconnect.NORMAL);
        }
    }

    /** Writes why the stream ends, and ends the response. Cuts the connection of a client that does not read. */
    @Override
    public void close(Disconnect disconnect) {
        end(StreamRefusal.of(disconnect));
    }

    /** @param why goes to the client as a status if nothing has been written, else within the stream */
    private void end(StreamRefusal why) {
        if (!output.close()) {
            return;
        }
        boolean clean = !gone && output.writeLast(() -> lastWords(why));
        if (!clean) {
            response.cut();
        }
        response.end();
        afterwards.run();
    }

    private byte[] lastWords(StreamRefusal why) {
        if (!begun && kind.oneWay()) {
            Map<String, String> all = new HashMap<>(headers);
            all.putAll(why.headers());
            response.head(why.status(), all);
            return why.body();
        }
        begin();
        return encoder.farewell(why.disconnect());
    }

    /** Whether the stream has ended. */
    boolean ended() {
        return output.closed();
    }

    @Override
    public String name() {
        return kind.transport();
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public boolean listensOnly() {
        return kind.oneWay();
    }
}
