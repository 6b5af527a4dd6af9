package dev.cordon.kpi;

import dev.cordon.api.ApiCounters;
import dev.cordon.canary.CanaryReport;
import dev.cordon.cluster.ClusterCounters;
import dev.cordon.gateway.SocketCounters;
import dev.cordon.heap.HeapAccount;
import dev.cordon.heap.HeapShare;
import dev.cordon.hook.HookCounters;
import dev.cordon.hook.http.HttpHookCounters;
import dev.cordon.legacy.MigrationCounters;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.Ledger;
import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.Reconciliation;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.Limits;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.manager.WebSocketManager;
import dev.cordon.manager.WriteBatch;
import dev.cordon.metric.Metric;
import dev.cordon.metric.MetricList;
import dev.cordon.outbox.OutboxCounters;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Payload;
import dev.cordon.publish.Publisher;
import dev.cordon.upkeep.Cleanup;
import dev.cordon.upkeep.CleanupInterval;
import dev.cordon.upkeep.Duties;
import dev.cordon.upkeep.Duty;
import dev.cordon.upkeep.LedgerSweep;
import dev.cordon.upkeep.Sweep;
import dev.cordon.upkeep.Sweeps;
import dev.cordon.upkeep.Tick;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A node without a container, with its upkeep and its metrics, on a hand-driven clock. */
public final class KpiNode {
    public static final int KEPT_A_CHANNEL = 16;
    public static final int KEPT_BYTES = 64 * 1024;
    /** The interval between two cleanups. */
    public static final Duration INTERVAL = Duration.ofMinutes(5);

    public final TestNode node = new TestNode(
            Limits.DEFAULTS, new Retention(KEPT_A_CHANNEL, KEPT_BYTES, Duration.ofMinutes(10), KEPT_BYTES));
    public final Cleanup cleanup;
    public final LedgerSweep ledger;
    public final Tick tick;
    public final Duties duties = new Duties(node.time);
    public final Kpis kpis;
    /** A task of the test that runs with the timers. */
    volatile Runnable endless = () -> {};
    /** The number of publications that the log pretends to have lost. */
    public long lost;

    public final AlertBoard board;
    public final AlertWebhook webhook;
    public volatile AlertSettings alertSettings = AlertSettings.DEFAULTS;
    /** Managers that stay referenced after their release. */
    final List<WebSocketManager> holders = new ArrayList<>();
    /** Events that the board reported. */
    public final List<AlertEvent> events = new ArrayList<>();
    /** Bytes that the last collection of the old generation left, and the number of collections. */
    volatile OptionalLong collected = OptionalLong.empty();

    private final CountDownLatch hanging = new CountDownLatch(1);
    final AtomicLong collections = new AtomicLong();
    final LeakWatch leaks;
    final CanaryReport canary = new CanaryReport(node.time);
    /** The result of a sweep whose objects cannot be removed. */
    public Sweep.Found holding = new Sweep.Found(0, 0);

    final Map<HeapShare, AtomicLong> held = new EnumMap<>(HeapShare.class);
    final Map<HeapShare, AtomicLong> limits = new EnumMap<>(HeapShare.class);
    private final HeapAccount heap = new HeapAccount();
    public final SocketCounters socket = new SocketCounters();
    public final ApiCounters api = new ApiCounters();
    final ClusterCounters cluster = new ClusterCounters(node.time);
    final HookCounters hooks = new HookCounters();
    public final HttpHookCounters httpHooks = new HttpHookCounters();
    final ClusterCounters.Hearing hearing = cluster.hearing();
    final OutboxCounters outbox = new OutboxCounters(node.time);

    public final MigrationCounters migration = new MigrationCounters();

    public KpiNode() {
        this(List.of());
    }

    /** @param more metrics beside those of sockets and the server API */
    public KpiNode(List<MetricList> more) {
        List<MetricList> waysIn = new ArrayList<>(List.of(
                socket.metrics(),
                api.metrics(),
                cluster.metrics(),
                outbox.metrics(),
                hooks.metrics(),
                httpHooks.metrics(),
                migration.metrics()));
        waysIn.addAll(more);
        for (HeapShare share : HeapShare.values()) {
            heap.enter(
                    share,
                    held.computeIfAbsent(share, s -> new AtomicLong())::get,
                    limits.computeIfAbsent(share, s -> new AtomicLong())::get);
        }
        List<Sweep> sweeps =
                new ArrayList<>(Sweeps.of(node.factory, node::limits, node.log, node.idempotency, node.time));
        ledger = new LedgerSweep(new Losing());
        sweeps.add(ledger);
        sweeps.add(new Holding());
        cleanup = new Cleanup(sweeps, node.time);
        tick = new Tick(node.factory, node.time, node.time, Duration.ofMillis(300));
        webhook = new AlertWebhook(() -> alertSettings, node.time);
        leaks = new LeakWatch(collections::get, node.time);
        node.factory.whenReleased(leaks::released);
        Watches watches = new Watches(
                new CleanupInterval(() -> INTERVAL),
                new MemoryWatch(() -> collected, () -> node.factory.stats().users(), node.time, Duration.ZERO),
                leaks,
                canary);
        kpis = new Kpis(
                new Sources(
                        node.factory,
                        node.counters,
                        node.published,
                        node.idempotency,
                        node.log,
                        cleanup,
                        ledger,
                        tick,
                        duties,
                        node.time,
                        heap,
                        waysIn),
                watches);
        board = new AlertBoard(kpis, () -> alertSettings, List.of(events::add), node.time, node.time);
    }

