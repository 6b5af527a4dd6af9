package dev.cordon.log;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.StreamPosition;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The log of one node, in its heap: gone with the process, which starts a new epoch.
 *
 * <p>A channel that has nothing left and that nobody is subscribed to is forgotten; the highest offset that any forgotten channel had reached becomes the floor from
 * which a channel unknown so far starts. So offsets never go back, one number stands for all forgotten channels, and a client that
 * comes from an older position of such a channel learns that it cannot be told what it missed.
 *
 * <p>Thread-safe; channels do not wait for each other.
 */
public final class MemoryUserLog implements UserLog {
    /** Channels known without a publication, because somebody asked for their top: beyond this many, none is added. */
    private static final int MAX_KNOWN_EMPTY = 500_000;

    /** Heap bytes of a retained publication beside its payload's own: its records, the array's header, its place in the queue. */
    static final long PUBLICATION_OVERHEAD = 96;

    private final ConcurrentHashMap<Channel, MemoryChannel> channels = new ConcurrentHashMap<>();
    private final Supplier<Retention> retention;
    private final Clock clock;
    private final String epoch;
    private final AtomicLong floor = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong publications = new AtomicLong();
    private final LongAdder appended = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final LongAdder evictedByChannel = new LongAdder();
    private final LongAdder evictedByTotal = new LongAdder();
    private final LongAdder removed = new LongAdder();

    public MemoryUserLog(Supplier<Retention> retention, Clock clock) {
        this(retention, clock, UUID.randomUUID().toString().substring(0, 8));
    }

    public MemoryUserLog(Supplier<Retention> retention, Clock clock, String epoch) {
        this.retention = retention;
        this.clock = clock;
        this.epoch = epoch;
    }

    @Override
    public Appended append(Channel channel, Payload payload) {
        Retention bounds = retention.get();
        while (true) {
            MemoryChannel to = existingOrNew(channel);
            Optional<Appended> result = to.append(payload, clock.millis());
            if (result.isPresent()) {
                appended.increment();
                publications.incrementAndGet();
                bytes.addAndGet(payload.size());
                count(to.trim(bounds), evictedByChannel);
                if (held() > bounds.totalMaxBytes()) {
                    evictOldest(bounds.totalMaxBytes(), to);
                }
                return result.get();
            }
            forget(channel, to);
        }
    }

    private MemoryChannel existingOrNew(Channel channel) {
        // Unlike computeIfAbsent, get takes no lock: nearly always the channel is there.
        MemoryChannel existing = channels.get(channel);
        return existing != null
                ? existing
                : channels.computeIfAbsent(channel, c -> new MemoryChannel(c, epoch, floor.get()));
    }

    /** What counts against the total: payloads, and what it takes to keep one however small. */
    private long held() {
        return bytes.get() + publications.get() * PUBLICATION_OVERHEAD;
    }

    @Override
    public StreamPosition top(Channel channel) {
        MemoryChannel of = known(channel);
        return of == null ? new StreamPosition(epoch, floor.get()) : of.position();
    }

    /** Whoever asks is about to follow the channel: it is remembered from here on, so that its reader's position stays good. */
    private @Nullable MemoryChannel known(Channel channel) {
        return channels.mappingCount() < MAX_KNOWN_EMPTY ? existingOrNew(channel) : channels.get(channel);
    }

    @Override
    public Backlog readAfter(Channel channel, StreamPosition since) {
        return read(known(channel), Optional.of(since), -1);
    }

    @Override
    public Backlog history(Channel channel, Optional<StreamPosition> since, int limit) {
        return read(channels.get(channel), since, limit);
    }

    private Backlog read(@Nullable MemoryChannel of, Optional<StreamPosition> since, int limit) {
        StreamPosition top = of == null ? new StreamPosition(epoch, floor.get()) : of.position();
        if (since.isPresent() && !since.get().epoch().equals(epoch)) {
            return new Backlog(top, false, List.of());
        }
        if (of == null) {
            return new Backlog(top, since.isEmpty() || since.get().equals(top), List.of());
        }
        return of.after(since, oldestFresh(), limit);
    }

    @Override
    public void remove(Channel channel) {
        MemoryChannel of = channels.get(channel);
        if (of != null) {
            count(of.clear(), removed);
        }
    }

    @Override
    public Sweep sweep(Predicate<Channel> inUse) {
        long olderThan = oldestFresh();
        long seen = 0;
        long dropped = 0;
        long forgotten = 0;
        for (Map.Entry<Channel, MemoryChannel> entry : channels.entrySet()) {
            seen++;
            dropped += count(entry.getValue().expire(olderThan), expired);
            if (!inUse.test(entry.getKey()) && entry.getValue().forgetIfEmpty()) {
                forget(entry.getKey(), entry.getValue());
                forgotten++;
            }
        }
        return new Sweep(seen, dropped, forgotten);
    }

    /** The floor rises before the channel goes, so that its successor starts above it. */
    private void forget(Channel channel, MemoryChannel of) {
        floor.accumulateAndGet(of.position().offset(), Math::max);
        channels.remove(channel, of);
    }

    /** Makes room down to nine tenths, so that a full log is not sorted at every append. One thread at a time does it. */
    private void evictOldest(long totalMaxBytes, MemoryChannel spared) {
        synchronized (channels) {
            if (held() <= totalMaxBytes) {
                return;
            }
            List<Map.Entry<Channel, MemoryChannel>> oldest = channels.entrySet().stream()
                    .filter(entry ->
                            entry.getValue() != spared && entry.getValue().size() > 0)
                    .map(entry -> Map.entry(entry.getValue().lastAppend(), entry))
                    .sorted(Comparator.comparing(Map.Entry::getKey))
                    .map(Map.Entry::getValue)
                    .toList();
            long goal = totalMaxBytes / 10 * 9;
            for (Map.Entry<Channel, MemoryChannel> entry : oldest) {
                if (held() <= goal) {
                    return;
                }
                count(entry.getValue().clear(), evictedByTotal);
            }
        }
    }

    private long count(MemoryChannel.Dropped dropped, LongAdder reason) {
        if (dropped.publications() > 0) {
            publications.addAndGet(-dropped.publications());
            bytes.addAndGet(-dropped.bytes());
            reason.add(dropped.publications());
        }
        return dropped.publications();
    }

    private long oldestFresh() {
        return clock.millis() - retention.get().timeToLive().toMillis();
    }

    @Override
    public LogStats stats() {
        return new LogStats(
                channels.size(),
                publications.get(),
                bytes.get(),
                appended.sum(),
                expired.sum(),
                evictedByChannel.sum(),
                evictedByTotal.sum(),
                removed.sum());
    }
}
