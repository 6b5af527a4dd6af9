package dev.cordon.log;

import dev.cordon.protocol.Channel;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The channels of a log in memory, and their eviction when they exceed the total bytes (ADR 0016). The channels that
 * were appended to least recently lose their publications. Emptied channels are forgotten first once they take more
 * than a quarter of the total.
 *
 * <p>Channels wait for eviction in a queue. A channel that was appended to since it was queued goes to the end instead.
 * So each append costs at most one look, nothing is sorted or searched, and no lock covers more than one channel.
 * Thread-safe.
 */
final class MemoryChannels {
    /** Divisor of the total bytes that gives the share of emptied channels. */
    private static final int REMNANTS = 4;

    /** Channels by name: a string as key saves a load from memory on the way to its characters. */
    private final ConcurrentHashMap<String, MemoryChannel> byName = new ConcurrentHashMap<>();

    private final Queue<MemoryChannel> order = new ConcurrentLinkedQueue<>();
    /** Emptied channels: their publications were evicted to make room. */
    private final Queue<MemoryChannel> remnants = new ConcurrentLinkedQueue<>();

    private final AtomicLong remnantBytes = new AtomicLong();
    private final MemoryTotals totals;
    private final Epochs epochs;
    private final Clock clock;
    private final Maker maker;

    /** A factory of channels, so that a test can seed a fault. */
    @FunctionalInterface
    interface Maker {
        MemoryChannel make(
                Channel channel, String epoch, long generation, boolean entered, long now, MemoryTotals totals);
    }

    MemoryChannels(MemoryTotals totals, Epochs epochs, Clock clock, Maker maker) {
        this.totals = totals;
        this.epochs = epochs;
        this.clock = clock;
        this.maker = maker;
    }

    @Nullable
    MemoryChannel get(Channel channel) {
        return byName.get(channel.name());
    }

    /** The channel for a publication. */
    MemoryChannel existingOrNew(Channel channel) {
        // Unlike computeIfAbsent, get takes no lock: nearly always the channel is there.
        MemoryChannel existing = byName.get(channel.name());
        return existing != null ? existing : byName.computeIfAbsent(channel.name(), name -> made(channel, false));
    }

    /**
     * The channel for a reader. It is known from here on, so that the reader's position stays valid however long
     * nothing is published. Null when the quota of its user is used up.
     */
    @Nullable
    MemoryChannel entered(Channel channel) {
        MemoryChannel existing = byName.get(channel.name());
        return existing != null
                ? existing
                : byName.computeIfAbsent(
                        channel.name(),
                        name -> totals.unpublished.acquire(channel.owner()) ? made(channel, true) : null);
    }

    /** Runs under the lock of the map entry: a thread that removed a predecessor has advanced the generation. */
    private MemoryChannel made(Channel channel, boolean entered) {
        long generation = epochs.current();
        MemoryChannel made =
                maker.make(channel, epochs.of(channel.name(), generation), generation, entered, clock.millis(), totals);
        order.add(made);
        return made;
    }

    /** Removes a forgotten channel. Invalidates its generation first, so that its successor gets another epoch. */
    void remove(MemoryChannel of) {
        if (of.everPublished()) {
            epochs.giveUp(of.generation());
        }
        byName.remove(of.channel().name(), of);
    }

    /** Evicts channels, except {@code spared}, until all together take no more than {@code mostBytes}. */
    void makeRoom(long mostBytes, MemoryChannel spared) {
        List<MemoryChannel> aside = new ArrayList<>(1);
        while (totals.footprint.get() > mostBytes) {
            MemoryChannel first = remnantBytes.get() > mostBytes / REMNANTS ? null : order.poll();
            MemoryChannel remnant = first == null ? remnants.poll() : null;
            if (remnant != null) {
                remnantBytes.addAndGet(-remnant.ownBytes());
            } else if (first == null) {
                first = order.poll();
            }
            MemoryChannel next = remnant == null ? first : remnant;
            if (next == null) {
                break;
            }
            if (next == spared) {
                aside.add(next);
            } else {
                evict(next, remnant != null);
            }
        }
        order.addAll(aside);
    }

    private void evict(MemoryChannel of, boolean remnant) {
        switch (of.evict(remnant)) {
            case USED -> order.add(of);
            case EMPTIED -> {
                remnantBytes.addAndGet(of.ownBytes());
                remnants.add(of);
            }
            case FORGOTTEN -> remove(of);
        }
    }

    /** Removes channels from the queues that were forgotten without an eviction turn. */
    void tidy() {
        order.removeIf(MemoryChannel::forgotten);
        remnants.removeIf(of -> {
            boolean gone = of.forgotten();
            if (gone) {
                remnantBytes.addAndGet(-of.ownBytes());
            }
            return gone;
        });
    }

    Collection<MemoryChannel> all() {
        return byName.values();
    }

    int size() {
        return byName.size();
    }
}
