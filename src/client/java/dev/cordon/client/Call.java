package dev.cordon.client;

import dev.cordon.protocol.json.JsonFields;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A command on its way, and the future of its result. Completed by whoever is first: the thread of its sender, that of
 * the deadlines, or the caller who cancels it.
 */
final class Call<R> extends CompletableFuture<R> {
    private final Command<R> command;
    private final byte[] body;
    private final @Nullable String key;
    private final long deadline;
    /** Whether bytes of it may have reached a node. Written by the sender's thread. */
    private volatile boolean sent;

    private volatile @Nullable Exception lastFailure;
    private volatile boolean alone;

    /** @param deadline in the time of {@link System#nanoTime} */
    Call(Command<R> command, Encoded encoded, long deadline) {
        this.command = command;
        this.body = encoded.body();
        this.key = encoded.key();
        this.deadline = deadline;
    }

    /** What callers chain is not a call. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }

    Command<R> command() {
        return command;
    }

    byte[] body() {
        return body;
    }

    @Nullable
    String key() {
        return key;
    }

    long deadline() {
        return deadline;
    }

    boolean expired(long now) {
        return deadline - now <= 0;
    }

    /** Returns true if the command may share a request with other publishes. */
    boolean gathers() {
        return command instanceof Publish && !alone;
    }

    /** Keeps the command out of requests with others: one of them made the node reject all. */
    void setAlone() {
        alone = true;
    }

    void setSent() {
        sent = true;
    }

    /** Takes back {@link #setSent}: a node has said that it has changed nothing. */
    void setUnsent() {
        sent = false;
    }

    boolean sent() {
        return sent;
    }

    void setLastFailure(Exception why) {
        lastFailure = why;
    }

    void succeed(JsonFields result) {
        complete(ResultReader.result(command, result));
    }

    void fail(CordonException why) {
        completeExceptionally(why);
    }

    void failByDeadline() {
        Exception why = lastFailure;
        String message = why != null
                ? "no node could carry the command out before its deadline: " + why.getMessage()
                : sent ? "no answer came before the deadline" : "the command was not sent before its deadline";
        fail(new DeadlineException(message, why, sent, sent ? key : null));
    }

    /** Fails it because the next attempt would come too late. */
    void failByUnavailability(Exception why, int code) {
        fail(new UnavailableException(
                "no node can carry the command out, and another attempt would come after its deadline: "
                        + why.getMessage(),
                why,
                code,
                sent,
                sent ? key : null));
    }

    void failByClose() {
        fail(new ClosedException(
                sent
                        ? "the client was closed before an answer came"
                        : "the client was closed before it sent the command",
                sent,
                sent ? key : null));
    }

    /** Shows neither the command nor its key. */
    @Override
    public String toString() {
        return "Call[" + CommandWriter.method(command) + ", " + (isDone() ? "done" : "waits") + "]";
    }
}
