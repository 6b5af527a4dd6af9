package dev.cordon.log;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The log of publications: for each channel its retained publications, the positions of its sessions, and its
 * {@link Ledger}. Publications are bounded in count, bytes and age.
 *
 * <p>Every adapter guarantees, and one contract test shows:
 *
 * <ul>
 *   <li>An append is atomic.
 *   <li>A read from a position is complete, or says that it is not.
 *   <li>A read that starts after an append has returned sees that append.
 *   <li>Each accepted publication is in exactly one figure of its channel's {@link Ledger}.
 *   <li>All methods are thread-safe. No adapter calls back, except that a sweep asks its {@link Readers}, under no
 *       lock.
 * </ul>
 *
 * <p>Lives and epochs (ADR 0016). The offsets of a channel start at 1 and increase by one, whatever is removed
 * meanwhile. They belong to an epoch that no other channel has and that nobody can guess. The log knows a channel for
 * longer than its publications: for {@link Retention#positionTimeToLive()} after the last append or reader, or until
 * there is no room. So a read from the channel's top is complete even after all publications have expired. A position
 * told by {@link #top} for a channel without publications is valid for as long. A forgotten channel has a successor in
 * another epoch: positions of one are invalid in the other, and an epoch never gives an offset twice. So neither
 * offsets nor epochs tell anything about other channels.
 *
 * <p>A position without an epoch belongs to the channel's present epoch: its caller does not want the epoch checked.
 *
 * <p>Where an adapter stores publications outside the process, each method may throw {@link LogUnavailableException},
 * within a few seconds.
 */
public interface UserLog extends AutoCloseable {
    /** Maximum of session positions per channel. One more takes the place of the longest inactive session. */
    int MAX_SESSIONS = 16;

    /** Maximum of session positions per user, so that no user takes the room of others. Further ones are not kept. */
    int MAX_POSITIONS_A_USER = 256;

    /**
     * Maximum of a user's channels that the log knows only because of a reader, without a publication. A reader of one
     * more channel gets a position too. It is valid for as long as the log can recognise it without storing it.
     */
    int MAX_UNPUBLISHED_A_USER = 256;

    /** Stores the payload under the channel's next offset. */
    Appended append(Channel channel, Payload payload);

    /**
     * Appends in order, each as {@link #append} does. An adapter with transactions stores all or none. It remembers
     * idempotency keys too, as durably as its publications. Other adapters leave keys to their caller.
     */
    default List<Appended> appendAll(List<Append> appends) {
        List<Appended> results = new ArrayList<>(appends.size());
        for (int i = 0; i < appends.size(); i++) {
            results.add(append(appends.get(i).channel(), appends.get(i).payload()));
        }
        return results;
    }

    /**
     * Appends as {@link #appendAll} does, without making the caller wait. The stage ends normally or with
     * {@link LogUnavailableException}, within a few seconds, on a thread of the log. In memory it ends at once, on the
     * caller's thread. For callers that wait for nothing else.
     */
    default CompletionStage<List<Appended>> appendLater(List<Append> appends) {
        try {
            return CompletableFuture.completedStage(appendAll(appends));
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /** The best number of appends per call; 1 where larger calls gain nothing and keys are not remembered. */
    default int batch() {
        return 1;
    }

    /**
     * Registers the listener for late commits. The log calls it, on a thread of its own, when an append was committed
     * after its caller had been told that it may not have been. The channel's readers then have something to read.
     */
    default void whenKeptLate(Consumer<Channel> tell) {}

    /**
     * Registers the listener for commits. A log that other nodes read calls it with the appends of each group that it
     * has committed, on a thread of its own, before their callers are told. It must neither wait nor throw.
     */
    default void whenCommitted(Consumer<List<Append>> tell) {}

    /** Whether a call may wait for something outside of the process. */
    default boolean waits() {
        return false;
    }

    /**
     * Runs a task that calls this log. The task runs at once on the caller's thread if the log never
     * {@linkplain #waits waits}, else on a thread that may wait. So no thread of the application server waits for a log
     * (ADR 0018).
     *
     * @throws LogUnavailableException when too many tasks wait already; this one is not run then
     */
    default void patiently(Runnable task) {
        task.run();
    }

    /**
     * Runs a task that reads this log and waits for nothing else. If the log {@linkplain #waits waits}, the task runs on a
     * thread of the log, so that its reads need no further thread. Otherwise it runs at once.
     *
     * @throws LogUnavailableException when too many tasks wait already; this one is not run then
     */
    default void reading(Runnable task) {
        task.run();
    }

    /** The reason why the log cannot be used now, in one line. Empty while it can be used. */
    default Optional<String> unavailable() {
        return Optional.empty();
    }

    /**
     * The time since which {@link #unavailable} has had a reason. Zero while the log can be used. Forever if it could
     * never be used, and for an adapter that does not know.
     */
    default Duration unavailableFor() {
        return unavailable().isPresent() ? ChronoUnit.FOREVER.getDuration() : Duration.ZERO;
    }

    /**
     * The position of the channel's last publication, or offset 0 for a channel without one. For a reader that is about
     * to follow the channel: the log registers the channel, within {@link #MAX_UNPUBLISHED_A_USER}. {@link #history}
     * does not register it.
     */
    StreamPosition top(Channel channel);

    /**
     * All publications after a position, for a reader that follows the channel. Registers the channel as {@link #top}
     * does. Not complete when the epoch differs, when the offset lies beyond the top, or when publications are gone.
     */
    Backlog readAfter(Channel channel, StreamPosition since);

    /**
     * Reads several channels, each as {@link #readAfter} does, in one call where the adapter can.
     *
     * @return one backlog for each channel, in their order
     */
    default List<Backlog> readAllAfter(List<Since> channels) {
        List<Backlog> found = new ArrayList<>(channels.size());
        channels.forEach(since -> found.add(readAfter(since.channel(), since.position())));
        return found;
    }

    /** The top of each of several channels, as {@link #top}, in one call where the adapter can. */
    default List<StreamPosition> tops(List<Channel> channels) {
        return channels.stream().map(this::top).toList();
    }

    /** A position in a channel, after which to read. */
    record Since(Channel channel, StreamPosition position) {}

    /**
     * The first {@code limit} retained publications in order of offset. Does not register the channel.
     *
     * @param since start after this position; empty for the oldest retained
     * @param limit negative for all, 0 for none
     * @return {@code complete} is false when {@code since} is of another epoch, or when a publication behind it is gone
     */
    Backlog history(Channel channel, Optional<StreamPosition> since, int limit);

    /** Removes a channel's publications. Its top stays, so that a client that had not seen them learns of the loss. */
    void remove(Channel channel);

    /**
     * Begins to keep a session's position, at the channel's top unless the session has one.
     *
     * @return the session's position. Without room for one more it is not kept, and {@link #acknowledged} will not know
     *     it
     */
    StreamPosition follow(Channel channel, SessionId session);

    /** The position up to which a session has acknowledged. Empty when it is not kept, or no longer kept. */
    Optional<StreamPosition> acknowledged(Channel channel, SessionId session);

    /**
     * Acknowledges, for a session, all publications up to a position. Moves the session's position forward, never back,
     * and keeps it from now on. The ledger counts a publication as acknowledged when any session of the owner has
     * acknowledged it. In a channel without publications there is nothing to acknowledge: the log then begins to keep
     * neither the channel nor a position.
     *
     * @return the session's position after the call
     * @throws UnknownPositionException if the position is beyond the top or of another epoch; nothing changes then
     */
    StreamPosition acknowledge(Channel channel, SessionId session, StreamPosition upto);

    /** The ledger of all channels, forgotten ones included. It reads every channel: not for the message path. */
    Ledger ledger();

    /** The ledger of one user's channels, without forgotten ones. */
    Ledger ledger(UserId user);

    /** Counts the retained publications of each channel, and compares the count with the channel's ledger. */
    Reconciliation reconcile();

    /**
     * Drops publications that are older than the retention allows, and positions of sessions that were inactive for as
     * long as positions live. {@link #follow}, {@link #acknowledged}, {@link #acknowledge} and an open connection are
     * activity. Forgets empty channels without activity for {@link Retention#positionTimeToLive()}.
     *
     * @param readers tells which channels have subscribers; those are not forgotten, because their readers hold a
     *     position
     */
    Sweep sweep(Readers readers);

    /** Retained publications, bytes and channels, and what was evicted since the start by reason. */
    LogStats stats();

    /** Bytes that count against {@link Retention#totalMaxBytes()}: payload; in memory all heap that channels take. */
    default long footprint() {
        return stats().bytes();
    }

    /** The subscribers and connected sessions, as a sweep asks for them. */
    @FunctionalInterface
    interface Readers {
        /** Whether anybody is subscribed to the channel. */
        boolean any(Channel channel);

        /** Whether a session has a connection. */
        default boolean connected(UserId user, SessionId session) {
            return false;
        }
    }

    /** Releases resources outside the heap. The log must not be used afterwards. */
    @Override
    default void close() {}

    /** Result of a sweep: channels looked at, publications expired, channels forgotten. */
    record Sweep(long channels, long expired, long forgotten) {}
}
