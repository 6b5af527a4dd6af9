package dev.cordon.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request and its answer, during which no thread waits for the client (ADR 0013). The body is read as it
 * arrives, and the answer is written as the client takes it. Each of the two has a deadline.
 *
 * <p>Call {@link #read} and {@link #suspend} on the container's thread. Once the exchange is suspended, any thread may
 * call {@link #answer}; only the first call counts.
 */
public final class Exchange {
    private static final System.Logger LOG = System.getLogger(Exchange.class.getName());

    private static final byte[] NOTHING = {};

    /** An answer with this status has no length (RFC 9110 §8.6). */
    private static final int NO_CONTENT = 204;

    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json", "Connection", "close");
    private static final byte[] TOO_LATE =
            ErrorAnswer.body(408, "the body did not come within " + Exchanges.PATIENCE.toSeconds() + " s");
    private static final Map<String, String> BUSY =
            Map.of("Content-Type", "application/json", "Connection", "close", "Retry-After", "1");
    private static final byte[] NO_ROOM =
            ErrorAnswer.body(503, "too many bodies are arriving at once: try again, or send less in one request");
    private static final byte[] NO_THREAD = ErrorAnswer.body(503, "too many requests are waiting: try again");
    private static final byte[] FAILED = ErrorAnswer.body(500, "the server's log has the error");

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final ServerLayer server;
    private final Exchanges all;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WORKING);
    private @Nullable AsyncContext async;
    private Optional<Runnable> cutter = Optional.empty();
    /** Bytes counted in {@link Exchanges#bytes}. */
    private final AtomicLong counted = new AtomicLong();

    private volatile long deadline = Long.MAX_VALUE;
    private volatile boolean lastWords;

    private enum Stage {
        /** The body has not arrived completely. */
        READING,
        /** The application has the request. */
        WORKING,
        /** The answer waits for the client to take it. */
        ANSWERING,
        ENDED
    }

    Exchange(HttpServletRequest request, HttpServletResponse response, ServerLayer server, Exchanges all) {
        this.request = request;
        this.response = response;
        this.server = server;
        this.all = all;
    }

    /**
     * Reads the body and hands it over once it is complete: at once if it is there already, otherwise on one of the
     * container's threads. If the client stalls or goes away, the body is never handed over.
     *
     * @param most most bytes that are read, plus one if the body is longer. Never reads beyond {@code Content-Length},
     *     because beside an {@code Upgrade} header the container does not end the body.
     */
    public void read(int most, Consumer<byte[]> then) throws IOException {
        long announced = request.getContentLengthLong();
        if (announced == 0 || (announced < 0 && request.getHeader("Transfer-Encoding") == null)) {
            then.accept(NOTHING);
            return;
        }
        int end = announced < 0 ? most + 1 : (int) Math.min(announced, most + 1L);
        ServletInputStream input = request.getInputStream();
        if (announced > 0 && input.available() >= end) {
            then.accept(input.readNBytes(end));
            return;
        }
        suspend();
        within(Exchanges.PATIENCE);
        stage.set(Stage.READING);
        input.setReadListener(new BodyReader(this, input, end, then));
    }

    /** A task that may wait for something outside the process. */
    @FunctionalInterface
    public interface Patient {
        void run() throws IOException;
    }

    /** Continues the request on a thread that may wait, and frees the container's thread. */
    public void patiently(Patient task) {
        suspend();
        try {
            all.patient().execute(() -> {
                try {
                    task.run();
                } catch (OutOfMemoryError e) {
                    throw e;
                } catch (IOException | RuntimeException | Error e) {
                    failed(e);
                }
            });
        } catch (RejectedExecutionException e) {
            answer(503, BUSY, NO_THREAD);
        }
    }

    /** Lets the answer come from any thread, even after the container's thread has returned. Idempotent. */
    public void suspend() {
        if (async == null) {
            AsyncContext started = request.startAsync();
            started.setTimeout(0);
            async = started;
            cutter = server.cutter(request);
            all.add(this);
        }
    }

    /** Counts more bytes of the body. Answers with 503 if there is no room. Returns whether reading may go on. */
    boolean takes(int more) {
        counted.addAndGet(more);
        boolean room = all.take(more);
        if (stage.get() != Stage.READING) {
            // The exchange has ended meanwhile, and the bytes counted before have been given back.
            all.give(counted.getAndSet(0));
            return false;
        }
        if (room) {
            return true;
        }
        if (to(Stage.READING, Stage.WORKING)) {
            lastWords = true;
            answer(503, BUSY, NO_ROOM);
        }
        return false;
    }

    /** Ends the reading of the body. Returns true if the body may be handed over: its deadline has not passed. */
    boolean bodyComplete() {
        return to(Stage.READING, Stage.WORKING);
    }

    /**
     * Answers the request. Does nothing if the request has been answered or given up before. The calling thread may
     * continue with the next request on the same connection.
     */
    public void answer(int status, Map<String, String> headers, byte[] body) {
        if (!to(Stage.WORKING, Stage.ANSWERING)) {
            return;
        }
        within(lastWords ? Exchanges.LAST_WORDS : Exchanges.PATIENCE);
        response.setStatus(status);
        headers.forEach(response::setHeader);
        if (status != NO_CONTENT) {
            response.setContentLength(body.length);
        }
        try {
            if (async == null && body.length <= server.writtenAtOnce()) {
                response.getOutputStream().write(body);
                stage.set(Stage.ENDED);
            } else {
                suspend();
                response.getOutputStream().setWriteListener(new AnswerWriter(this, response.getOutputStream(), body));
            }
        } catch (IOException | RuntimeException e) {
            // The client has gone, and perhaps the container has used the request's objects for another one since.
            LOG.log(Level.DEBUG, () -> "An answer could not be written: " + e);
            end();
        }
    }

    /**
     * Ends the exchange without an answer, and hands the suspended request over to who answers it from now on. Call it
     * on the container's thread, or where {@link #read} hands over the body.
     *
     * @return empty if the request has been answered or given up before
     */
    public Optional<AsyncContext> handOver() {
        if (!to(Stage.WORKING, Stage.ENDED)) {
            return Optional.empty();
        }
        suspend();
        all.give(counted.getAndSet(0));
        all.remove(this);
        return Optional.ofNullable(async);
    }

    /** Renews the deadline: the client has taken {@link AnswerWriter#STRETCH} bytes of a long answer. */
    void goesOn() {
        if (stage.get() == Stage.ANSWERING) {
            within(Exchanges.PATIENCE);
        }
    }

    /** Ends the exchange: the server has the whole answer, or the client has gone. Idempotent. */
    void end() {
        boolean before = stage.getAndSet(Stage.ENDED) == Stage.ENDED;
        all.give(counted.getAndSet(0));
        if (before) {
            return;
        }
        if (!lastWords || cutter.isEmpty()) {
            all.remove(this);
        }
        AsyncContext started = async;
        if (started != null) {
            try {
                started.complete();
            } catch (IllegalStateException e) {
                // The container has ended the request before.
            }
        }
    }

    /**
     * Handles a failure. Answers with 500 if the application failed; otherwise ends the exchange, as the client has
     * usually gone.
     */
    void failed(Throwable cause) {
        if (!(cause instanceof IOException) && stage.get() == Stage.WORKING) {
            LOG.log(Level.ERROR, "A request failed", cause);
            answer(500, JSON, FAILED);
        } else {
            end();
        }
    }

    /** Checks the deadline. Due every half second. */
    void tick(long now) {
        if (deadline == Long.MAX_VALUE || now - deadline < 0) {
            return;
        }
        if (to(Stage.READING, Stage.WORKING)) {
            all.countLate();
            lastWords = true;
            answer(408, JSON, TOO_LATE);
        } else if (stage.get() == Stage.ANSWERING && cutter.isPresent()) {
            all.countUnread();
            cutter.get().run();
            end();
        } else if (stage.get() == Stage.ENDED) {
            // The rest of the late body is no longer awaited.
            cutter.ifPresent(Runnable::run);
            all.remove(this);
        }
    }

    private boolean to(Stage from, Stage next) {
        if (!stage.compareAndSet(from, next)) {
            return false;
        }
        deadline = Long.MAX_VALUE;
        return true;
    }

    private void within(Duration time) {
        deadline = all.now() + time.toNanos();
    }
}
