package dev.cordon.log;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.StreamPosition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * One channel's retained publications. Guarded by its own monitor, held for copying a few references at most.
 */
final class MemoryChannel {
    private final Channel channel;
    private final String epoch;
    private final ArrayDeque<Kept> kept = new ArrayDeque<>(2);
    private long top;
    private long bytes;
    private long lastAppend;
    private boolean forgotten;

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
        this.top = floor;
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
            dropFirst();
            count++;
        }
        return dropped(count, before);
    }

    synchronized Dropped expire(long olderThan) {
        long before = bytes;
        int count = 0;
        while (!kept.isEmpty() && kept.getFirst().at() <= olderThan) {
            dropFirst();
            count++;
        }
        return dropped(count, before);
    }

    synchronized Dropped clear() {
        return expire(Long.MAX_VALUE);
    }

    private void dropFirst() {
        bytes -= kept.removeFirst().size();
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

    /** True when nothing is retained: nobody appends to it from now on. */
    synchronized boolean forgetIfEmpty() {
        forgotten = kept.isEmpty();
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
