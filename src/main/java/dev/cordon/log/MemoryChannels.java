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
 * The channels that a log in memory knows, and who goes when they take more than they may (ADR 0016): first publications, of the channels
 * that were appended to least recently; and what is known of channels without any, once that takes more than a quarter.
 *
 * <p>Channels wait for their turn in a queue; one that was appended to since it was queued goes to the end instead. So each append costs at most
 * one look, nothing is sorted or searched, and no lock is held over more than one channel. Thread-safe.
 */
final class MemoryChannels {
    /** Of all that channels may take, what is known of those without publications may. */
    private static final int REMNANTS = 4;

    /** By name: each object less between a key and its characters is one less to wait for. */
    private final ConcurrentHashMap<String, MemoryChannel> byName = new ConcurrentHashMap<>();

    private final Queue<MemoryChannel> order = new ConcurrentLinkedQueue<>();
    /** Those whose publications have gone to make room. */
    private final Queue<MemoryChannel> remnants = new ConcurrentLinkedQueue<>();

    private final AtomicLong remnantBytes = new AtomicLong();
    private final MemoryTotals totals;
    private final Epochs epochs;
    private final Clock clock;
    private final Maker maker;

    /** So that a test can seed a fault. */
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

    /** For a publication. */
    MemoryChannel existingOrNew(Channel channel) {
        // Unlike computeIfAbsent, get takes no lock: nearly always the channel is there.
        MemoryChannel existing = byName.get(channel.name());
        return existing != null ? existing : byName.computeIfAbsent(channel.name(), name -> made(channel, false));
    }

    /** For a reader: known from here on, so that its position stays good however long nothing is published. Null beyond what a user may have. */
    @Nullable
    MemoryChannel entered(Channel channel) {
        MemoryChannel existing = byName.get(channel.name());
        return existing != null
                ? existing
                : byName.computeIfAbsent(
                        channel.name(),
                        name -> totals.unpublished.acquire(channel.owner()) ? made(channel, true) : null);
    }

    /** The generation is read under the lock of the channel's place in the map: whoever forgot its predecessor has moved it on before. */
    private MemoryChannel made(Channel channel, boolean entered) {
        long generation = epochs.current();
        MemoryChannel made =
                maker.make(channel, epochs.of(channel.name(), generation), generation, entered, clock.millis(), totals);
        order.add(made);
        return made;
    }

    /** Takes a forgotten channel out. Its generation goes first, so that its successor begins another life. */
    void remove(MemoryChannel of) {
        if (of.everPublished()) {
            epochs.giveUp(of.generation());
        }
        byName.remove(of.channel().name(), of);
    }

    /** Evicts until all together take no more than so many bytes; one channel may be spared. */
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

    /** Lets go of those that were forgotten without having had their turn. */
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
