package dev.cordon.jdbc;

import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.Inquiries;
import dev.cordon.cluster.NodeDirectory;
import dev.cordon.cluster.Orders;
import dev.cordon.cluster.SharedSlots;
import dev.cordon.cluster.TableSlots;
import dev.cordon.cluster.ThisNode;
import dev.cordon.cluster.Wakeup;
import dev.cordon.hook.http.EventStore;
import dev.cordon.jdbc.PublicationRemoval.Removed;
import dev.cordon.log.Append;
import dev.cordon.log.Appended;
import dev.cordon.log.Backlog;
import dev.cordon.log.GroupLimits;
import dev.cordon.log.Ledger;
import dev.cordon.log.LogStats;
import dev.cordon.log.LogUnavailableException;
import dev.cordon.log.PatientThreads;
import dev.cordon.log.Reconciliation;
import dev.cordon.log.Retention;
import dev.cordon.log.UserGroups;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Limits;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.RateLimitedLog;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The log of any number of nodes, in a database. Publications, positions and idempotency keys outlive the nodes. A
 * successful append is committed. While the database is lost, calls throw {@code LogUnavailableException}, and
 * {@link #unavailable} tells the reason. The log recovers by itself.
 *
 * <p>An empty channel that was inactive for as long as positions are kept is forgotten. A subscriber on the sweeping
 * node counts as activity. Counts since the start are those of this node.
 */
public final class JdbcUserLog implements UserLog {
    private static final List<Long> NOBODY = List.of(-1L);
    private static final System.Logger LOG = System.getLogger(JdbcUserLog.class.getName());
    private static final RateLimitedLog HELD = new RateLimitedLog(LOG);

    private final Store store;
    private final Database database;
    private final Committer committer;
    private final ChannelMutexes mutexes;
    private final PatientThreads callers = new PatientThreads("cordon-log-caller");
    private final Supplier<Retention> retention;
    private final Clock clock;
    private final Duration keyWindow;
    private volatile @Nullable PublishRules rules;
    private volatile Consumer<List<Append>> whenCommitted = appends -> {};
    /** Payload bytes of all channels, as last read, plus this node's changes since. Huge before the first read. */
    private final AtomicLong bytes = new AtomicLong(Long.MAX_VALUE / 2);

    private final LongAdder appended = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final LongAdder evictedByChannel = new LongAdder();
    private final LongAdder evictedByTotal = new LongAdder();
    private final LongAdder removed = new LongAdder();
    private final LongAdder positionsDropped = new LongAdder();

    JdbcUserLog(Store store, Supplier<Retention> retention, Clock clock, Duration keyWindow) {
        this.store = store;
        this.database = store.database();
        this.retention = retention;
        this.clock = clock;
        this.keyWindow = keyWindow;
        this.committer = new Committer(database, this::commit);
        committer.whenHeld(this::tellHolders);
        this.mutexes = new ChannelMutexes(database.budget().dividedBy(2));
    }

    /**
     * Opens the log and migrates its schema. If the database cannot be reached, the log is unavailable until it can.
     * What is too old is decided by the database's time, so that nodes whose clocks differ agree.
     *
     * @param clock clock of this node
     * @param keyWindow time for which a key is remembered
     * @throws JdbcSettingException if the settings are wrong, so that waiting would not help
     */
    public static JdbcUserLog open(
            JdbcSettings settings, Supplier<Retention> retention, Clock clock, Duration keyWindow) {
        Store store = Store.open(settings.connections());
        DatabaseClock time = new DatabaseClock(clock);
        store.keep(time);
        return new JdbcUserLog(store, retention, time, keyWindow);
    }

    @Override
    public Appended append(Channel channel, Payload payload) {
        return appendAll(List.of(new Append(channel, payload, Optional.empty())))
                .get(0);
    }

    @Override
    public List<Appended> appendAll(List<Append> appends) {
        try {
            return committer.append(appends).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException("interrupted while waiting for the log");
        } catch (ExecutionException e) {
            throw database.failure(e.getCause());
        }
    }

    @Override
    public CompletionStage<List<Appended>> appendLater(List<Append> appends) {
        return committer.append(appends);
    }

    @Override
    public void whenKeptLate(Consumer<Channel> tell) {
        committer.whenLate(tell);
    }

    @Override
    public void whenCommitted(Consumer<List<Append>> tell) {
        whenCommitted = tell;
    }

    /** The directory of the nodes that share this log. */
    public NodeDirectory nodes(ThisNode node) {
        return new DatabaseNodes(database, node, clock);
    }

    /**
     * @param mode the setting that needs a log in PostgreSQL, for the message
     * @throws JdbcSettingException if this log is in another database
     */
    public void requirePostgres(String mode) {
        store.knownDialect()
                .filter(known -> !(known instanceof PostgresDialect))
                .ifPresent(other -> {
                    throw new JdbcSettingException(mode + " needs a log in PostgreSQL: set cordon.jdbc.url to"
                            + " jdbc:postgresql://host:5432/cordon, or cordon.cluster=off");
                });
    }

    /**
     * The wakeups between the nodes that share this log, which is in PostgreSQL.
     *
     * @param node id of this node, without a colon
     */
    public Wakeup wakeup(String node, ClusterCounters counters) {
        return new DatabaseWakeup(database, store.connections(), node, counters);
    }

    /**
     * The orders between the nodes that share this log.
     *
     * @param node id of this node
     */
    public Orders orders(String node) {
        return new DatabaseOrders(database, node);
    }

    /**
     * The questions between the nodes that share this log.
     *
     * @param node id of this node
     */
    public Inquiries inquiries(String node) {
        return new DatabaseInquiries(database, node);
    }

    /**
     * The slots of the nodes that share this log.
     *
     * @param node id of this node, without a colon
     */
    public SharedSlots slots(String node, Supplier<Limits> limits, ClusterCounters counters) {
        return new TableSlots(
                new DatabaseSlotTable(database, new DatabaseOrders(database, node), node), limits, counters);
    }

    /** The groups of the nodes that share this log. */
    public UserGroups groups(Supplier<GroupLimits> limits) {
        return new DatabaseGroups(database, limits);
    }

    /**
     * The events for a back end over HTTP, of all nodes that share this log.
     *
     * @param node id of this node
     */
    public EventStore hookEvents(String node) {
        return new DatabaseEventStore(database, node, clock);
    }

    /**
     * Keeps in the database what a publish by SQL obeys (ADR 0029): the retention, the window of keys and the size of a
     * payload. A change is there within 20 seconds. Does nothing in a database other than PostgreSQL.
     *
     * @param maxPayload largest payload, in bytes
     */
    public void keepRules(IntSupplier maxPayload) {
        rules = new PublishRules(retention, maxPayload, keyWindow);
        store.keep(rules);
    }

    /** Whether an application has ever published by SQL, as of the last look, which is 20 seconds old at most. */
    public boolean publishedBySql() {
        PublishRules of = rules;
        return of != null && of.used();
    }

    @Override
    public boolean waits() {
        return true;
    }

    @Override
    public void patiently(Runnable task) {
        try {
            callers.execute(task);
        } catch (RejectedExecutionException e) {
            throw new LogUnavailableException("too many operations wait for the log's database");
        }
    }

    @Override
    public void reading(Runnable task) {
        database.execute(task);
    }

    @Override
    public int batch() {
        return Committer.MAX_APPENDS / 2;
    }

    private Committer.Result commit(List<Append> appends, boolean patiently) throws SQLException {
        Retention bounds = retention.get();
        AppendTransaction.Outcome outcome =
                store.dialect().append(database, appends, patiently, bounds, clock.millis(), keyWindow);
        if (!outcome.held().isEmpty()) {
            return new Committer.Result(List.of(), outcome.held());
        }
        whenCommitted.accept(appends);
        appended.add(outcome.appended().stream().filter(a -> !a.repeated()).count());
        evictedByChannel.add(outcome.evicted().publications());
        bytes.addAndGet(outcome.bytes() - outcome.evicted().bytes());
        if (bytes.get() > bounds.totalMaxBytes()) {
            makeRoom(bounds.totalMaxBytes(), outcome.channels());
        }
        return Committer.Result.of(outcome.appended());
    }

    /** Names in the log who has locked a channel, so that an operator finds the session. */
    private void tellHolders() {
        if (!(store.dialect() instanceof PostgresDialect)) {
            return;
        }
        try {
            String holders = database.alone(JdbcUserLog::holders);
            HELD.warn(
                    "held",
                    "A channel is locked in the log's database by " + holders
                            + ": publishes to it are answered 503 until that transaction ends");
        } catch (SQLException e) {
            LOG.log(Level.DEBUG, "Who has locked a channel is not known", e);
        }
    }

    private static String holders(Connection connection) throws SQLException {
        try (PreparedStatement read = connection.prepareStatement("SELECT cordon_holders()");
                ResultSet row = read.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    /** Evicts publications beyond the total bytes. A failure does not undo the append: the next one tries again. */
    private void makeRoom(long totalMaxBytes, List<Long> spared) {
        try {
            bytes.set(database.transaction(JdbcUserLog::totals).bytes());
            if (bytes.get() > totalMaxBytes) {
                // Down to nine tenths, so that a full log does not look for the oldest at every append.
                evict(totalMaxBytes / 10 * 9, spared.isEmpty() ? NOBODY : spared);
            }
        } catch (SQLException e) {
            database.failure(e);
        }
    }

    private void evict(long goal, List<Long> spared) throws SQLException {
        Removed gone;
        do {
            long excess = bytes.get() - goal;
            gone = database.transaction(
                    connection -> retentionSweep(c -> true).evictOldest(connection, spared, excess));
            bytes.addAndGet(-gone.bytes());
            evictedByTotal.add(gone.publications());
        } while (bytes.get() > goal && gone.publications() > 0);
    }

    @Override
    public StreamPosition top(Channel channel) {
        return database.read(connection -> ChannelReader.top(connection, channel))
                .orElseGet(() -> registered(channel));
    }

    /** Registers a channel for a reader that is about to follow it, so that the reader's position stays valid. */
    private StreamPosition registered(Channel channel) {
        return mutexes.exclusively(
                channel,
                () -> database.transact(connection ->
                        new ChannelRegistry(store.dialect()).registerForReader(connection, channel, clock.millis())));
    }

    @Override
    public Backlog readAfter(Channel channel, StreamPosition since) {
        return read(channel, Optional.of(since), -1).orElseGet(() -> nothing(registered(channel), Optional.of(since)));
    }

    @Override
    public List<Backlog> readAllAfter(List<Since> channels) {
        long olderThan = oldestFresh();
        Map<Integer, Backlog> found =
                database.read(connection -> store.dialect().after(connection, channels, olderThan));
        List<Backlog> all = new ArrayList<>(channels.size());
        for (int i = 0; i < channels.size(); i++) {
            Backlog known = found.get(i);
            all.add(
                    known != null
                            ? known
                            : readAfter(
                                    channels.get(i).channel(), channels.get(i).position()));
        }
        return all;
    }

    @Override
    public List<StreamPosition> tops(List<Channel> channels) {
        // Behind every offset: nothing but the tops is read.
        StreamPosition behindAll = new StreamPosition("", Long.MAX_VALUE);
        return readAllAfter(channels.stream()
                        .map(channel -> new Since(channel, behindAll))
                        .toList())
                .stream()
                .map(Backlog::top)
                .toList();
    }

    @Override
    public Backlog history(Channel channel, Optional<StreamPosition> since, int limit) {
        return read(channel, since, limit)
                .orElseGet(() -> nothing(database.read(ChannelEpochs::read).start(channel.name()), since));
    }

    private Optional<Backlog> read(Channel channel, Optional<StreamPosition> since, int limit) {
        long olderThan = oldestFresh();
        return database.read(connection -> ChannelReader.after(connection, channel, since, olderThan, limit));
    }

    private static Backlog nothing(StreamPosition top, Optional<StreamPosition> since) {
        return new Backlog(top, since.isEmpty() || ChannelReader.follows(since.get(), top, 0), List.of());
    }

    @Override
    public void remove(Channel channel) {
        Removed gone = mutexes.exclusively(
                channel,
                () -> database.transact(connection -> retentionSweep(c -> true).remove(connection, channel)));
        removed.add(gone.publications());
        bytes.addAndGet(-gone.bytes());
    }

    @Override
    public Sweep sweep(Readers readers) {
        RetentionSweep sweep = retentionSweep(readers);
        long seen = 0;
        long dropped = 0;
        long forgotten = 0;
        RetentionSweep.Page page = new RetentionSweep.Page(0, Removed.NOTHING, 0, 0, false);
        while (!page.end()) {
            long after = page.last();
            page = database.transact(connection -> sweep.page(connection, after));
            seen += page.scanned();
            dropped += page.expired().publications();
            forgotten += page.forgotten();
            expired.add(page.expired().publications());
        }
        bytes.set(database.read(JdbcUserLog::totals).bytes());
        long most = retention.get().totalMaxBytes();
        if (bytes.get() > most) {
            // Other nodes and applications append too, and this one may not.
            database.execute(() -> makeRoom(most, List.of()));
        }
        return new Sweep(seen, dropped, forgotten);
    }

    private RetentionSweep retentionSweep(Readers readers) {
        return new RetentionSweep(store.dialect(), readers, retention.get(), keyWindow, clock.millis());
    }

    @Override
    public StreamPosition follow(Channel channel, SessionId session) {
        return counted(mutexes.exclusively(
                channel,
                () -> database.transact(connection -> positions(connection).follow(channel, session))));
    }

    @Override
    public StreamPosition acknowledge(Channel channel, SessionId session, StreamPosition upto) {
        return counted(mutexes.exclusively(
                channel,
                () -> database.transact(connection -> positions(connection).acknowledge(channel, session, upto))));
    }

    private Positions positions(Connection connection) {
        return new Positions(connection, store.dialect(), clock.millis());
    }

    private StreamPosition counted(Positions.SessionPosition of) {
        positionsDropped.add(of.dropped());
        return of.position();
    }

    @Override
    public Optional<StreamPosition> acknowledged(Channel channel, SessionId session) {
        return database.read(connection -> SessionActivity.position(connection, channel, session, clock.millis()));
    }

    @Override
    public Ledger ledger() {
        return database.read(Ledgers::all);
    }

    @Override
    public Ledger ledger(UserId user) {
        return database.read(connection -> Ledgers.of(connection, user));
    }

    @Override
    public Reconciliation reconcile() {
        Reconciliation sum = new Reconciliation(0, 0, database.read(Ledgers::forgotten), Optional.empty());
        Ledgers.Page page = new Ledgers.Page(sum, 0, false);
        while (!page.end()) {
            long after = page.last();
            page = database.read(connection -> Ledgers.page(connection, after));
            Reconciliation found = page.found();
            sum = new Reconciliation(
                    sum.channels() + found.channels(),
                    sum.imbalanced() + found.imbalanced(),
                    sum.total().plus(found.total()),
                    sum.first().or(found::first));
        }
        return sum;
    }

    private long oldestFresh() {
        return clock.millis() - retention.get().timeToLive().toMillis();
    }

    private record Totals(long channels, long publications, long bytes, long positions) {}

    private static Totals totals(Connection connection) throws SQLException {
        try (PreparedStatement read =
                        connection.prepareStatement("SELECT COUNT(*), COALESCE(SUM(kept), 0), COALESCE(SUM(bytes), 0),"
                                + " (SELECT COUNT(*) FROM cordon_session) FROM cordon_channel");
                ResultSet row = read.executeQuery()) {
            row.next();
            return new Totals(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
        }
    }

    @Override
    public LogStats stats() {
        Totals now = database.read(JdbcUserLog::totals);
        return new LogStats(
                now.channels(),
                now.publications(),
                now.bytes(),
                appended.sum(),
                expired.sum(),
                evictedByChannel.sum(),
                evictedByTotal.sum(),
                removed.sum(),
                now.positions(),
                positionsDropped.sum(),
                0);
    }

    @Override
    public Optional<String> unavailable() {
        return database.availability().lost();
    }

    @Override
    public Duration unavailableFor() {
        // A database that was never reached cannot come back within a moment.
        return store.knownDialect().isEmpty()
                ? ChronoUnit.FOREVER.getDuration()
                : database.availability().lostFor();
    }

    @Override
    public void close() {
        callers.close();
        committer.close();
        store.close();
    }
}
