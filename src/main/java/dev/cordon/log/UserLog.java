package dev.cordon.log;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A channel's retained publications, bounded in count, bytes and age; up to where each session of its owner has acknowledged them; and
 * what became of each.
 *
 * <p>Guarantees, held by every adapter and shown by one contract test: an append is atomic; a read from a position is complete or says
 * that it is not; a read that starts after an append has returned sees it; every publication accepted is in exactly one figure of its
 * channel's {@link Ledger}. Thread-safe. No adapter calls back, but a sweep asks its {@link Readers}, under no lock.
 *
 * <p>Lives and epochs (ADR 0016). The offsets of a channel start at 1 and increase by one, in an epoch that no other channel has and that
 * nobody can guess, whatever is removed meanwhile. What is known of a channel outlives its publications, so that a position at its top is
 * complete after all of them have expired: for {@link Retention#positionTimeToLive()} after the last append or reader, or until there is no
 * room for it. A channel that is given up then has a successor in another epoch: no position of the one is good in the other, and an offset is
 * never given twice in an epoch. The position of a channel without publications, told by {@link #top}, is good for as long. So neither offsets
 * nor epochs tell anything of other channels.
 *
 * <p>A position without an epoch is of whichever epoch the channel is in: its caller does not want that checked.
 *
 * <p>Any of it may throw {@link LogUnavailableException}, within a few seconds, where an adapter keeps publications outside of the process.
 */
public interface UserLog extends AutoCloseable {
    /** Sessions of a channel whose positions are kept: one more takes the place of that which gave no sign for the longest. */
    int MAX_SESSIONS = 16;

    /** Positions of one user, over all channels: so that nobody takes the room of others. What is beyond is not kept. */
    int MAX_POSITIONS_A_USER = 256;

    /**
     * Channels of one user that are known because of a reader, without a publication: one more is told its position, which is good for as
     * long as can be told without keeping it.
     */
    int MAX_UNPUBLISHED_A_USER = 256;

    /** Gives the payload the channel's next offset and keeps it. */
    Appended append(Channel channel, Payload payload);

    /**
     * Appends in order, each as {@link #append} does. An adapter with transactions keeps all or none, and remembers keys for as long as
     * its publications live through a restart; others leave keys to their caller.
     */
    default List<Appended> appendAll(List<Append> appends) {
        List<Appended> results = new ArrayList<>(appends.size());
        for (int i = 0; i < appends.size(); i++) {
            results.add(append(appends.get(i).channel(), appends.get(i).payload()));
        }
        return results;
    }

    /**
     * Appends as {@link #appendAll} does, without making the caller wait. The stage ends normally, or with {@link LogUnavailableException},
     * on a thread of the log's own within a few seconds; in memory at once on the caller's. Whoever waits for nothing else uses this.
     */
    default CompletionStage<List<Appended>> appendLater(List<Append> appends) {
        try {
            return CompletableFuture.completedStage(appendAll(appends));
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /** How many appends it had best be given at once; 1 where nothing is gained by more, and keys are not remembered. */
    default int batch() {
        return 1;
    }

    /**
     * Registers who is told, on a thread of the log's, that something was appended to a channel after its caller had been told that it may not
     * have been. The channel's readers then have something to read.
     */
    default void whenKeptLate(Consumer<Channel> tell) {}

    /** Whether a call may wait for something outside of the process. */
    default boolean waits() {
        return false;
    }

    /**
     * Carries out what asks this log: at once on the caller's thread when it never {@linkplain #waits waits}, else on a thread that may. So
     * no thread of the application server waits for a log (ADR 0018).
     *
     * @throws LogUnavailableException when too much waits already; the task is not carried out then
     */
    default void patiently(Runnable task) {
        task.run();
    }

    /** Why it cannot be used now, in one line; empty while it can. */
    default Optional<String> unavailable() {
        return Optional.empty();
    }

    /**
     * The position of the channel's last publication, or offset 0 for a channel without one. For whoever is about to follow the channel: an
     * adapter keeps it in mind, within {@link #MAX_UNPUBLISHED_A_USER}. {@link #history} asks without that.
     */
    StreamPosition top(Channel channel);

    /**
     * All publications after a position, for whoever follows the channel ({@link #top}). Not complete when the epoch differs, the offset lies
     * beyond the top, or some are gone.
     */
    Backlog readAfter(Channel channel, StreamPosition since);

    /**
     * Retained publications in order of offset, the first {@code limit} of them. Keeps nothing in mind.
     *
     * @param since start after this position; empty for the oldest retained
     * @param limit negative for all, 0 for none
     * @return {@code complete} is false when {@code since} is not in this epoch or what followed it is gone
     */
    Backlog history(Channel channel, Optional<StreamPosition> since, int limit);

    /** Forgets the publications of a channel; its top stays, so that a client that had not seen them learns so. */
    void remove(Channel channel);

    /**
     * Begins to keep a session's position: at the channel's top, unless it has one.
     *
     * @return where the session stands. With no room for one more it is not kept, and {@link #acknowledged} will not know it
     */
    StreamPosition follow(Channel channel, SessionId session);

    /** Up to where a session has acknowledged; empty when its position is not kept (any more). */
    Optional<StreamPosition> acknowledged(Channel channel, SessionId session);

    /**
     * A session has what it wants of everything up to a position. Moves its position, which is kept from now on if it was not; never
     * goes back. What any session of the owner acknowledged is acknowledged in the ledger. In a channel to which nothing was published
     * there is nothing to acknowledge: nothing begins to be kept, neither the channel nor a position.
     *
     * @return where the session stands now
     * @throws UnknownPositionException if the position is beyond the top or of another epoch: nothing moves
     */
    StreamPosition acknowledge(Channel channel, SessionId session, StreamPosition upto);

    /** What became of everything accepted: all channels, forgotten ones included. Looks at every channel: not for the message path. */
    Ledger ledger();

    /** The same for the channels of one user that are not forgotten. */
    Ledger ledger(UserId user);

    /** Counts what is retained and compares it, channel by channel, with what was accepted and what left. */
    Reconciliation reconcile();

    /**
     * Drops what is older than the retention allows: publications, and positions of sessions that gave no sign since ({@link #follow},
     * {@link #acknowledged}, {@link #acknowledge}, or being connected). Forgets channels with nothing left, and of which there was no sign for
     * {@link Retention#positionTimeToLive()}.
     *
     * @param readers channels that somebody is subscribed to are not forgotten: their readers hold a position
     */
    Sweep sweep(Readers readers);

    /** Retained publications, bytes and channels, and what was evicted since the start by reason. */
    LogStats stats();

    /** Bytes that count against {@link Retention#totalMaxBytes()}: of payload, and in memory of all that a channel takes. */
    default long footprint() {
        return stats().bytes();
    }

    /** Who is there, asked by a sweep. */
    @FunctionalInterface
    interface Readers {
        /** Whether anybody is subscribed to the channel. */
        boolean any(Channel channel);

        /** Whether a session has a connection. */
        default boolean connected(UserId user, SessionId session) {
            return false;
        }
    }

    /** Lets go of what it holds outside the heap; nothing is asked of it afterwards. */
    @Override
    default void close() {}

    /** Result of a sweep: channels looked at, publications expired, channels forgotten. */
    record Sweep(long channels, long expired, long forgotten) {}
}
