package dev.cordon.log;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One channel of the log in memory: its retained publications, its sessions' positions, its ledger, its epoch and its
 * top. Epoch and top outlive the rest. Guarded by its own monitor, which is held for copying a few references at most.
 */
class MemoryChannel {
    /** A result instead of an offset: the channel was forgotten meanwhile, and the caller must use its successor. */
    static final long FORGOTTEN = -2;

    /**
     * Heap bytes of a channel without its publications and the characters of its name. Includes its entries in the map
     * and in the order of eviction (ADR 0016).
     */
    static final int BYTES = 448;

    /** Heap bytes of a character of the name. The channel's and the owner's name have it, and it may need two bytes. */
    static final int BYTES_A_CHARACTER = 4;

    private final Channel channel;
    private final String epoch;
    private final long generation;
    private final MemoryTotals totals;
    private final PayloadRing retained;
    private @Nullable SessionPositions positions;
    private long top;
    private long lastAppend;
    /** The last time at which a reader followed or was subscribed to the channel, in milliseconds since 1970. */
    private long lastSign;

    private boolean forgotten;
    /** Whether a reader made the channel known and nothing was published since. It then counts in its user's quota. */
    private boolean entered;
    /** Whether the channel was appended to since it was queued for eviction. */
    private boolean again;
    /** The highest offset that any session acknowledged. */
    private long acknowledgedUpto;

    private long acknowledged;
    private long expired;
    private long evicted;
    private long removed;
    private long lastRound = -1;

    /** Why a publication leaves. */
    enum Reason {
        EXPIRED,
        EVICTED,
        REMOVED
    }

    /**
     * @param generation the generation in which its life begins
     * @param entered whether a reader makes the channel known, and not its first publication
     */
    MemoryChannel(Channel channel, String epoch, long generation, boolean entered, long now, MemoryTotals totals) {
        this.channel = channel;
        this.epoch = epoch;
        this.generation = generation;
        this.entered = entered;
        this.lastSign = now;
        this.totals = totals;
        this.retained = new PayloadRing(totals.blocks);
        totals.footprint.addAndGet(ownBytes());
    }

    /** Heap bytes of the channel without its publications. */
    final long ownBytes() {
        return BYTES + (long) BYTES_A_CHARACTER * channel.name().length();
    }

    /** Heap bytes of the retained publications, the free room in their buffer included. */
    final long footprint() {
        return retained.footprint();
    }

    final String epoch() {
        return epoch;
    }

    /** The generation in which its life began. */
    final long generation() {
        return generation;
    }

    Channel channel() {
        return channel;
    }

    /**
     * Appends a payload, then evicts the oldest publications beyond the channel's count and bytes. The newest stays
     * whatever its size, unless the count is 0.
     *
     * @param as this channel, in the caller's own instance
     * @return null when the channel was forgotten meanwhile, so that the caller must use its successor
     */
    synchronized @Nullable Appended append(Channel as, Payload payload, long now, Retention retention) {
        if (forgotten) {
            return null;
        }
        long bytes = retained.bytes();
        long footprint = footprint();
        int count = retained.count();
        try {
            // Times never go back: publications expire from the oldest on, and the rest ends at the top without a gap.
            lastAppend = Math.max(lastAppend, now);
            retained.add(payload, lastAppend);
            published();
            Publication publication = new Publication(as, top, payload);
            int evicted = trim(retention);
            totals.appended.increment();
            totals.evictedByChannel.add(evicted);
            return new Appended(publication, epoch);
        } finally {
            // If the heap was too full, the payload has no offset, but the ring may have grown.
            enter(count, bytes, footprint);
        }
    }

    private void published() {
        if (entered) {
            entered = false;
            totals.unpublished.release(channel.owner());
        }
        again = top > 0;
        top++;
    }

    private int trim(Retention retention) {
        int before = retained.count();
        while (retained.count() > retention.maxPublications()
                || (retained.bytes() > retention.maxBytes() && retained.count() > 1)) {
            dropFirst(Reason.EVICTED);
        }
        return before - retained.count();
    }

