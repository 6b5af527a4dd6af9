package dev.cordon.grid;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import dev.cordon.grid.GridChannel.KeptKey;
import dev.cordon.grid.GridChannel.Reason;
import dev.cordon.grid.GridChannels.Found;
import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.Backlog;
import dev.cordon.log.Ledger;
import dev.cordon.log.LogStats;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.PatientThreads;
import dev.cordon.log.Reconciliation;
import dev.cordon.log.Retention;
import dev.cordon.log.UnknownPositionException;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The log of the nodes that share a data grid, in the heaps of its members (ADR 0030). It survives the loss of one member,
 * because each record has a synchronous backup, but not of all. A channel is one record, which changes by compare and set;
 * a successful append is in two members. When both copies of a partition are lost, its channels begin again, in other
 * epochs.
 *
 * <p>Counts since the start are those of this node.
 */
public final class GridUserLog implements UserLog {
    /** Names of the log's structures begin so. The file of the grid gives them their partitions and their quorum. */
    static final String PREFIX = Grid.PREFIX + "log.";

    /** Bytes that a channel counts for beside its payloads: its record and its entries in the maps. */
    static final int CHANNEL_BYTES = 1_024;

    /** The part of the total that emptied channels may take, as a divisor. */
    private static final int REMNANTS = 4;

    /** The part of the total, as a divisor, that several members leave free: with less, each append would count anew. */
    private static final int SPARE = 32;

    /** How often a time that has moved on is written down in {@link Retention#positionTimeToLive()}. */
    private static final int SIGNS = 4;

    private static final String TOTAL = "total";
    private static final StreamPosition NOTHING_GONE = new StreamPosition("", 0);
    private static final int BATCH = 64;
    private static final System.Logger LOG = System.getLogger(GridUserLog.class.getName());

    private final HazelcastInstance hazelcast;
    private final GridNames names;
    private final GridChannels channels;
    private final GridUsers users;
    private final GridKeyTable keys;
    private final GridGroupRecords groups;
    private final IMap<String, byte[]> forgotten;
    private final GridAppends appends;
    private final PatientThreads committers = new PatientThreads("cordon-log");
    private final PatientThreads callers = new PatientThreads("cordon-log-caller");
    private final PatientThreads readers = new PatientThreads("cordon-log-reader");
    private final GridQuorum quorum;
    private final GridAvailability availability;
    private final Supplier<Retention> retention;
    private final Clock clock;
    private final AtomicBoolean makingRoom = new AtomicBoolean();
    private volatile Consumer<List<Append>> whenCommitted = committed -> {};
    /** Bytes of all channels, as last counted, plus this node's changes since. Huge before the first count. */
    private final AtomicLong bytes = new AtomicLong(Long.MAX_VALUE / 2);

    /** Bytes of all channels, as last counted. */
    private volatile long counted = Long.MAX_VALUE / 2;

    private final LongAdder appended = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final LongAdder evictedByChannel = new LongAdder();
    private final LongAdder evictedByTotal = new LongAdder();
    private final LongAdder removed = new LongAdder();
    private final LongAdder positionsDropped = new LongAdder();
    private final LongAdder channelsEvicted = new LongAdder();

    /**
     * @param prefix of the names of the log's structures
     * @param clock the grid's, so that nodes agree on what is too old
     * @param keyWindow time for which a key is remembered
     */
    GridUserLog(
            HazelcastInstance hazelcast,
            String prefix,
            GridKeys keys,
            Supplier<Retention> retention,
            Clock clock,
            Duration keyWindow) {
        GridCipher cipher = new GridCipher(keys);
        this.hazelcast = hazelcast;
        this.names = new GridNames(hazelcast, prefix, cipher);
        this.channels = new GridChannels(hazelcast, prefix, names, cipher);
        this.users = new GridUsers(hazelcast, prefix, names, cipher, clock);
        this.keys = new GridKeyTable(hazelcast, prefix, names, keyWindow);
        this.groups = new GridGroupRecords(hazelcast, prefix, names, cipher);
        this.forgotten = hazelcast.getMap(prefix + "forgotten");
        this.appends = new GridAppends(this::commit, committers);
        this.quorum = new GridQuorum(hazelcast, this.forgotten.getName());
        this.availability = new GridAvailability(hazelcast, this.forgotten);
        this.retention = retention;
        this.clock = clock;
    }

