package dev.cordon.grid;

import dev.cordon.log.Ledger;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One channel of the log on the grid, as its record has it: epoch, top, the retained publications, the idempotency keys,
 * the positions of its sessions, and its ledger. The youngest payloads are in the record itself; older ones are in
 * {@linkplain Retained#segment segments}. Not thread-safe: each reader decodes a copy of its own, and a change becomes
 * the channel's when the copy has replaced the record that it was made of.
 */
final class GridChannel {
    /** Most publications whose payloads are in the record. */
    static final int MAX_INLINE = 16;

    /** Most bytes of payload in the record. */
    static final int MAX_INLINE_BYTES = 4_096;

    /** Most idempotency keys in the record. */
    static final int MAX_KEYS = 32;

    /** Number of changes by which one that may have failed is recognised. */
    static final int MAX_CHANGES = 8;

    /** The segment of payloads that are in the record. */
    static final long INLINE = 0;

    final Channel channel;
    String epoch;
    /** Whether a reader made the channel known, and nothing was published to it. */
    boolean entered;

    long top;
    long lastAppend;
    /** Time of the last sign of a reader. */
    long lastSign;

    long acknowledgedUpto;
    long acknowledged;
    long expired;
    long evicted;
    long removed;
    /** Time of the youngest key that has left the record for {@link GridKeyTable}. */
    long lastKeyOutside;

    final List<Retained> retained = new ArrayList<>();
    final List<KeptKey> keys = new ArrayList<>();
    final List<Change> changes = new ArrayList<>();
    /** Ordered by activity, the session that was silent for longest first. */
    final Map<String, Position> positions = new LinkedHashMap<>();

    /**
     * A retained publication.
     *
     * @param time when it was appended, in milliseconds since 1970
     * @param size bytes of its payload
     * @param segment name of the segment that has its payload, or {@link #INLINE}
     * @param payload null in a segment; nobody changes it
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Retained(long time, int size, long segment, byte @Nullable [] payload) {
        /** This publication, with its payload in a segment. */
        Retained in(long other) {
            return new Retained(time, size, other, null);
        }
    }

    /** An idempotency key, by its hash, and the publication that has it. */
    record KeptKey(String hash, long offset, long time) {}

    /**
     * A change of the record.
     *
     * @param id random
     * @param top the channel's top before the change
     */
    record Change(long id, long top) {}

    /** A session's position. */
    record Position(long offset, long sign) {}

    /** Why publications leave. */
    enum Reason {
        EXPIRED,
        EVICTED,
        REMOVED
    }

    GridChannel(Channel channel, String epoch) {
        this.channel = channel;
        this.epoch = epoch;
    }

    StreamPosition position() {
        return new StreamPosition(epoch, top);
    }

    /** Offset of the first retained publication. */
    long first() {
        return top - retained.size() + 1;
    }

    /** Bytes of the retained payloads. */
    long bytes() {
        long bytes = 0;
        for (Retained each : retained) {
            bytes += each.size();
        }
        return bytes;
    }

    /** Appends a payload. Returns its offset. */
    long append(Payload payload, long now) {
        entered = false;
        // Times never go back: publications expire from the oldest on, and the rest ends at the top without a gap.
        lastAppend = Math.max(lastAppend, now);
        byte[] bytes = payload.toByteArray();
        retained.add(new Retained(lastAppend, bytes.length, INLINE, bytes));
        return ++top;
    }

    /** Evicts what is beyond the channel's count and bytes. Returns the number of publications. */
    int trim(Retention bounds) {
        long bytes = bytes();
        int gone = 0;
        while (retained.size() - gone > bounds.maxPublications()
                || (bytes > bounds.maxBytes() && retained.size() - gone > 1)) {
            bytes -= retained.get(gone).size();
            gone++;
        }
        return drop(gone, Reason.EVICTED);
    }

    /** Drops publications appended at this time or before. Returns their number. */
    int dropUntil(long time, Reason reason) {
        int gone = 0;
        while (gone < retained.size() && retained.get(gone).time() <= time) {
            gone++;
        }
        return drop(gone, reason);
    }

    private int drop(int count, Reason reason) {
        // What any session has acknowledged stays acknowledged.
        long unseen = Math.min(count, Math.max(0, first() + count - 1 - Math.max(acknowledgedUpto, first() - 1)));
        switch (reason) {
            case EXPIRED -> expired += unseen;
            case EVICTED -> evicted += unseen;
            case REMOVED -> removed += unseen;
        }
        retained.subList(0, count).clear();
        return count;
    }

    /** The names of the segments that it uses. */
    Set<Long> segments() {
        Set<Long> used = new HashSet<>();
        retained.forEach(each -> used.add(each.segment()));
        used.remove(INLINE);
        return used;
    }

    /** Whether more is in the record than should be. */
    boolean overflows() {
        int count = 0;
        long bytes = 0;
        for (Retained each : retained) {
            if (each.segment() == INLINE) {
                count++;
                bytes += each.size();
            }
        }
        return count > MAX_INLINE || bytes > MAX_INLINE_BYTES;
    }

    /**
     * Moves the payloads of the record into a segment.
     *
     * @return the payloads by offset
     */
    Map<Long, byte[]> spill(long segment) {
        Map<Long, byte[]> moved = new LinkedHashMap<>();
        for (int i = 0; i < retained.size(); i++) {
            Retained each = retained.get(i);
            byte[] payload = each.payload();
            if (payload != null) {
                moved.put(first() + i, payload);
                retained.set(i, each.in(segment));
            }
        }
        return moved;
    }

    /** The index of the first retained publication after a position, without expired ones. */
    private int index(long wanted, long olderThan) {
        int from = (int) Math.max(0, Math.min(retained.size(), wanted - first()));
        while (from < retained.size() && retained.get(from).time() <= olderThan) {
            from++;
        }
        return from;
    }

    /**
     * What a read returns.
     *
     * @param from offset of the first publication
     * @param count of the publications
     */
    record Range(boolean complete, long from, int count) {}

    /**
     * The first {@code limit} publications after a position, without expired ones.
     *
     * @param upto the offset up to which readers may see the channel
     * @param limit negative for all
     * @param gone the position up to which payloads are gone
     */
    Range after(Optional<StreamPosition> since, long olderThan, int limit, long upto, StreamPosition gone) {
        if (since.isPresent() && !since.get().mayBeOf(epoch)) {
            return new Range(false, 0, 0);
        }
        long wanted = since.map(StreamPosition::offset).orElse(-1L) + 1;
        int end = (int) Math.max(0, Math.min(retained.size(), upto - first() + 1));
        long there = gone.mayBeOf(epoch) ? gone.offset() + 1 : 0;
        int from = Math.min(end, index(Math.max(wanted, there), olderThan));
        // Without any publication after the position, the read is complete only if none ever followed it.
        boolean complete = since.isEmpty() || (from < end ? first() + from == wanted : wanted == upto + 1);
        int count = limit < 0 ? end - from : Math.min(limit, end - from);
        return new Range(complete, first() + from, complete ? count : 0);
    }

    Retained at(long offset) {
        return retained.get((int) (offset - first()));
    }

    /** The position of the last publication whose payload is where that of another one is. */
    StreamPosition lastBeside(long offset) {
        long last = offset;
        while (last < top && at(last + 1).segment() == at(offset).segment()) {
            last++;
        }
        return new StreamPosition(epoch, last);
    }

    /** The position of a session; counts as its activity. */
    Optional<Position> signed(SessionId session, long now) {
        Position found = positions.remove(session.value());
        if (found == null) {
            return Optional.empty();
        }
        Position signed = new Position(found.offset(), Math.max(found.sign(), now));
        positions.put(session.value(), signed);
        return Optional.of(signed);
    }

    /** Whether a further session would take another one's place. */
    boolean full() {
        return positions.size() >= UserLog.MAX_SESSIONS;
    }

    /** Adds a session. Returns the number of sessions whose place it has taken. */
    int begin(SessionId session, long offset, long now) {
        int dropped = 0;
        while (full()) {
            Iterator<String> quietest = positions.keySet().iterator();
            quietest.next();
            quietest.remove();
            dropped++;
        }
        positions.put(session.value(), new Position(offset, now));
        return dropped;
    }

    /** Moves a known session's position forward, never back. Returns its offset. */
    long move(SessionId session, long offset) {
        Position known = positions.get(session.value());
        if (known == null) {
            return offset;
        }
        long at = Math.max(known.offset(), offset);
        positions.put(session.value(), new Position(at, known.sign()));
        return at;
    }

    /** Counts publications up to an offset as acknowledged. Those that left before keep their reason. */
    void acknowledge(long upto) {
        if (upto > acknowledgedUpto) {
            acknowledged += Math.max(0, upto - Math.max(acknowledgedUpto, first() - 1));
            acknowledgedUpto = upto;
        }
    }

    /**
     * Removes sessions that have been silent. One that is connected to this node counts as active. That is noted long
     * before it would be removed, because other nodes do not know of its connection.
     *
     * @param quietSince sessions without a sign since then are removed
     * @param signDue connected sessions without a sign since then give one
     * @return whether anything changed
     */
    boolean forgetQuiet(long quietSince, long signDue, long now, Predicate<SessionId> connected) {
        boolean changed = false;
        for (Map.Entry<String, Position> each : List.copyOf(positions.entrySet())) {
            long sign = each.getValue().sign();
            SessionId session = new SessionId(each.getKey());
            if (sign <= signDue && connected.test(session)) {
                signed(session, now);
                changed = true;
            } else if (sign <= quietSince) {
                positions.remove(each.getKey());
                changed = true;
            }
        }
        return changed;
    }

    /** Whether nothing is left of it, and it had no activity after this time. */
    boolean quiet(long quietSince) {
        return retained.isEmpty() && positions.isEmpty() && Math.max(lastSign, lastAppend) <= quietSince;
    }

    Optional<KeptKey> key(String hash, long olderThan) {
        return keys.stream()
                .filter(key -> key.hash().equals(hash) && key.time() > olderThan)
                .findFirst();
    }

    /** Notes a change of the record, by which it is recognised later. */
    void changed(long id, long topBefore) {
        changes.add(new Change(id, topBefore));
        if (changes.size() > MAX_CHANGES) {
            changes.remove(0);
        }
    }

    /** Id of the last change; 0 for none. */
    long lastChange() {
        return changes.isEmpty() ? 0 : changes.get(changes.size() - 1).id();
    }

    /** Whether it names all changes since one. */
    boolean tellsSince(long id) {
        return changes.size() < MAX_CHANGES || hasChange(id);
    }

    boolean hasChange(long id) {
        return changes.stream().anyMatch(change -> change.id() == id);
    }

    /** The offsets give {@code accepted}, the retained publications {@code pending}: independent counts. */
    Ledger ledger() {
        long pending = Math.min(retained.size(), top - acknowledgedUpto);
        return new Ledger(top, acknowledged, pending, expired, evicted, removed);
    }
}
