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
 * One channel's retained publications, its sessions' positions and its ledger. Guarded by its own monitor, held for copying a few
 * references at most.
 */
class MemoryChannel extends Retained {
    /** Instead of an offset: the channel was forgotten meanwhile, the caller takes its successor. */
    static final long FORGOTTEN = -2;

    private final Channel channel;
    private final String epoch;
    private final long start;
    private final MemoryTotals totals;
    private @Nullable SessionPositions positions;
    private long top;
    private long lastAppend;
    private boolean forgotten;
    /** The highest offset that any session acknowledged. */
    private long acknowledgedUpto;

    private long acknowledged;
    private long expired;
    private long evicted;
    private long removed;

    /** Why a publication leaves. */
    enum Reason {
        EXPIRED,
        EVICTED,
        REMOVED
    }

    MemoryChannel(Channel channel, String epoch, long floor, MemoryTotals totals) {
        super(totals.blocks);
        this.channel = channel;
        this.epoch = epoch;
        this.start = floor;
        this.top = floor;
        this.acknowledgedUpto = floor;
        this.totals = totals;
    }

    Channel channel() {
        return channel;
    }

    /**
     * Drops the oldest beyond count and bytes; the newest stays whatever its size, unless nothing is to be kept.
     *
     * @param as this channel, as the caller has it at hand
     * @return null when the channel was forgotten meanwhile: the caller takes its successor
     */
    synchronized @Nullable Appended append(Channel as, Payload payload, long now, Retention retention) {
        if (forgotten) {
            return null;
        }
        long bytes = bytes();
        long footprint = footprint();
        int count = count();
        try {
            // What is kept always ends at the top and expires from its start: no part is taken for all.
            lastAppend = Math.max(lastAppend, now);
            add(payload, lastAppend);
            top++;
            Publication publication = new Publication(as, top, payload);
            int evicted = trim(retention);
            totals.appended.increment();
            totals.evictedByChannel.add(evicted);
            return new Appended(publication, epoch);
        } finally {
            // The heap may be too full for it: then it has no offset, but what was made for it may have grown.
            enter(count, bytes, footprint);
        }
    }

    private int trim(Retention retention) {
        int before = count();
        while (count() > retention.maxPublications() || (bytes() > retention.maxBytes() && count() > 1)) {
            dropFirst(Reason.EVICTED);
        }
        return before - count();
    }

    /** Enters into the totals what has changed since. */
    private void enter(int count, long bytes, long footprint) {
        add(totals.publications, count() - count);
        add(totals.bytes, bytes() - bytes);
        add(totals.footprint, footprint() - footprint);
    }

    /** All channels share the totals: what has not changed is not touched. */
    private static void add(AtomicLong total, long change) {
        if (change != 0) {
            total.addAndGet(change);
        }
    }

    /** Drops what was appended at this time or before; returns how many. */
    synchronized int expire(long olderThan) {
        int dropped = drop(olderThan, Reason.EXPIRED);
        totals.expired.add(dropped);
        return dropped;
    }

    /** Drops all. */
    synchronized void remove() {
        totals.removed.add(drop(Long.MAX_VALUE, Reason.REMOVED));
    }

    /** Drops all, to make room for others. */
    synchronized void evict() {
        totals.evictedByTotal.add(drop(Long.MAX_VALUE, Reason.EVICTED));
    }

    private int drop(long olderThan, Reason reason) {
        long bytes = bytes();
        long footprint = footprint();
        int count = count();
        while (!isEmpty() && oldestTime() <= olderThan) {
            dropFirst(reason);
        }
        fit();
        enter(count, bytes, footprint);
        return count - count();
    }

    private void dropFirst(Reason reason) {
        // Before it goes: what is kept ends at the top without a gap.
        long offset = firstKept();
        removeFirst();
        if (offset > acknowledgedUpto) {
            left(reason);
        }
    }

    private long firstKept() {
        return top - count() + 1;
    }

    /** Enters into the ledger that one left unacknowledged. */
    void left(Reason reason) {
        switch (reason) {
            case EXPIRED -> expired++;
            case EVICTED -> evicted++;
            case REMOVED -> removed++;
        }
    }

    /** Publications after an offset that are still fresh, the first {@code limit} of them; negative for all. */
    synchronized Backlog after(Optional<StreamPosition> since, long olderThan, int limit) {
        long wanted = since.map(StreamPosition::offset).orElse(-1L) + 1;
        int from = firstAfter(olderThan, (int) Math.max(0, Math.min(count(), wanted - firstKept())));
        // Nothing left of what followed the position: complete only if nothing followed it.
        boolean complete = since.isEmpty() || (from < count() ? firstKept() + from == wanted : wanted == top + 1);
        return new Backlog(position(), complete, complete ? publications(from, limit) : List.of());
    }

    private List<Publication> publications(int from, int limit) {
        List<Payload> payloads = from(from, limit < 0 ? count() : limit);
        List<Publication> found = new ArrayList<>(payloads.size());
        for (Payload payload : payloads) {
            found.add(new Publication(channel, firstKept() + from + found.size(), payload));
        }
        return found;
    }

    synchronized StreamPosition position() {
        return new StreamPosition(epoch, top);
    }

    /** Begins to keep a session's position, at the top unless it has one. Where it stands, or {@link #FORGOTTEN}. */
    synchronized long follow(SessionId session, long now, PositionTotals totals) {
        if (forgotten) {
            return FORGOTTEN;
        }
        long at = positions == null ? SessionPositions.NONE : positions.of(session, now);
        return at == SessionPositions.NONE ? positions(totals).atLeast(session, top, now) : at;
    }

    /**
     * Moves a session's position on, never back. Where it stands, or {@link #FORGOTTEN}.
     *
     * @throws UnknownPositionException beyond the top
     */
    synchronized long acknowledge(SessionId session, long upto, long now, PositionTotals totals) {
        if (forgotten) {
            return FORGOTTEN;
        }
        if (upto > top) {
            throw UnknownPositionException.beyondTheTop();
        }
        if (upto > acknowledgedUpto) {
            // What is gone by now has gone under its reason.
            acknowledged += Math.max(0, upto - Math.max(acknowledgedUpto, firstKept() - 1));
            acknowledgedUpto = upto;
        }
        return positions(totals).atLeast(session, upto, now);
    }

    private SessionPositions positions(PositionTotals totals) {
        SessionPositions present = positions;
        if (present == null) {
            present = new SessionPositions(channel.owner(), totals);
            positions = present;
        }
        return present;
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

    /** Offsets tell what was accepted, and what is kept what is pending: counts that none of the others has a part in. */
    synchronized Ledger ledger() {
        long pending = Math.min(count(), top - acknowledgedUpto);
        return new Ledger(top - start, acknowledged, pending, expired, evicted, removed);
    }

    /** True when nothing is retained and no session's position kept: nobody appends to it from now on. */
    synchronized boolean forgetIfEmpty() {
        forgotten = isEmpty() && (positions == null || positions.isEmpty());
        return forgotten;
    }

    synchronized long lastAppend() {
        return lastAppend;
    }

    synchronized int size() {
        return count();
    }
}
