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
 * One channel: its retained publications, its sessions' positions, its ledger, and what outlives them, its epoch and its top. Guarded by its own
 * monitor, held for copying a few references at most.
 */
class MemoryChannel extends PayloadRing {
    /** Instead of an offset: the channel was forgotten meanwhile, the caller takes its successor. */
    static final long FORGOTTEN = -2;

    /** Of heap a channel takes beside its publications and the characters of its name, in the map and in the order of eviction (ADR 0016). */
    static final int BYTES = 448;

    /** Of heap a character of the name takes: it is kept in the name and in the owner's, and may need two bytes. */
    static final int BYTES_A_CHARACTER = 4;

    private final Channel channel;
    private final String epoch;
    private final long generation;
    private final MemoryTotals totals;
    private @Nullable SessionPositions positions;
    private long top;
    private long lastAppend;
    /** When it was last appended to or somebody was subscribed to it. */
    private long lastSign;

    private boolean forgotten;
    /** A reader made it known, and nothing was published since: counted as that of its user. */
    private boolean entered;
    /** Appended to since it was last looked at for eviction. */
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
     * Known from now on.
     *
     * @param generation in which its life begins
     * @param entered whether a reader makes it known, and not its first publication
     */
    MemoryChannel(Channel channel, String epoch, long generation, boolean entered, long now, MemoryTotals totals) {
        super(totals.blocks);
        this.channel = channel;
        this.epoch = epoch;
        this.generation = generation;
        this.entered = entered;
        this.lastSign = now;
        this.totals = totals;
        totals.footprint.addAndGet(ownBytes());
    }

    /** Of heap, beside what is retained. */
    final long ownBytes() {
        return BYTES + (long) BYTES_A_CHARACTER * channel.name().length();
    }

    final String epoch() {
        return epoch;
    }

    /** In which its life began. */
    final long generation() {
        return generation;
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
            published();
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

    private void published() {
        if (entered) {
            entered = false;
            totals.unpublished.release(channel.owner());
        }
        again = top > 0;
        top++;
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

    /** What making room for others has done to it. */
    enum Turn {
        /** Nothing: it was appended to since it was queued. */
        USED,
        /** It has no publications any more, and is still known. */
        EMPTIED,
        FORGOTTEN
    }

    /**
     * Makes room for others, when it is this channel's turn.
     *
     * @param remnant whether it was emptied before
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
    synchronized long follow(SessionId session, long now, UserQuota totals) {
        if (forgotten) {
            return FORGOTTEN;
        }
        long at = positions == null ? SessionPositions.NONE : positions.of(session, now);
        return at == SessionPositions.NONE ? keep(session, top, now, totals) : at;
    }

    /**
     * Moves a session's position on, never back; in a channel without publications there is nothing to begin one with. Where it stands, or
     * {@link #FORGOTTEN}.
     *
     * @throws UnknownPositionException beyond the top
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
            // What is gone by now has gone under its reason.
            acknowledged += Math.max(0, upto - Math.max(acknowledgedUpto, firstKept() - 1));
            acknowledgedUpto = upto;
        }
        return keep(session, upto, now, totals);
    }

    private long keep(SessionId session, long offset, long now, UserQuota totals) {
        SessionPositions all = positions == null ? new SessionPositions(channel.owner(), totals) : positions;
        long at = all.atLeast(session, offset, now);
        // There may have been no room: what is empty is not kept for nothing.
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

    /** Offsets tell what was accepted, and what is kept what is pending: counts that none of the others has a part in. */
    final synchronized Ledger ledger() {
        long pending = Math.min(count(), top - acknowledgedUpto);
        return new Ledger(top, acknowledged, pending, expired, evicted, removed);
    }

    /** The same for a round of the book; empty when it was forgotten meanwhile, and stands in the book. */
    synchronized Optional<Ledger> ledger(long round) {
        lastRound = round;
        return forgotten ? Optional.empty() : Optional.of(ledger());
    }

    /** Somebody is subscribed to it. */
    synchronized void seen(long now) {
        lastSign = Math.max(lastSign, now);
    }

    /**
     * Forgets it when nothing is retained, no session's position kept, and there was no sign of it for long, or it can be told without it that
     * nothing was published. Nobody appends to it from then on.
     */
    synchronized boolean forgetIfQuiet(long quietSince, Epochs epochs) {
        boolean needless = top == 0 && generation == epochs.current();
        boolean quiet = Math.max(lastSign, lastAppend) <= quietSince;
        if (forgotten || !isEmpty() || keepsPositions() || !(needless || quiet)) {
            return false;
        }
        forget();
        return true;
    }

    synchronized boolean forgotten() {
        return forgotten;
    }

    /** Whether its life had a publication. */
    synchronized boolean everPublished() {
        return top > 0;
    }
}
