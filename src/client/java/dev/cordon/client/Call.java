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
    /** Whether bytes of it may have reached a node. Written by the sender's thread, with this object's lock. */
    private volatile boolean sent;

    /** Whether an attempt before the present one may have reached a node. Confined to the sender's thread. */
    private boolean sentBefore;

    /** Whether its caller was told that it was not sent: it must not be any more. Guarded by this object's lock. */
    private boolean refused;

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

    /** Marks it as sent, unless it has ended meanwhile. Returns whether it is to be sent. */
    synchronized boolean leaves() {
        if (refused || isDone()) {
            return false;
        }
        sentBefore = sent;
        sent = true;
        return true;
    }

    /** Keeps it from being sent if it was not yet. Returns whether it was. */
    private synchronized boolean sentOrRefused() {
        refused = !sent;
        return sent;
    }

    boolean sentBefore() {
        return sentBefore;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        boolean unused = sentOrRefused();
        return super.cancel(mayInterrupt);
    }

    /** Takes back {@link #leaves}: a node has said that it has changed nothing. */
    synchronized void setUnsent() {
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

    /** A node has stored this publish. */
    @SuppressWarnings("unchecked") // the result of a Publish
    void stored(PublishResult result) {
        complete((R) result);
    }

    /** A node has rejected it. Whether an attempt before was carried out is not known. */
    void reject(Rejection why) {
        boolean mayBe = sentBefore || why.mayBeCarriedOut();
        fail(new RejectedException(why, mayBe, mayBe ? key : null));
    }

    void fail(CordonException why) {
        completeExceptionally(why);
    }

    void failByDeadline() {
        Exception why = lastFailure;
        boolean left = sentOrRefused();
        String message = why != null
                ? "no node could carry the command out before its deadline: " + why.getMessage()
                : left ? "no answer came before the deadline" : "the command was not sent before its deadline";
        fail(new DeadlineException(message, why, left, left ? key : null));
    }

    /** Fails it because the next attempt would come too late. */
    void failByUnavailability(Exception why, int code) {
        boolean left = sentOrRefused();
        fail(new UnavailableException(
                "no node can carry the command out, and another attempt would come after its deadline: "
                        + why.getMessage(),
                why,
                code,
                left,
                left ? key : null));
    }

    void failByClose() {
        boolean left = sentOrRefused();
        fail(new ClosedException(
                left
                        ? "the client was closed before an answer came"
                        : "the client was closed before it sent the command",
                left,
                left ? key : null));
    }

    /** Shows neither the command nor its key. */
    @Override
    public String toString() {
        return "Call[" + CommandWriter.method(command) + ", " + (isDone() ? "done" : "waits") + "]";
    }
}
