package dev.cordon.log;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The log of one node, in its heap: gone with the process, which starts a new epoch.
 *
 * <p>A channel that has nothing left, that nobody is subscribed to and that no session has a position in is forgotten; the highest offset that any forgotten channel had reached becomes the floor from
 * which a channel unknown so far starts. So offsets never go back, one number stands for all forgotten channels, and a client that
 * comes from an older position of such a channel learns that it cannot be told what it missed.
 *
 * <p>At most {@link PositionTotals#MAX_POSITIONS} positions are kept; beyond that a session which has none yet goes on without.
 *
 * <p>Thread-safe; channels do not wait for each other.
 */
public final class MemoryUserLog implements UserLog {
    /** Channels known without a publication, because somebody asked for their top: beyond this many, none is added. */
    private static final int MAX_KNOWN_EMPTY = 500_000;

    /** By name: each object less between a key and its characters is one less to wait for. */
    private final ConcurrentHashMap<String, MemoryChannel> channels = new ConcurrentHashMap<>();

    private final Supplier<Retention> retention;
    private final Clock clock;
    private final String epoch;
    private final AtomicLong floor = new AtomicLong();
    private final MemoryTotals totals = new MemoryTotals(new BlockPool());
    private final PositionTotals positions = new PositionTotals();
    private final ChannelMaker maker;
    /** Held to forget channels and to add up all ledgers, so that one that is forgotten meanwhile is counted once. */
    private final Object ledgers = new Object();

    private Ledger forgotten = Ledger.EMPTY;

    /** So that a test can seed a fault. */
    @FunctionalInterface
    interface ChannelMaker {
        MemoryChannel make(Channel channel, String epoch, long floor, MemoryTotals totals);
    }

    public MemoryUserLog(Supplier<Retention> retention, Clock clock) {
        this(retention, clock, UUID.randomUUID().toString().substring(0, 8));
    }

    public MemoryUserLog(Supplier<Retention> retention, Clock clock, String epoch) {
        this(retention, clock, epoch, MemoryChannel::new);
    }

    MemoryUserLog(Supplier<Retention> retention, Clock clock, String epoch, ChannelMaker maker) {
        this.retention = retention;
        this.clock = clock;
        this.epoch = epoch;
        this.maker = maker;
    }

    @Override
    public Appended append(Channel channel, Payload payload) {
        Retention bounds = retention.get();
        while (true) {
            MemoryChannel to = existingOrNew(channel);
            Appended result = to.append(channel, payload, clock.millis(), bounds);
            if (result != null) {
                if (totals.footprint.get() > bounds.totalMaxBytes()) {
                    evictOldest(bounds.totalMaxBytes(), to);
                }
                return result;
            }
            forget(to);
        }
    }

    private MemoryChannel existingOrNew(Channel channel) {
        // Unlike computeIfAbsent, get takes no lock: nearly always the channel is there.
        MemoryChannel existing = channels.get(channel.name());
        return existing != null
                ? existing
                : channels.computeIfAbsent(channel.name(), name -> maker.make(channel, epoch, floor.get(), totals));
    }

    @Override
    public StreamPosition top(Channel channel) {
        MemoryChannel of = known(channel);
        return of == null ? new StreamPosition(epoch, floor.get()) : of.position();
    }

    /** Whoever asks is about to follow the channel: it is remembered from here on, so that its reader's position stays good. */
    private @Nullable MemoryChannel known(Channel channel) {
        return channels.mappingCount() < MAX_KNOWN_EMPTY ? existingOrNew(channel) : channels.get(channel.name());
    }

    @Override
    public Backlog readAfter(Channel channel, StreamPosition since) {
        return read(known(channel), Optional.of(since), -1);
    }

    @Override
    public Backlog history(Channel channel, Optional<StreamPosition> since, int limit) {
        return read(channels.get(channel.name()), since, limit);
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
        MemoryChannel of = channels.get(channel.name());
        if (of != null) {
            of.remove();
        }
    }

    @Override
    public Sweep sweep(Readers readers) {
        long olderThan = oldestFresh();
        long quietSince = clock.millis() - retention.get().positionTimeToLive().toMillis();
        long seen = 0;
        long dropped = 0;
        long gone = 0;
        for (MemoryChannel of : channels.values()) {
            seen++;
            dropped += of.expire(olderThan);
            forgetQuiet(of, quietSince, readers);
            if (!readers.any(of.channel()) && forgetIfEmpty(of)) {
                gone++;
            }
        }
        totals.blocks.trim();
        return new Sweep(seen, dropped, gone);
    }

    /** To be connected is a sign of the session, however quiet it is. */
    private void forgetQuiet(MemoryChannel of, long quietSince, Readers readers) {
        for (SessionId session : of.quietSince(quietSince)) {
            if (readers.connected(of.channel().owner(), session)) {
                of.acknowledged(session, clock.millis());
            } else {
                of.forget(session, quietSince);
            }
        }
    }

    private boolean forgetIfEmpty(MemoryChannel of) {
        synchronized (ledgers) {
            if (!of.forgetIfEmpty()) {
                return false;
            }
            forgotten = forgotten.plus(of.ledger());
            forget(of);
            return true;
        }
    }

    /** The floor rises before the channel goes, so that its successor starts above it. */
    private void forget(MemoryChannel of) {
        floor.accumulateAndGet(of.position().offset(), Math::max);
        channels.remove(of.channel().name(), of);
    }

    /** Makes room down to nine tenths, so that a full log is not sorted at every append. One thread at a time does it. */
    private void evictOldest(long totalMaxBytes, MemoryChannel spared) {
        synchronized (channels) {
            if (totals.footprint.get() <= totalMaxBytes) {
                return;
            }
            List<MemoryChannel> oldest = channels.values().stream()
                    .filter(of -> of != spared && of.size() > 0)
                    .map(of -> Map.entry(of.lastAppend(), of))
                    .sorted(Map.Entry.comparingByKey())
                    .map(Map.Entry::getValue)
                    .toList();
            long goal = totalMaxBytes / 10 * 9;
            for (MemoryChannel of : oldest) {
                if (totals.footprint.get() <= goal) {
                    return;
                }
                of.evict();
            }
        }
    }

    private long oldestFresh() {
        return clock.millis() - retention.get().timeToLive().toMillis();
    }

    @Override
    public StreamPosition follow(Channel channel, SessionId session) {
        while (true) {
            MemoryChannel of = known(channel);
            if (of == null) {
                return new StreamPosition(epoch, floor.get());
            }
            long at = of.follow(session, clock.millis(), positions);
            if (at != MemoryChannel.FORGOTTEN) {
                return new StreamPosition(epoch, at);
            }
            forget(of);
        }
    }

    @Override
    public Optional<StreamPosition> acknowledged(Channel channel, SessionId session) {
        MemoryChannel of = channels.get(channel.name());
        return of == null ? Optional.empty() : of.acknowledged(session, clock.millis());
    }

    @Override
    public StreamPosition acknowledge(Channel channel, SessionId session, StreamPosition upto) {
        if (!upto.epoch().equals(epoch)) {
            throw UnknownPositionException.ofAnotherEpoch();
        }
        while (true) {
            MemoryChannel of = known(channel);
            if (of == null) {
                return withinFloor(upto);
            }
            long at = of.acknowledge(session, upto.offset(), clock.millis(), positions);
            if (at != MemoryChannel.FORGOTTEN) {
                return at == upto.offset() ? upto : new StreamPosition(epoch, at);
            }
            forget(of);
        }
    }

    /** Of a channel that is not known. */
    private StreamPosition withinFloor(StreamPosition upto) {
        if (upto.offset() > floor.get()) {
            throw UnknownPositionException.beyondTheTop();
        }
        return upto;
    }

    @Override
    public Ledger ledger() {
        synchronized (ledgers) {
            Ledger sum = forgotten;
            for (MemoryChannel of : channels.values()) {
                sum = sum.plus(of.ledger());
            }
            return sum;
        }
    }

    @Override
    public Ledger ledger(UserId user) {
        Ledger sum = Ledger.EMPTY;
        for (MemoryChannel of : channels.values()) {
            if (of.channel().owner().equals(user)) {
                sum = sum.plus(of.ledger());
            }
        }
        return sum;
    }

    @Override
    public Reconciliation reconcile() {
        synchronized (ledgers) {
            // Counted beside the channels: one of them that got lost whole is missed by it.
            long accepted = totals.appended.sum();
            long looked = 0;
            long imbalanced = 0;
            Ledger total = forgotten;
            Optional<String> first = Optional.empty();
            for (MemoryChannel channel : channels.values()) {
                Ledger of = channel.ledger();
                looked++;
                total = total.plus(of);
                if (of.imbalance() != 0) {
                    imbalanced++;
                    first = first.or(() -> Optional.of(channel.channel().name()));
                }
            }
            return new Reconciliation(looked, imbalanced, total.acceptedAtLeast(accepted), first);
        }
    }

    @Override
    public LogStats stats() {
        return new LogStats(
                channels.size(),
                totals.publications.get(),
                totals.bytes.get(),
                totals.appended.sum(),
                totals.expired.sum(),
                totals.evictedByChannel.sum(),
                totals.evictedByTotal.sum(),
                totals.removed.sum(),
                positions.kept(),
                positions.dropped());
    }
}
