package dev.cordon.kpi;

import dev.cordon.canary.CanaryReport;
import dev.cordon.heap.HeapAccount;
import dev.cordon.heap.HeapShare;
import dev.cordon.kpi.Sources.Front;
import dev.cordon.log.ForwardingUserLog;
import dev.cordon.log.Ledger;
import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.Reconciliation;
import dev.cordon.log.Retention;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Cork;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.Limits;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.manager.WebSocketManager;
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
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A node without a container, with its upkeep and its figures, on a hand-driven clock. */
public final class KpiNode {
    public static final int KEPT_A_CHANNEL = 16;
    public static final int KEPT_BYTES = 64 * 1024;
    /** Between two cleanups. */
    public static final Duration INTERVAL = Duration.ofMinutes(5);

    public final TestNode node = new TestNode(
            Limits.DEFAULTS, new Retention(KEPT_A_CHANNEL, KEPT_BYTES, Duration.ofMinutes(10), KEPT_BYTES));
    public final Cleanup cleanup;
    public final LedgerSweep ledger;
    public final Tick tick;
    public final Duties duties = new Duties(node.time);
    public final Kpis kpis;
    /** Runs with the timers. */
    volatile Runnable endless = () -> {};
    /** Publications that the log is to have lost. */
    public long lost;

    public final AlertBoard board;
    public final AlertWebhook webhook;
    public volatile AlertSettings alertSettings = AlertSettings.DEFAULTS;
    /** Managers that somebody goes on referring to. */
    final List<WebSocketManager> holders = new ArrayList<>();
    /** What the board told. */
    public final List<AlertEvent> events = new ArrayList<>();
    /** What the last collection of the old generation left, and how many collections there were. */
    volatile OptionalLong collected = OptionalLong.empty();

    private final CountDownLatch hanging = new CountDownLatch(1);
    final AtomicLong collections = new AtomicLong();
    final LeakWatch leaks;
    final CanaryReport canary = new CanaryReport(node.time);
    /** What the sweep of things that hold on meets. */
    public Sweep.Found holding = new Sweep.Found(0, 0);

    final Map<HeapShare, AtomicLong> held = new EnumMap<>(HeapShare.class);
    final Map<HeapShare, AtomicLong> limits = new EnumMap<>(HeapShare.class);
    private final HeapAccount heap = new HeapAccount();
    private final Map<Front, Map<String, AtomicLong>> front = new EnumMap<>(Front.class);

    public KpiNode() {
        this(Optional.empty());
    }

    /** With the counters of the ways in that are there in production. */
    public KpiNode(Map<Front, Map<String, LongSupplier>> ways) {
        this(Optional.of(ways));
    }

    private KpiNode(Optional<Map<Front, Map<String, LongSupplier>>> ways) {
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
                        ways.orElseGet(this::ownWays)),
                watches);
        board = new AlertBoard(kpis, () -> alertSettings, List.of(events::add), node.time, node.time);
    }

    private Map<Front, Map<String, LongSupplier>> ownWays() {
        Map<Front, Map<String, LongSupplier>> suppliers = new EnumMap<>(Front.class);
        for (Front way : Front.values()) {
            boolean byReason =
                    way == Front.HANDSHAKES || way == Front.REFUSED || way == Front.CUTS || way == Front.API_REFUSED;
            Map<String, LongSupplier> of = new LinkedHashMap<>();
            for (String label : byReason ? List.of("one", "two") : List.of("")) {
                AtomicLong counter = new AtomicLong();
                front.computeIfAbsent(way, w -> new LinkedHashMap<>()).put(label, counter);
                of.put(label, counter::get);
            }
            suppliers.put(way, of);
        }
        return suppliers;
    }

    void count(Front way, String label, long more) {
        Optional.ofNullable(front.get(way))
                .flatMap(of -> Optional.ofNullable(of.get(label)))
                .orElseThrow()
                .addAndGet(more);
    }

    /** One action after others: with the default limits and with nobody connected. */
    void afresh(Movers.Mover mover) {
        node.limits = Limits.DEFAULTS;
        node.factory.connections().forEach(connection -> connection.close(Disconnect.NORMAL));
        mover.action().accept(this);
    }

    /** Each figure's value, by name and labels. */
    Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        kpis.figures().forEach(figure -> values.put(id(figure), figure.value().getAsDouble()));
        return values;
    }

    MetricsExporter exporter(FakeRegistry registry) {
        return new MetricsExporter(registry.registry(), kpis, board, webhook);
    }

    /** All that stands in {@code /metrics}. */
    public List<Figure> exported() {
        return Stream.of(kpis.figures(), board.figures(), webhook.figures())
                .flatMap(List::stream)
                .toList();
    }

    static String id(Figure figure) {
        return figure.labels().isEmpty() ? figure.name() : figure.name() + figure.labels();
    }

    /** Connected, and from now on slow to take what it is sent: a write ends when the test says so. */
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
        try (Cork cork = new Cork()) {
            node.publisher.publish(TestNode.personal(user), Payload.json("{}"), Optional.of(key), cork);
        }
    }

    /** A collection of the old generation leaves so much. */
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

    /** A ping to it does not end before {@link #letGo}. */
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

    /** Somebody goes on referring to the peer's manager. */
    void held(Peer peer) {
        holders.add(node.factory
                .find(peer.connection().context().orElseThrow().key())
                .orElseThrow());
    }

    /** The collector of this process does all that it can; the witness of the leak watch is old, let go and gone. */
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

    /** So much time and so many collections that what is held by then is a leak. */
    void leakProven() {
        observe();
        node.time.advance(LeakWatch.SETTLED);
        for (int i = 0; i < LeakWatch.SURVIVED; i++) {
            oldGenerationCollected();
        }
    }

    /** A publish to a log that takes nothing. */
    void publishInVain(String user) {
        MemoryUserLog broken = new MemoryUserLog(
                () -> {
                    throw new IllegalStateException("no room");
                },
                node.time);
        Publisher publisher = new Publisher(broken, node.factory, node.idempotency, node.published, node.time);
        try (Cork cork = new Cork()) {
            publisher.publish(TestNode.personal(user), Payload.json("{}"), Optional.empty(), cork);
            throw new AssertionError("the log took it");
        } catch (IllegalStateException e) {
            // As meant.
        }
    }

    /** Whoever asks for the limits meanwhile fails. */
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