    @Override
    public Appended append(Channel channel, Payload payload) {
        return appendAll(List.of(new Append(channel, payload, Optional.empty())))
                .get(0);
    }

    /** Each channel's appends are stored together. If one channel's fail, the call fails; the others may be stored. */
    @Override
    public List<Appended> appendAll(List<Append> all) {
        try {
            return appends.append(all).toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted while waiting for the log");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() instanceof CompletionException wrapped ? wrapped.getCause() : e.getCause();
            throw cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
        }
    }

    @Override
    public CompletionStage<List<Appended>> appendLater(List<Append> all) {
        try {
            return appends.append(all);
        } catch (LogUnavailableException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    @Override
    public void whenKeptLate(Consumer<Channel> tell) {
        appends.whenLate(tell);
    }

    @Override
    public void whenCommitted(Consumer<List<Append>> tell) {
        whenCommitted = tell;
    }

    @Override
    public boolean waits() {
        return true;
    }

    @Override
    public void patiently(Runnable task) {
        run(callers, task);
    }

    /** Never on the caller's thread: wakeups come on threads of the grid, which must not wait for it. */
    @Override
    public void reading(Runnable task) {
        run(readers, task);
    }

    private static void run(PatientThreads threads, Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            throw new LogUnavailableException("too many operations wait for the data grid");
        }
    }

    @Override
    public int batch() {
        return BATCH;
    }

    @Override
    public Optional<String> unavailable() {
        return availability.lost();
    }

    @Override
    public Duration unavailableFor() {
        return availability.lostFor();
    }

    /** Stores appends to one channel by one change of its record. Runs for one group of a channel at a time. */
    private List<Appended> commit(Channel channel, List<Append> group) {
        return availability.watch(() -> {
            Retention bounds = retention.get();
            Optional<Found> recent = channels.recent(channel);
            while (true) {
                Optional<Found> found = recent.isPresent() ? recent : channels.find(channel);
                Commit commit = new Commit(channel, found, bounds, clock.millis());
                group.forEach(commit::add);
                // What adds nothing does not show whether the record is still there.
                boolean old = recent.isPresent() && commit.added == 0;
                recent = Optional.empty();
                if (!old && commit.stored()) {
                    quorum.confirm();
                    whenCommitted.accept(group);
                    commit.count();
                    makeRoom(bounds.totalMaxBytes(), channel);
                    return commit.results();
                }
            }
        });
    }

    /** An attempt to append to a channel as it was read. */
    private final class Commit {
        private final Optional<Found> found;
        private final GridChannel of;
        private final Retention bounds;
        private final long now;
        private final long topBefore;
        private final long bytesBefore;
        private final boolean entered;
        private final List<Outcome> results = new ArrayList<>();
        private int added;
        private int evicted;

        /** A publication, and whether it was stored before. */
        private record Outcome(Publication publication, boolean repeated) {}

        Commit(Channel channel, Optional<Found> found, Retention bounds, long now) {
            this.found = found;
            this.of = found.map(Found::channel).orElseGet(() -> new GridChannel(channel, epochOfNext(channel)));
            this.bounds = bounds;
            this.now = now;
            this.topBefore = of.top;
            this.bytesBefore = of.bytes();
            this.entered = of.entered;
            keys.spill(of, found.map(Found::upto).orElse(0L), now);
        }

        void add(Append append) {
            Optional<String> hash = append.key().map(key -> keys.hash(append.channel(), key));
            Optional<KeptKey> known = hash.flatMap(
                    key -> of.key(key, now - keys.window().toMillis()).or(() -> keys.find(of, key, now)));
            if (known.isPresent()) {
                Publication first =
                        new Publication(append.channel(), known.get().offset(), append.payload());
                results.add(new Outcome(first, true));
                return;
            }
            long offset = of.append(append.payload(), now);
            hash.ifPresent(key -> of.keys.add(new KeptKey(key, offset, now)));
            evicted += of.trim(bounds);
            added++;
            results.add(new Outcome(new Publication(append.channel(), offset, append.payload()), false));
        }

        /** The epoch is known once they are stored. */
        List<Appended> results() {
            return results.stream()
                    .map(each -> new Appended(each.publication(), of.epoch, each.repeated()))
                    .toList();
        }

        boolean stored() {
            if (added == 0 && found.isPresent() && found.get().upto() == of.top) {
                return true;
            }
            return found.isPresent()
                    ? channels.replace(found.get(), of, topBefore, bounds.timeToLive())
                    : create(of, bounds.timeToLive());
        }

        void count() {
            appended.add(added);
            evictedByChannel.add(evicted);
            bytes.addAndGet(of.bytes() - bytesBefore + (found.isPresent() ? 0 : CHANNEL_BYTES));
            if (entered && added > 0) {
                users.published(of.channel);
            }
        }
    }

    /** The epoch of a channel if its life began now. */
    private String epochOfNext(Channel channel) {
        return users.find(channel.owner()).epochOf(channel.name());
    }

    /**
     * Creates a channel. Its epoch was read before. If others have created, emptied and forgotten the channel since, it
     * is that of an earlier life, and positions of that life would hide what is stored now. So it is compared once
     * more, and the channel gets another one before the caller is answered (ADR 0030, Price).
     *
     * @return false if the channel is known meanwhile
     */
    private boolean create(GridChannel made, Duration kept) {
        if (!channels.create(made, kept)) {
            return false;
        }
        while (!epochOfNext(made.channel).equals(made.epoch)) {
            Optional<Found> found = channels.find(made.channel)
                    .filter(each -> each.channel().epoch.equals(made.epoch));
            if (found.isEmpty()) {
                break;
            }
            // Read while the channel is there, so no life of it had it before.
            String fresh = epochOfNext(made.channel);
            found.get().channel().epoch = fresh;
            if (channels.replace(found.get(), found.get().channel())) {
                made.epoch = fresh;
                break;
            }
        }
        return true;
    }

    /**
     * Evicts what is beyond the total bytes. One thread does; a failure does not undo the append. What other members have
     * added since the last count is not known, so each counts again when it has used its share of the room that was left.
     */
    private void makeRoom(long most, Channel spared) {
        int members;
        try {
            members = members();
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "Room is not made on the grid: {0}", e.getMessage());
            return;
        }
        long added = bytes.get() - counted;
        if (counted + (added > 0 ? added * members : added) <= most || !makingRoom.compareAndSet(false, true)) {
            return;
        }
        try {
            record Old(Channel channel, long lastAppend, boolean empty) {}
            List<Old> all = new ArrayList<>();
            long total = 0;
            long remnants = 0;
            for (Found each : channels.all()) {
                GridChannel of = each.channel();
                all.add(new Old(of.channel, of.lastAppend, of.retained.isEmpty()));
                total += of.bytes() + CHANNEL_BYTES;
                remnants += of.retained.isEmpty() ? CHANNEL_BYTES : 0;
            }
            count(total);
            if (total <= most - (members > 1 ? most / SPARE : 0)) {
                return;
            }
            // Down to nine tenths, so that a full log does not look for the oldest at every append.
            long goal = most / 10 * 9;
            all.sort(Comparator.comparingLong(Old::lastAppend));
            all.removeIf(old -> old.channel().equals(spared));
            Set<Channel> empty = new HashSet<>();
            all.stream().filter(Old::empty).map(Old::channel).forEach(empty::add);
            for (Old old : all) {
                if (bytes.get() <= goal) {
                    break;
                }
                if (!old.empty()) {
                    evictedByTotal.add(drop(old.channel(), Reason.EVICTED));
                    empty.add(old.channel());
                    remnants += CHANNEL_BYTES;
                }
            }
            for (Old old : all) {
                if (bytes.get() <= goal && remnants <= most / REMNANTS) {
                    break;
                }
                if (empty.contains(old.channel()) && forget(old.channel())) {
                    remnants -= CHANNEL_BYTES;
                    channelsEvicted.increment();
                }
            }
            counted = bytes.get();
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "Room could not be made on the grid: {0}", e.getMessage());
        } finally {
            makingRoom.set(false);
        }
    }

    private void count(long total) {
        bytes.set(total);
        counted = total;
    }

    private int members() {
        return Grid.call(() -> Math.max(1, hazelcast.getCluster().getMembers().size()));
    }

    /** Drops all publications of a channel. Returns their number. */
    private int drop(Channel channel, Reason reason) {
        while (true) {
            Optional<Found> found = channels.find(channel);
            if (found.isEmpty() || found.get().channel().retained.isEmpty()) {
                return 0;
            }
            GridChannel of = found.get().channel();
            long size = of.bytes();
            int gone = of.dropUntil(Long.MAX_VALUE, reason);
            if (channels.replace(found.get(), of)) {
                bytes.addAndGet(-size);
                return gone;
            }
        }
    }

    /** Forgets a channel whose publications are gone. Returns false if something was published to it meanwhile. */
    private boolean forget(Channel channel) {
        Optional<Found> found = channels.find(channel);
        if (found.isEmpty() || !found.get().channel().retained.isEmpty()) {
            return false;
        }
        positionsDropped.add(found.get().channel().positions.size());
        return forget(found.get());
    }

    /** The channel's seed is spent before the channel is gone: its successor has another epoch. */
    private boolean forget(Found found) {
        users.leave(found.channel());
        if (!channels.remove(found)) {
            return false;
        }
        bytes.addAndGet(-CHANNEL_BYTES - found.channel().bytes());
        addForgotten(found.channel().ledger());
        return true;
    }

    private void addForgotten(Ledger ledger) {
        if (ledger.equals(Ledger.EMPTY)) {
            return;
        }
        Grid.call(() -> {
            while (true) {
                byte @Nullable [] before = forgotten.get(TOTAL);
                byte[] sum = bytes(ledger(before).plus(ledger));
                if (before == null
                        ? forgotten.putIfAbsent(TOTAL, sum) == null
                        : forgotten.replace(TOTAL, before, sum)) {
                    return true;
                }
            }
        });
    }

    private static Ledger ledger(byte @Nullable [] record) {
        if (record == null) {
            return Ledger.EMPTY;
        }
        ByteBuffer in = ByteBuffer.wrap(record);
        return new Ledger(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    private static byte[] bytes(Ledger ledger) {
        return ByteBuffer.allocate(6 * Long.BYTES)
                .putLong(ledger.accepted())
                .putLong(ledger.acknowledged())
                .putLong(ledger.pending())
                .putLong(ledger.expired())
                .putLong(ledger.evicted())
                .putLong(ledger.removed())
                .array();
    }

    /**
     * A channel, confirmed, for a reader. Empty if it is not known and its user has no room for one more channel that
     * only readers know.
     */
    private Optional<Found> entered(Channel channel) {
        return entered(channel, channels.find(channel));
    }

    private Optional<Found> entered(Channel channel, Optional<Found> first) {
        Optional<Found> found = first;
        while (true) {
            if (found.isPresent()) {
                Optional<Found> confirmed = channels.confirm(found.get());
                if (confirmed.isPresent()) {
                    return confirmed;
                }
            } else {
                GridUser user = users.enter(channel);
                if (!user.unpublished.contains(names.channel(channel))) {
                    return Optional.empty();
                }
                GridChannel made = new GridChannel(channel, user.epochOf(channel.name()));
                made.entered = true;
                made.lastSign = clock.millis();
                if (create(made, Duration.ZERO)) {
                    bytes.addAndGet(CHANNEL_BYTES);
                } else {
                    users.published(channel);
                }
            }
            found = channels.find(channel);
        }
    }

    private StreamPosition start(Channel channel) {
        return new StreamPosition(epochOfNext(channel), 0);
    }

    @Override
    public StreamPosition top(Channel channel) {
        return availability.watch(() -> entered(channel).map(GridUserLog::seen).orElseGet(() -> start(channel)));
    }

    private static StreamPosition seen(Found found) {
        return new StreamPosition(found.channel().epoch, found.upto());
    }

    @Override
    public Backlog readAfter(Channel channel, StreamPosition since) {
        return readAllAfter(List.of(new Since(channel, since))).get(0);
    }

    @Override
    public List<Backlog> readAllAfter(List<Since> all) {
        return availability.watch(() -> {
            List<Optional<Found>> found =
                    channels.find(all.stream().map(Since::channel).toList());
            List<Backlog> read = new ArrayList<>(all.size());
            for (int i = 0; i < all.size(); i++) {
                Channel channel = all.get(i).channel();
                read.add(read(
                        channel,
                        entered(channel, found.get(i)),
                        Optional.of(all.get(i).position()),
                        -1));
            }
            return read;
        });
    }

    @Override
    public List<StreamPosition> tops(List<Channel> all) {
        return availability.watch(() -> {
            List<Optional<Found>> found = channels.find(all);
            List<StreamPosition> tops = new ArrayList<>(all.size());
            for (int i = 0; i < all.size(); i++) {
                Channel channel = all.get(i);
                tops.add(entered(channel, found.get(i)).map(GridUserLog::seen).orElseGet(() -> start(channel)));
            }
            return tops;
        });
    }

    @Override
    public Backlog history(Channel channel, Optional<StreamPosition> since, int limit) {
        return availability.watch(() -> read(channel, channels.confirmed(channel), since, limit));
    }

    private Backlog read(Channel channel, Optional<Found> first, Optional<StreamPosition> since, int limit) {
        Optional<Found> found = first;
        StreamPosition gone = NOTHING_GONE;
        while (found.isPresent()) {
            Found at = found.get();
            GridChannel.Range range = at.channel().after(since, oldestFresh(), limit, at.upto(), gone);
            List<byte[]> payloads = channels.payloads(at, range.from(), range.count());
            int missing = range.count() - payloads.size();
            if (missing == 0) {
                return new Backlog(seen(at), range.complete(), publications(channel, range.from(), payloads));
            }
            // As if it had expired: a segment lives as long as the retention allowed when it was written.
            gone = at.channel().lastBeside(range.from() + missing - 1);
            found = channels.confirmed(channel);
        }
        StreamPosition start = start(channel);
        boolean complete =
                since.isEmpty() || (since.get().offset() == 0 && since.get().mayBeOf(start.epoch()));
        return new Backlog(start, complete, List.of());
    }

    private static List<Publication> publications(Channel channel, long from, List<byte[]> payloads) {
        List<Publication> found = new ArrayList<>(payloads.size());
        for (byte[] payload : payloads) {
            found.add(new Publication(channel, from + found.size(), Payload.copyOf(payload, 0, payload.length)));
        }
        return found;
    }

    private long oldestFresh() {
        return clock.millis() - retention.get().timeToLive().toMillis();
    }

    @Override
    public void remove(Channel channel) {
        availability.watch(() -> {
            int gone = drop(channel, Reason.REMOVED);
            removed.add(gone);
            return gone;
        });
    }

    @Override
    public StreamPosition follow(Channel channel, SessionId session) {
        return availability.watch(() -> {
            while (true) {
                Optional<Found> found = entered(channel);
                if (found.isEmpty()) {
                    positionsDropped.increment();
                    return start(channel);
                }
                GridChannel of = found.get().channel();
                Kept kept = keep(of, session, found.get().upto(), false);
                if (kept.position().isPresent() && channels.replace(found.get(), of)) {
                    positionsDropped.add(kept.dropped());
                    return new StreamPosition(of.epoch, kept.position().get());
                } else if (kept.position().isEmpty()) {
                    positionsDropped.add(kept.dropped());
                    return seen(found.get());
                }
            }
        });
    }

    /**
     * @param position the session's offset; empty if there is no room for it
     * @param dropped positions that were not kept or are no longer
     */
    private record Kept(Optional<Long> position, int dropped) {}

    /** Keeps a session's position in a copy of a channel: the one that it has, or at an offset. */
    private Kept keep(GridChannel of, SessionId session, long offset, boolean forward) {
        long now = clock.millis();
        if (of.signed(session, now).isPresent()) {
            return new Kept(Optional.of(of.move(session, forward ? offset : 0)), 0);
        }
        if (!of.full() && !users.keep(of.channel, of.positions.size() + 1)) {
            return new Kept(Optional.empty(), 1);
        }
        return new Kept(Optional.of(offset), of.begin(session, offset, now));
    }

    @Override
    public Optional<StreamPosition> acknowledged(Channel channel, SessionId session) {
        return availability.watch(() -> {
            while (true) {
                Optional<Found> found = channels.find(channel);
                Optional<GridChannel.Position> known =
                        found.flatMap(at -> at.channel().signed(session, clock.millis()));
                if (known.isEmpty()) {
                    return Optional.empty();
                }
                GridChannel of = found.orElseThrow().channel();
                if (channels.replace(found.get(), of)) {
                    return Optional.of(new StreamPosition(of.epoch, known.get().offset()));
                }
            }
        });
    }

    @Override
    public StreamPosition acknowledge(Channel channel, SessionId session, StreamPosition upto) {
        return availability.watch(() -> {
            while (true) {
                Optional<Found> found = channels.find(channel);
                if (found.isEmpty()) {
                    StreamPosition start = start(channel);
                    check(upto, start);
                    return start;
                }
                found = channels.confirm(found.get());
                if (found.isEmpty()) {
                    continue;
                }
                GridChannel of = found.get().channel();
                check(upto, seen(found.get()));
                if (of.top == 0 && !of.positions.containsKey(session.value())) {
                    // There is nothing to acknowledge.
                    return of.position();
                }
                of.acknowledge(upto.offset());
                Kept kept = keep(of, session, upto.offset(), true);
                if (channels.replace(found.get(), of)) {
                    positionsDropped.add(kept.dropped());
                    return new StreamPosition(of.epoch, kept.position().orElse(upto.offset()));
                }
            }
        });
    }

    private static void check(StreamPosition upto, StreamPosition top) {
        if (!upto.mayBeOf(top.epoch())) {
            throw UnknownPositionException.ofAnotherEpoch();
        }
        if (upto.offset() > top.offset()) {
            throw UnknownPositionException.beyondTheTop();
        }
    }

    @Override
    public Sweep sweep(Readers readers) {
        return availability.watch(() -> {
            long now = clock.millis();
            long keptFor = retention.get().positionTimeToLive().toMillis();
            names.renew();
            GridSweep sweep = new GridSweep(readers, now, oldestFresh(), now - keptFor, now - keptFor / SIGNS);
            long total = 0;
            for (Found each : channels.all()) {
                total += sweep(each, sweep);
            }
            count(total);
            users.sweep(channels, now - keptFor);
            groups.renew();
            expired.add(sweep.expired);
            return new Sweep(sweep.seen, sweep.expired, sweep.forgotten);
        });
    }

    /** Sweeps a channel, as it is by then. Returns its bytes. */
    private long sweep(Found first, GridSweep sweep) {
        Optional<Found> found = Optional.of(first);
        sweep.seen++;
        while (found.isPresent()) {
            Found at = found.get();
            GridChannel of = at.channel();
            int before = of.positions.size();
            int gone = of.dropUntil(sweep.olderThan(), Reason.EXPIRED);
            boolean noted = sweep.notes(of);
            boolean changed = gone > 0 || noted || channels.former(at);
            if (sweep.ends(of)) {
                // The record that is removed must be the one that was read.
                if (!changed || channels.replace(at, of)) {
                    sweep.expired += gone;
                    return forgottenNow(of.channel, sweep) ? 0 : of.bytes() + CHANNEL_BYTES;
                }
            } else if (!changed || channels.replace(at, of)) {
                sweep.expired += gone;
                if (of.positions.size() != before) {
                    users.kept(of.channel, of.positions.size());
                }
                return of.bytes() + CHANNEL_BYTES;
            }
            found = channels.find(of.channel);
        }
        return 0;
    }

    private boolean forgottenNow(Channel channel, GridSweep sweep) {
        Optional<Found> found = channels.find(channel);
        if (found.isPresent() && sweep.ends(found.get().channel()) && forget(found.get())) {
            sweep.forgotten++;
            return true;
        }
        return found.isEmpty();
    }

    /** What a sweep does to a channel, and what it has done. Confined to its thread. */
    private static final class GridSweep {
        private final Readers readers;
        private final long now;
        private final long olderThan;
        private final long quietSince;
        private final long signDue;
        private long seen;
        private long expired;
        private long forgotten;

        GridSweep(Readers readers, long now, long olderThan, long quietSince, long signDue) {
            this.readers = readers;
            this.now = now;
            this.olderThan = olderThan;
            this.quietSince = quietSince;
            this.signDue = signDue;
        }

        long olderThan() {
            return olderThan;
        }

        /** Notes readers, and forgets silent sessions. Returns whether the channel has changed. */
        boolean notes(GridChannel of) {
            boolean changed =
                    of.forgetQuiet(quietSince, signDue, now, session -> readers.connected(of.channel.owner(), session));
            if (readers.any(of.channel) && of.lastSign <= signDue) {
                of.lastSign = now;
                changed = true;
            }
            return changed;
        }

        boolean ends(GridChannel of) {
            return of.quiet(quietSince) && !readers.any(of.channel);
        }
    }

    @Override
    public Ledger ledger() {
        return reconcile().total();
    }

    @Override
    public Ledger ledger(UserId user) {
        return availability.watch(
                () -> channels.of(user).stream().map(GridChannel::ledger).reduce(Ledger.EMPTY, Ledger::plus));
    }

    @Override
    public Reconciliation reconcile() {
        return availability.watch(() -> {
            long number = 0;
            long imbalanced = 0;
            Ledger total = Grid.call(() -> ledger(forgotten.get(TOTAL)));
            Optional<String> first = Optional.empty();
            for (Found each : channels.all()) {
                Ledger ledger = each.channel().ledger();
                number++;
                total = total.plus(ledger);
                if (ledger.imbalance() != 0) {
                    imbalanced++;
                    first = first.or(() -> Optional.of(each.channel().channel.name()));
                }
            }
            return new Reconciliation(number, imbalanced, total, first);
        });
    }

    @Override
    public long footprint() {
        long known = bytes.get();
        // Not counted yet.
        return known > Long.MAX_VALUE / 4 ? 0 : known;
    }

    @Override
    public LogStats stats() {
        return availability.watch(() -> {
            long known = 0;
            long publications = 0;
            long size = 0;
            long positions = 0;
            for (Found each : channels.all()) {
                known++;
                publications += each.channel().retained.size();
                size += each.channel().bytes();
                positions += each.channel().positions.size();
            }
            return new LogStats(
                    known,
                    publications,
                    size,
                    appended.sum(),
                    expired.sum(),
                    evictedByChannel.sum(),
                    evictedByTotal.sum(),
                    removed.sum(),
                    positions,
                    positionsDropped.sum(),
                    channelsEvicted.sum());
        });
    }

    @Override
    public void close() {
        appends.close();
        callers.close();
        readers.close();
        committers.close();
        quorum.close();
        names.close();
        LOG.log(Level.DEBUG, "The log on the grid of {0} is closed", hazelcast.getName());
    }
}
