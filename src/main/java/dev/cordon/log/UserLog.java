package dev.cordon.log;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.StreamPosition;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A channel's retained publications, bounded in count, bytes and age.
 *
 * <p>Guarantees, held by every adapter and shown by one contract test: an append is atomic; offsets of a channel strictly
 * increase by one within an epoch, whatever was removed meanwhile; a read from a position is complete or says that it is not;
 * a read that starts after an append has returned sees it. Thread-safe. No adapter calls back.
 */
public interface UserLog {
    /** Gives the payload the channel's next offset and keeps it. */
    Appended append(Channel channel, Payload payload);

    /**
     * The position of the channel's last publication. For a channel without one it is where its first will follow: offset 0, or
     * above every offset that a forgotten channel may have reached.
     */
    StreamPosition top(Channel channel);

    /** All publications after a position. Not complete when the epoch differs, the offset lies beyond the top, or some are gone. */
    Backlog readAfter(Channel channel, StreamPosition since);

    /**
     * Retained publications in order of offset, the first {@code limit} of them.
     *
     * @param since start after this position; empty for the oldest retained
     * @param limit negative for all, 0 for none
     * @return {@code complete} is false when {@code since} is not in this epoch or what followed it is gone
     */
    Backlog history(Channel channel, Optional<StreamPosition> since, int limit);

    /** Forgets the publications of a channel; its top stays, so that a client that had not seen them learns so. */
    void remove(Channel channel);

    /**
     * Drops what is older than the retention allows, and forgets channels with nothing left.
     *
     * @param inUse channels that somebody is subscribed to are not forgotten: their readers hold a position
     */
    Sweep sweep(Predicate<Channel> inUse);

    /** Retained publications, bytes and channels, and what was evicted since the start by reason. */
    LogStats stats();

    /** Result of a sweep: channels looked at, publications expired, channels forgotten. */
    record Sweep(long channels, long expired, long forgotten) {}
}