    /** Calls a counting method of the counters of sockets or the server API, which only their own package may call. */
    public static void count(Object counters, String method, Enum<?> label, int times) {
        try {
            Method counting = counters.getClass().getDeclaredMethod(method, label.getDeclaringClass());
            counting.setAccessible(true);
            for (int i = 0; i < times; i++) {
                counting.invoke(counters, label);
            }
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(method, e);
        }
    }

    /** Runs one action after others, with the default limits and without connections. */
    void afresh(Movers.Mover mover) {
        node.limits = Limits.DEFAULTS;
        node.factory.connections().forEach(connection -> connection.close(Disconnect.NORMAL));
        mover.action().accept(this);
    }

    /** Returns the value of each metric, by name and labels. */
    Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        kpis.metrics().forEach(metric -> values.put(id(metric), metric.value().getAsDouble()));
        return values;
    }

    MetricsExporter exporter(FakeRegistry registry) {
        return new MetricsExporter(registry.registry(), kpis, board, webhook);
    }

    /** Returns all metrics of {@code /metrics}. */
    public List<Metric> exported() {
        return Stream.of(kpis.metrics(), board.metrics(), webhook.metrics())
                .flatMap(List::stream)
                .toList();
    }

    static String id(Metric metric) {
        return metric.labels().isEmpty() ? metric.name() : metric.name() + metric.labels();
    }

    /** Connects a client whose writes from now on end only when the test completes them. */
    Peer connectSlow(String user) {
        Peer peer = node.connect(user, "s");
        peer.wire().mode(FakeTransport.Mode.HELD);
        return peer;
    }

    void publish(String user, int times) {
        for (int i = 0; i < times; i++) {
            node.publish(user);
        }
    }

    void publish(String user, String key) {
        try (WriteBatch writes = new WriteBatch()) {
            node.publisher.publish(TestNode.personal(user), Payload.json("{}"), Optional.of(key), writes);
        }
    }

    /** Simulates a collection of the old generation that leaves this many bytes. */
    void collected(long bytes) {
        collected = OptionalLong.of(bytes);
        observe();
    }

    void observe() {
        node.time.advance(Kpis.OBSERVED_EVERY);
        kpis.tick();
    }

    void dutyFails(Duty duty) {
        duties.turn(duty, () -> {
            throw new IllegalStateException("fails");
        });
    }

    /** Makes the tick hang at a ping to the peer, until {@link #letGo}. */
    void hangs(Peer peer) {
        peer.wire().whileWriting(() -> {
            try {
                hanging.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        node.time.advance(Duration.ofSeconds(25));
        tick.run();
    }

    void letGo() {
        hanging.countDown();
        Awaitility.await().until(() -> tick.hanging() == 0);
    }

    /** Keeps a reference to the peer's manager. */
    void held(Peer peer) {
        holders.add(node.factory
                .find(peer.connection().context().orElseThrow().key())
                .orElseThrow());
    }

    /** Runs the garbage collector of this process until the witness of the leak watch has become old and was collected. */
    void oldGenerationCollected() {
        long before = leaks.testimonies();
        observe();
        collections.addAndGet(LeakWatch.OLD_AFTER);
        observe();
        Awaitility.await().until(() -> {
            System.gc();
            observe();
            return leaks.testimonies() > before;
        });
    }

    /** Advances time and collections so far that each manager still referenced is a leak. */
    void leakProven() {
        observe();
        node.time.advance(LeakWatch.SETTLED);
        for (int i = 0; i < LeakWatch.SURVIVED; i++) {
            oldGenerationCollected();
        }
    }

    /** Publishes to a log that fails. */
    void publishInVain(String user) {
        MemoryUserLog broken = new MemoryUserLog(
                () -> {
                    throw new IllegalStateException("no room");
                },
                node.time);
        Publisher publisher = new Publisher(broken, node.factory, node.idempotency, node.published, node.time);
        try (WriteBatch writes = new WriteBatch()) {
            publisher.publish(TestNode.personal(user), Payload.json("{}"), Optional.empty(), writes);
            throw new AssertionError("the log took it");
        } catch (IllegalStateException e) {
            // Expected.
        }
    }

    /** Runs an action during which reading the limits fails. */
    void withoutLimits(Runnable action) {
        node.whenAsked = () -> {
            throw new IllegalStateException("no settings");
        };
        try {
            action.run();
        } finally {
            node.whenAsked = () -> {};
        }
    }

    private final class Losing implements ForwardingUserLog {
        @Override
        public UserLog log() {
            return node.log;
        }

        @Override
        public Reconciliation reconcile() {
            Reconciliation real = node.log.reconcile();
            Ledger total = real.total().plus(new Ledger(lost, 0, 0, 0, 0, 0));
            return new Reconciliation(real.channels(), lost == 0 ? 0 : 1, total, real.first());
        }
    }

    private final class Holding implements Sweep {
        @Override
        public String name() {
            return "holding";
        }

        @Override
        public Found run() {
            return holding;
        }
    }
}