    /** Adds to the totals the changes since the given figures. */
    private void enter(int count, long bytes, long footprint) {
        add(totals.publications, retained.count() - count);
        add(totals.bytes, retained.bytes() - bytes);
        add(totals.footprint, footprint() - footprint);
    }

    /** Leaves a total alone when nothing changed, because all channels share it. */
    private static void add(AtomicLong total, long change) {
        if (change != 0) {
            total.addAndGet(change);
        }
    }

    /** Drops the publications appended at this time or before. Returns their number. */
    synchronized int expire(long olderThan) {
        int dropped = drop(olderThan, Reason.EXPIRED);
        totals.expired.add(dropped);
        return dropped;
    }

    /** Drops all publications. */
    synchronized void remove() {
        totals.removed.add(drop(Long.MAX_VALUE, Reason.REMOVED));
    }

    /** The outcome of an eviction turn. */
    enum Turn {
        /** Nothing was evicted, because the channel was appended to since it was queued. */
        USED,
        /** The channel has lost its publications, and is still known. */
        EMPTIED,
        FORGOTTEN
    }

    /**
     * Makes room for other channels: drops this channel's publications, or forgets the channel if it was emptied
     * before.
     *
     * @param remnant whether the channel was emptied at an earlier turn
     */
    synchronized Turn evict(boolean remnant) {
        if (forgotten) {
            return Turn.FORGOTTEN;
        }
        if (again) {
            again = false;
            return Turn.USED;
        }
        if (!remnant) {
            totals.evictedByTotal.add(drop(Long.MAX_VALUE, Reason.EVICTED));
            return Turn.EMPTIED;
        }
        totals.channelsEvicted.increment();
        forget();
        return Turn.FORGOTTEN;
    }

    private boolean keepsPositions() {
        return positions != null && !positions.isEmpty();
    }

    private void forget() {
        forgotten = true;
        if (positions != null) {
            positions.drop();
        }
        if (entered) {
            totals.unpublished.release(channel.owner());
        }
        totals.footprint.addAndGet(-ownBytes());
        totals.book.forget(ledger(), lastRound);
    }

    private int drop(long olderThan, Reason reason) {
        long bytes = retained.bytes();
        long footprint = footprint();
        int count = retained.count();
        while (!retained.isEmpty() && retained.oldestTime() <= olderThan) {
            dropFirst(reason);
        }
        retained.fit();
        enter(count, bytes, footprint);
        return count - retained.count();
    }

    private void dropFirst(Reason reason) {
        // Computed before the removal: the retained publications end at the top without a gap.
        long offset = firstKept();
        retained.removeFirst();
        if (offset > acknowledgedUpto) {
            left(reason);
        }
    }

    private long firstKept() {
        return top - retained.count() + 1;
    }

    /** Counts one unacknowledged publication that left, under its reason. */
    void left(Reason reason) {
        switch (reason) {
            case EXPIRED -> expired++;
            case EVICTED -> evicted++;
            case REMOVED -> removed++;
        }
    }

    /**
     * The first {@code limit} publications after a position, without expired ones.
     *
     * @param olderThan publications of this time or before have expired
     * @param limit negative for all
     */
    synchronized Backlog after(Optional<StreamPosition> since, long olderThan, int limit) {
        long wanted = since.map(StreamPosition::offset).orElse(-1L) + 1;
        int from = retained.firstAfter(olderThan, (int) Math.max(0, Math.min(retained.count(), wanted - firstKept())));
        // Without any publication after the position, the read is complete only if none ever followed it.
        boolean complete =
                since.isEmpty() || (from < retained.count() ? firstKept() + from == wanted : wanted == top + 1);
        return new Backlog(position(), complete, complete ? publications(from, limit) : List.of());
    }

    private List<Publication> publications(int from, int limit) {
        List<Payload> payloads = retained.from(from, limit < 0 ? retained.count() : limit);
        List<Publication> found = new ArrayList<>(payloads.size());
        for (Payload payload : payloads) {
            found.add(new Publication(channel, firstKept() + from + found.size(), payload));
        }
        return found;
    }

