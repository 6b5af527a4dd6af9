package dev.cordon.log;

import dev.cordon.heap.HeapShare;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The log of one node, in its heap. It and all its epochs end with the process.
 *
 * <p>A channel without publications, subscribers and session positions is kept for at most
 * {@link Retention#positionTimeToLive()}. Then it is forgotten. ADR 0016 says which earlier positions are valid then.
 * When all channels take more than {@link Retention#totalMaxBytes()}, the channels that were appended to least recently
 * lose their publications, and are then forgotten.
 *
 * <p>Session positions have a share of the heap. Beyond it, a session without a position gets none.
 *
 * <p>Thread-safe; channels do not wait for each other.
 */
public final class MemoryUserLog implements UserLog {
    /** Heap bytes of a session's position: its name, its entry in the channel, and a channel's list with one entry. */
    public static final int POSITION_BYTES = 512;

    private static final int MAX_POSITIONS = 200_000;

    /** Number of generations in one {@link Retention#positionTimeToLive()}. */
    private static final int GENERATIONS = Epochs.MAX_GENERATIONS / 2;

    private final Supplier<Retention> retention;
    private final Clock clock;
    private final Epochs epochs;
    private final MemoryTotals totals = new MemoryTotals(new BlockPool());
    private final UserQuota positions = new UserQuota(maxPositions(), MAX_POSITIONS_A_USER);
    private final MemoryChannels channels;
    private final AtomicLong generationSince;

    public MemoryUserLog(Supplier<Retention> retention, Clock clock) {
        this(retention, clock, Epochs.keyed(), MemoryChannel::new);
    }

    /** @param epoch epoch of every channel's first life, for tests that compare text */
    public MemoryUserLog(Supplier<Retention> retention, Clock clock, String epoch) {
        this(retention, clock, epoch, MemoryChannel::new);
    }

    MemoryUserLog(Supplier<Retention> retention, Clock clock, String epoch, MemoryChannels.Maker maker) {
        this(
                retention,
                clock,
                new Epochs((channel, generation) -> generation == 0 ? epoch : epoch + '.' + generation),
                maker);
    }

    private MemoryUserLog(Supplier<Retention> retention, Clock clock, Epochs epochs, MemoryChannels.Maker maker) {
        this.retention = retention;
        this.clock = clock;
        this.epochs = epochs;
        this.channels = new MemoryChannels(totals, epochs, clock, maker);
        this.generationSince = new AtomicLong(clock.millis());
    }

    /** Maximum of session positions: {@value #MAX_POSITIONS}, or as many as fit into their share of the heap. */
    public static int maxPositions() {
        return HeapShare.POSITIONS.count(POSITION_BYTES, MAX_POSITIONS);
    }

    @Override
    public Appended append(Channel channel, Payload payload) {
        Retention bounds = retention.get();
        while (true) {
            MemoryChannel to = channels.existingOrNew(channel);
            Appended result = to.append(channel, payload, clock.millis(), bounds);
            if (result != null) {
                if (totals.footprint.get() > bounds.totalMaxBytes()) {
                    channels.makeRoom(bounds.totalMaxBytes(), to);
                }
                return result;
            }
            channels.remove(to);
        }
    }

    @Override
    public StreamPosition top(Channel channel) {
        long generation = generation();
        MemoryChannel of = entered(channel);
        return of == null ? start(channel, generation) : of.position();
    }

    private @Nullable MemoryChannel entered(Channel channel) {
        MemoryChannel of = channels.entered(channel);
        long most = retention.get().totalMaxBytes();
        if (of != null) {
            of.seen(clock.millis());
            if (totals.footprint.get() > most) {
                channels.makeRoom(most, of);
            }
        }
        return of;
    }

    /**
     * The current generation, after the next one has begun if it was due. Call this before looking up a channel: a
     * channel that begins meanwhile is then of this generation or a later one.
     */
    private long generation() {
        long now = clock.millis();
        long since = generationSince.get();
        long most = retention.get().positionTimeToLive().toMillis() / GENERATIONS;
        if (now - since >= most && generationSince.compareAndSet(since, now)) {
            epochs.next();
        }
        return epochs.current();
    }

    /** The start position of a channel that was unknown when this generation was the current one. */
    private StreamPosition start(Channel channel, long generation) {
        return new StreamPosition(epochs.of(channel.name(), generation), 0);
    }

    @Override
    public Backlog readAfter(Channel channel, StreamPosition since) {
        long generation = generation();
        return read(channel, entered(channel), generation, Optional.of(since), -1);
    }

    @Override
    public Backlog history(Channel channel, Optional<StreamPosition> since, int limit) {
        long generation = generation();
        return read(channel, channels.get(channel), generation, since, limit);
    }

    private Backlog read(
            Channel channel, @Nullable MemoryChannel of, long generation, Optional<StreamPosition> since, int limit) {
        if (of == null) {
            boolean complete = since.isEmpty() || epochs.startsAt(since.get(), channel.name(), generation);
            return new Backlog(start(channel, generation), complete, List.of());
        }
        if (since.isPresent() && !inLife(of, since.get())) {
            return new Backlog(of.position(), false, List.of());
        }
        return of.after(since, oldestFresh(), limit);
    }

    /** Whether a position belongs to this life of the channel, or is a start position that was told before it began. */
    private boolean inLife(MemoryChannel of, StreamPosition position) {
        return position.mayBeOf(of.epoch())
                || epochs.startsAt(position, of.channel().name(), of.generation());
    }

    @Override
    public void remove(Channel channel) {
        MemoryChannel of = channels.get(channel);
        if (of != null) {
            of.remove();
        }
    }

    @Override
    public Sweep sweep(Readers readers) {
        long now = clock.millis();
        long keptFor = retention.get().positionTimeToLive().toMillis();
        generation();
        long olderThan = oldestFresh();
        long quietSince = now - keptFor;
        long seen = 0;
        long dropped = 0;
        long gone = 0;
        for (MemoryChannel of : channels.all()) {
            seen++;
            dropped += of.expire(olderThan);
            forgetQuiet(of, quietSince, readers);
            if (readers.any(of.channel())) {
                of.seen(now);
            } else if (of.forgetIfQuiet(quietSince, epochs)) {
                channels.remove(of);
                gone++;
            }
        }
        channels.tidy();
        totals.blocks.trim();
        return new Sweep(seen, dropped, gone);
    }

    /** Removes the positions of inactive sessions. A connected session counts as active, however quiet it is. */
    private void forgetQuiet(MemoryChannel of, long quietSince, Readers readers) {
        for (SessionId session : of.quietSince(quietSince)) {
            if (readers.connected(of.channel().owner(), session)) {
                of.acknowledged(session, clock.millis());
            } else {
                of.forget(session, quietSince);
            }
        }
    }

    private long oldestFresh() {
        return clock.millis() - retention.get().timeToLive().toMillis();
    }

    @Override
    public StreamPosition follow(Channel channel, SessionId session) {
        while (true) {
            long generation = generation();
            MemoryChannel of = entered(channel);
            if (of == null) {
                return start(channel, generation);
            }
            long at = of.follow(session, clock.millis(), positions);
            if (at != MemoryChannel.FORGOTTEN) {
                return new StreamPosition(of.epoch(), at);
            }
            channels.remove(of);
        }
    }

    @Override
    public Optional<StreamPosition> acknowledged(Channel channel, SessionId session) {
        MemoryChannel of = channels.get(channel);
        return of == null ? Optional.empty() : of.acknowledged(session, clock.millis());
    }

    @Override
    public StreamPosition acknowledge(Channel channel, SessionId session, StreamPosition upto) {
        while (true) {
            long generation = generation();
            MemoryChannel of = channels.get(channel);
            if (of == null) {
                return acknowledgeNothing(channel, generation, upto);
            }
            if (!inLife(of, upto)) {
                throw UnknownPositionException.ofAnotherEpoch();
            }
            long at = of.acknowledge(session, upto.offset(), clock.millis(), positions);
            if (at != MemoryChannel.FORGOTTEN) {
                return new StreamPosition(of.epoch(), at);
            }
            channels.remove(of);
        }
    }

    /** Checks an acknowledgement in an unknown channel. Stores nothing. */
    private StreamPosition acknowledgeNothing(Channel channel, long generation, StreamPosition upto) {
        if (!epochs.startsAt(new StreamPosition(upto.epoch(), 0), channel.name(), generation)) {
            throw UnknownPositionException.ofAnotherEpoch();
        }
        if (upto.offset() > 0) {
            throw UnknownPositionException.beyondTheTop();
        }
        return start(channel, generation);
    }

    @Override
    public Ledger ledger() {
        return reconcile().total();
    }

    @Override
    public Ledger ledger(UserId user) {
        Ledger sum = Ledger.EMPTY;
        for (MemoryChannel of : channels.all()) {
            if (of.channel().owner().equals(user)) {
                sum = sum.plus(of.ledger());
            }
        }
        return sum;
    }

    @Override
    public Reconciliation reconcile() {
        // Counted apart from the channels, so that a channel lost as a whole shows as a difference.
        long accepted = totals.appended.sum();
        ReconciliationSum sum = new ReconciliationSum();
        Ledger forgotten = totals.book.add(round -> channels.all().forEach(of -> sum.add(of, round)));
        return sum.found(forgotten, accepted);
    }

    /** The sum of the ledgers of all channels. Confined to its thread. */
    private static final class ReconciliationSum {
        private long channels;
        private long imbalanced;
        private Ledger total = Ledger.EMPTY;
        private Optional<String> first = Optional.empty();

        void add(MemoryChannel channel, long round) {
            Optional<Ledger> ledger = channel.ledger(round);
            if (ledger.isEmpty()) {
                return;
            }
            channels++;
            total = total.plus(ledger.get());
            if (ledger.get().imbalance() != 0) {
                imbalanced++;
                first = first.or(() -> Optional.of(channel.channel().name()));
            }
        }

        Reconciliation found(Ledger forgotten, long accepted) {
            return new Reconciliation(
                    channels, imbalanced, total.plus(forgotten).acceptedAtLeast(accepted), first);
        }
    }

    @Override
    public long footprint() {
        return totals.footprint.get();
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
                positions.dropped(),
                totals.channelsEvicted.sum());
    }
}
