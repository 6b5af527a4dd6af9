package dev.cordon.log;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One channel's retained publications, its sessions' positions and its ledger. Guarded by its own monitor, held for copying a few
 * references at most.
 */
class MemoryChannel {
    /** Instead of an offset: the channel was forgotten meanwhile, the caller takes its successor. */
    static final long FORGOTTEN = -2;

    private final Channel channel;
    private final String epoch;
    private final long start;
    private final ArrayDeque<Kept> kept = new ArrayDeque<>(2);
    private @Nullable SessionPositions positions;
    private long top;
    private long bytes;
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

    /**
     * @param at milliseconds of the wall clock when it was appended; never less than its predecessor's, whatever the clock does
     * @param size of the payload, here as well: to drop the oldest must not fetch what nobody has touched for long
     */
    private record Kept(Publication publication, long at, int size) {}

    /** What an operation took out of the channel. */
    record Dropped(long publications, long bytes) {
        static final Dropped NOTHING = new Dropped(0, 0);
    }

    MemoryChannel(Channel channel, String epoch, long floor) {
        this.channel = channel;
        this.epoch = epoch;
        this.start = floor;
        this.top = floor;
        this.acknowledgedUpto = floor;
    }

    /** Empty when the channel was forgotten meanwhile: the caller takes its successor. */
    synchronized Optional<Appended> append(Payload payload, long now) {
        if (forgotten) {
            return Optional.empty();
        }
        Publication publication = new Publication(channel, ++top, payload);
        // What is kept always ends at the top and expires from its start: so a reader never takes a part for the whole.
        lastAppend = Math.max(lastAppend, now);
        kept.addLast(new Kept(publication, lastAppend, payload.size()));
        bytes += payload.size();
        return Optional.of(new Appended(publication, epoch));
    }

    /** Drops the oldest beyond count and bytes; the newest stays whatever its size, unless nothing is to be kept. */
    synchronized Dropped trim(Retention retention) {
        long before = bytes;
        int count = 0;
        while (kept.size() > retention.maxPublications() || (bytes > retention.maxBytes() && kept.size() > 1)) {
            dropFirst(Reason.EVICTED);
            count++;
        }
        return dropped(count, before);
    }

    synchronized Dropped expire(long olderThan) {
        return drop(olderThan, Reason.EXPIRED);
    }

    synchronized Dropped clear(Reason reason) {
        return drop(Long.MAX_VALUE, reason);
    }

    private Dropped drop(long olderThan, Reason reason) {
        long before = bytes;
        int count = 0;
        while (!kept.isEmpty() && kept.getFirst().at() <= olderThan) {
            dropFirst(reason);
            count++;
        }
        return dropped(count, before);
    }

    private void dropFirst(Reason reason) {
        // Before it goes: what is kept ends at the top without a gap.
        long offset = firstKept();
        bytes -= kept.removeFirst().size();
        if (offset > acknowledgedUpto) {
            left(reason);
        }
    }

    private long firstKept() {
        return top - kept.size() + 1;
    }

    /** Enters into the ledger that one left unacknowledged. */
    void left(Reason reason) {
        switch (reason) {
            case EXPIRED -> expired++;
            case EVICTED -> evicted++;
            case REMOVED -> removed++;
        }
    }

    private Dropped dropped(int count, long bytesBefore) {
        return count == 0 ? Dropped.NOTHING : new Dropped(count, bytesBefore - bytes);
    }

    /** Publications after an offset that are still fresh, the first {@code limit} of them; negative for all. */
    synchronized Backlog after(Optional<StreamPosition> since, long olderThan, int limit) {
        List<Publication> found = new ArrayList<>();
        Iterator<Kept> all = kept.iterator();
        long expected = since.map(StreamPosition::offset).orElse(-1L) + 1;
        boolean complete = since.isEmpty() || expected - 1 <= top;
        boolean first = true;
        while (all.hasNext() && complete) {
            Kept next = all.next();
            if (next.at() <= olderThan
                    || (since.isPresent() && next.publication().offset() < expected)) {
                continue;
            }
            if (first && since.isPresent() && next.publication().offset() != expected) {
                complete = false;
            }
            first = false;
            if (limit < 0 || found.size() < limit) {
                found.add(next.publication());
            }
        }
        // Nothing left of what followed the position: complete only if nothing followed it.
        complete &= since.isEmpty() || !first || expected - 1 == top;
        return new Backlog(position(), complete, complete ? found : List.of());
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

    /** From the running figures, however much is retained. */
    synchronized Ledger ledger() {
        return ledger(Math.min(kept.size(), top - acknowledgedUpto));
    }

    /** As {@link #ledger()}, with what is pending counted one by one. */
    synchronized Ledger counted() {
        return ledger(kept.stream()
                .filter(each -> each.publication().offset() > acknowledgedUpto)
                .count());
    }

    /** Offsets tell what was accepted: a count that none of the others has a part in. */
    private Ledger ledger(long pending) {
        return new Ledger(top - start, acknowledged, pending, expired, evicted, removed);
    }

    /** True when nothing is retained and no session's position kept: nobody appends to it from now on. */
    synchronized boolean forgetIfEmpty() {
        forgotten = kept.isEmpty() && (positions == null || positions.isEmpty());
        return forgotten;
    }

    synchronized long lastAppend() {
        return lastAppend;
    }

    synchronized long bytes() {
        return bytes;
    }

    synchronized int size() {
        return kept.size();
    }
}
