package dev.cordon.payara;

import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.glassfish.grizzly.Buffer;
import org.glassfish.grizzly.filterchain.FilterChainContext;
import org.glassfish.grizzly.filterchain.NextAction;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request that waits for something outside of the process. Until the answer comes, the connection is
 * not read and holds no thread (ADR 0018). Thread-safe: the thread that read the request and the one that answers may
 * meet.
 */
final class LateAnswer {
    private static final byte[] SUSPENDED = new byte[0];

    private final FilterChainContext context;
    private final TCPNIOConnection connection;
    private final Buffer behind;
    /** The answer, or {@link #SUSPENDED} if the connection was suspended first; null before both. */
    private final AtomicReference<byte @Nullable []> state = new AtomicReference<>();

    /** Writes an answer without waiting. */
    @FunctionalInterface
    interface Sender {
        void send(TCPNIOConnection connection, byte[] answer) throws IOException;
    }

    /** @param behind bytes that were read behind the request */
    LateAnswer(FilterChainContext context, TCPNIOConnection connection, Buffer behind) {
        this.context = context;
        this.connection = connection;
        this.behind = behind;
    }

    TCPNIOConnection connection() {
        return connection;
    }

    /** Takes the answer, on any thread. Sends it if the connection is suspended. */
    void came(byte[] answer, Sender by) {
        if (!state.compareAndSet(null, answer)) {
            goOn(answer, by);
        }
    }

    /** Returns the answer if it has come; null otherwise. */
    byte @Nullable [] already() {
        return state.get();
    }

    /** Suspends the connection until the answer comes. Returns what the filter must return. */
    NextAction suspend(Sender by) {
        NextAction suspended = context.getSuspendAction();
        context.setMessage(behind);
        context.suspend();
        if (!state.compareAndSet(null, SUSPENDED)) {
            byte[] answer = state.get();
            // Not on this thread, which is still within the filter.
            pool(() -> goOn(answer == null ? SUSPENDED : answer, by));
        }
        return suspended;
    }

    private void goOn(byte[] answer, Sender by) {
        try {
            by.send(connection, answer);
        } catch (IOException e) {
            connection.terminateSilently();
            context.resume(context.getStopAction());
            return;
        }
        if (behind.hasRemaining()) {
            // The next request is read on a thread of the pool, as all are.
            pool(context::resume);
        } else {
            behind.tryDispose();
            context.resume(context.getStopAction());
        }
    }

    private void pool(Runnable task) {
        try {
            connection.getTransport().getWorkerThreadPool().execute(task);
        } catch (RejectedExecutionException e) {
            // The pool has ended, or its queue is full.
            connection.terminateSilently();
            context.completeAndRecycle();
        }
    }
}