    synchronized StreamPosition position() {
        return new StreamPosition(epoch, top);
    }

    /** Begins to keep a session's position, at the top unless it has one. Returns its offset, or {@link #FORGOTTEN}. */
    synchronized long follow(SessionId session, long now, UserQuota totals) {
        if (forgotten) {
            return FORGOTTEN;
        }
        long at = positions == null ? SessionPositions.NONE : positions.of(session, now);
        return at == SessionPositions.NONE ? keep(session, top, now, totals) : at;
    }

    /**
     * Moves a session's position forward, never back. Begins no position in a channel that never had a publication.
     * Returns the session's offset, or {@link #FORGOTTEN}.
     *
     * @throws UnknownPositionException if {@code upto} is beyond the top
     */
    synchronized long acknowledge(SessionId session, long upto, long now, UserQuota totals) {
        if (forgotten) {
            return FORGOTTEN;
        }
        if (upto > top) {
            throw UnknownPositionException.beyondTheTop();
        }
        if (top == 0 && (positions == null || !positions.keeps(session))) {
            return 0;
        }
        if (upto > acknowledgedUpto) {
            // Publications that left before stay counted under the reason for which they left.
            acknowledged += Math.max(0, upto - Math.max(acknowledgedUpto, firstKept() - 1));
            acknowledgedUpto = upto;
        }
        return keep(session, upto, now, totals);
    }

    private long keep(SessionId session, long offset, long now, UserQuota totals) {
        SessionPositions all = positions == null ? new SessionPositions(channel.owner(), totals) : positions;
        long at = all.atLeast(session, offset, now);
        // Without room for the position the list may be empty: an empty one is not stored.
        positions = all.isEmpty() ? null : all;
        return at;
    }

    synchronized Optional<StreamPosition> acknowledged(SessionId session, long now) {
        long at = positions == null ? SessionPositions.NONE : positions.of(session, now);
        return at == SessionPositions.NONE ? Optional.empty() : Optional.of(new StreamPosition(epoch, at));
    }

    synchronized List<SessionId> quietSince(long time) {
        return positions == null ? List.of() : positions.quietSince(time);
    }

    synchronized void forget(SessionId session, long quietSince) {
        if (positions != null) {
            positions.forget(session, quietSince);
        }
    }

    /** The ledger. The offsets give {@code accepted}, the retained publications {@code pending}: independent counts. */
    final synchronized Ledger ledger() {
        long pending = Math.min(retained.count(), top - acknowledgedUpto);
        return new Ledger(top, acknowledged, pending, expired, evicted, removed);
    }

    /** The ledger for a round of the book. Empty when the channel was forgotten meanwhile: the book then has it. */
    synchronized Optional<Ledger> ledger(long round) {
        lastRound = round;
        return forgotten ? Optional.empty() : Optional.of(ledger());
    }

    /** Notes that the channel has a reader. */
    synchronized void seen(long now) {
        lastSign = Math.max(lastSign, now);
    }

    /**
     * Forgets the channel if it has neither publications nor session positions, and one of these holds:
     *
     * <ul>
     *   <li>It had no activity after {@code quietSince}.
     *   <li>It never had a publication, and began in the current generation: its position is known without it.
     * </ul>
     *
     * <p>A forgotten channel accepts no appends.
     */
    synchronized boolean forgetIfQuiet(long quietSince, Epochs epochs) {
        boolean needless = top == 0 && generation == epochs.current();
        boolean quiet = Math.max(lastSign, lastAppend) <= quietSince;
        if (forgotten || !retained.isEmpty() || keepsPositions() || !(needless || quiet)) {
            return false;
        }
        forget();
        return true;
    }

    synchronized boolean forgotten() {
        return forgotten;
    }

    /** Whether anything was ever published to the channel in this life. */
    synchronized boolean everPublished() {
        return top > 0;
    }
}
