package dev.cordon.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A bare WebSocket client: text frames in and out, the messages of a frame one by one, no SDK. */
final class RawSocket implements AutoCloseable, WebSocket.Listener {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Close> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private @Nullable WebSocket socket;

    /** How the server closed. */
    record Close(int code, String reason) {}

    static RawSocket open(URI address) {
        RawSocket of = new RawSocket();
        of.socket = HTTP.newWebSocketBuilder()
                .connectTimeout(PATIENCE)
                .buildAsync(address, of)
                .join();
        return of;
    }

    /** Opens a socket, connects with the token and reads the reply. */
    static RawSocket connected(Cordon cordon, String token) {
        RawSocket of = open(cordon.socket());
        of.send("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
        String reply = of.next();
        if (!reply.startsWith("{\"id\":1,\"connect\":")) {
            throw new IllegalStateException("not connected: " + reply);
        }
        return of;
    }

    void send(String frame) {
        open().sendText(frame, true).join();
    }

    /** The next message, pings left out (and answered). */
    String next() {
        try {
            String message = received.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (message == null) {
                throw new IllegalStateException("nothing came within " + PATIENCE);
            }
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The messages that have arrived and were not read. */
    java.util.List<String> rest() {
        java.util.List<String> all = new java.util.ArrayList<>();
        received.drainTo(all);
        return all;
    }

    Close closed() {
        try {
            return closed.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new IllegalStateException("not closed within " + PATIENCE, e);
        }
    }

    boolean isClosed() {
        return closed.isDone();
    }

    /** Drops the line without a close frame. */
    void abort() {
        open().abort();
    }

    private WebSocket open() {
        WebSocket of = socket;
        if (of == null) {
            throw new IllegalStateException("not open");
        }
        return of;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            for (String message : partial.toString().lines().toList()) {
                if (message.equals("{}")) {
                    var unused = from.sendText("{}", true);
                } else {
                    received.add(message);
                }
            }
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(new Close(code, reason));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.complete(new Close(1006, error instanceof IOException ? "lost" : String.valueOf(error)));
    }

    @Override
    public void close() {
        open().abort();
    }
}
