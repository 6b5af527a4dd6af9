package dev.cordon.stream;

import dev.cordon.endpoint.ServerConnections.RawConnection;
import dev.cordon.gateway.CommandHandler;
import dev.cordon.http.NonBlockingOutput;
import dev.cordon.manager.Transport;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The transport of a connection whose frames go into the response of one HTTP request (Servlet 6.0 §5.7). The head of
 * the response goes out with the first frame, so that a rejected one-way client gets an HTTP status.
 *
 * <p>Thread-safe. The response and the encoder are not: the lock of the {@link NonBlockingOutput} guards them. A frame
 * counts as written once the server has it; beyond {@link #MAX_WAITING} unread bytes the server is not ready, and what
 * follows waits in the connection's bounded queue.
 */
final class StreamTransport implements Transport {
    /** Bytes that wait in the server for the client to read, where the server can bound them. */
    static final int MAX_WAITING = 64 * 1024;

    private final AsyncContext async;
    private final HttpServletResponse response;
    private final NonBlockingOutput<Completion> output;
    private final StreamKind kind;
    private final StreamEncoder encoder;
    private final Map<String, String> headers;
    private final Optional<RawConnection> raw;
    private final Runnable afterwards;
    private final String remoteAddress;
    /** Whether the head is that of a stream. Set under the output's lock. */
    private volatile boolean begun;

    private volatile boolean gone;
    private volatile @Nullable CommandHandler handler;

    /**
     * @param headers of the response, beside those of every stream
     * @param raw the connection below Servlet; without it, a client that does not read keeps its socket until the
     *     container gives up
     * @param afterwards runs once, after the stream has ended
     */
    StreamTransport(
            AsyncContext async,
            StreamKind kind,
            StreamEncoder encoder,
            Map<String, String> headers,
            String remoteAddress,
            Optional<RawConnection> raw,
            Runnable afterwards)
            throws IOException {
        this.async = async;
        this.response = (HttpServletResponse) async.getResponse();
        this.output = new NonBlockingOutput<>(
                response.getOutputStream(), Completion::written, Completion::failed, cause -> left());
        this.kind = kind;
        this.encoder = encoder;
        this.headers = Map.copyOf(headers);
        this.remoteAddress = remoteAddress;
        this.raw = raw;
        this.afterwards = afterwards;
    }

    /** Begins to listen for the client's reading. Call it before the connection is opened. */
    void start() {
        raw.ifPresent(connection -> {
            connection.boundWaiting(MAX_WAITING);
            connection.whenClosed(this::left);
        });
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
            response.setStatus(HttpServletResponse.SC_OK);
            response.setContentType(kind.contentType());
            response.setHeader("Cache-Control", "no-store");
            // nginx, and who has learned it from it, passes each message on at once.
            response.setHeader("X-Accel-Buffering", "no");
            headers.forEach(response::setHeader);
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
            raw.ifPresent(RawConnection::cut);
        }
        try {
            async.complete();
        } catch (IllegalStateException e) {
            // The container has ended the request before.
        }
        afterwards.run();
    }

    private byte[] lastWords(StreamRefusal why) {
        if (!begun && kind.oneWay()) {
            headers.forEach(response::setHeader);
            why.head(response);
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
