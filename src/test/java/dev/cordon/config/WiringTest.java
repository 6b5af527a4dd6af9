package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.api.ApiCounters;
import dev.cordon.api.ApiSettings;
import dev.cordon.auth.DevTokens;
import dev.cordon.auth.TokenVerifier;
import dev.cordon.canary.CanaryReport;
import dev.cordon.cluster.OtherNodes;
import dev.cordon.cluster.Presence;
import dev.cordon.cluster.ThisNode;
import dev.cordon.console.ClosedConnections;
import dev.cordon.console.ConsoleSources;
import dev.cordon.endpoint.GatewaySockets;
import dev.cordon.endpoint.ServerConnections;
import dev.cordon.endpoint.ServerPlatform;
import dev.cordon.gateway.Gateway;
import dev.cordon.gateway.SocketCounters;
import dev.cordon.heap.HeapAccount;
import dev.cordon.heap.HeapShare;
import dev.cordon.hook.HookCounters;
import dev.cordon.hook.HookDispatcher;
import dev.cordon.hook.http.HttpHookCounters;
import dev.cordon.http.Exchanges;
import dev.cordon.kpi.AlertBoard;
import dev.cordon.kpi.AlertEvent;
import dev.cordon.kpi.AlertWebhook;
import dev.cordon.kpi.Kpis;
import dev.cordon.kpi.Watches;
import dev.cordon.legacy.LegacyManager;
import dev.cordon.legacy.MigrationAdapter;
import dev.cordon.legacy.MigrationCounters;
import dev.cordon.legacy.SingletonWebSocketManager;
import dev.cordon.log.Appended;
import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.PatientThreads;
import dev.cordon.log.UserGroups;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Admissions;
import dev.cordon.manager.Connection;
import dev.cordon.manager.Counters;
import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.Limits;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.UserContext;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.manager.WriteBatch;
import dev.cordon.metric.Metric;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.GroupName;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.UserId;
import dev.cordon.publish.Idempotency;
import dev.cordon.publish.PublishCounters;
import dev.cordon.publish.Publisher;
import dev.cordon.upkeep.Cleanup;
import dev.cordon.upkeep.CleanupInterval;
import dev.cordon.upkeep.Drain;
import dev.cordon.upkeep.Duties;
import dev.cordon.upkeep.LedgerSweep;
import dev.cordon.upkeep.SweepReport;
import dev.cordon.upkeep.Tick;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The parts of a node, put together as CDI does it. */
class WiringTest {
    private static final Channel ALICE = Channel.parse("#alice");

    private final FakeSettings settings = FakeSettings.withSecret().set("cordon.payara", "false");
    private final Wiring wiring = new Wiring();
    private final Clock clock = wiring.clock();
    private final Ticker ticker = wiring.ticker();
    private final Start start = Start.decide(settings.source(), clock);
    private final Supplier<Limits> limits = wiring.limits(start);
    private final Counters counters = wiring.counters();
    private final PublishCounters published = wiring.publishCounters();
    private final SocketCounters sockets = wiring.socketCounters();
    private final ApiCounters api = wiring.apiCounters();
    private final UserLog log = wiring.log(start, Optional.empty(), clock);
    private final UserGroups groups = wiring.groups(start, log, Optional.empty());
    private final WebSocketManagerFactory factory =
            new WebSocketManagerFactory(limits, counters, wiring.guard(counters), ticker);
    private final Admissions admissions = wiring.admissions(factory, limits, counters, ticker);
    private final Idempotency idempotency = wiring.idempotency(published, ticker);
    private final Publisher publisher = wiring.publisher(log, factory, idempotency, published, ticker);
    private final TokenVerifier verifier = wiring.verifier(start, clock);
    private final ServerPlatform platform = wiring.serverPlatform(start);
    private final ThisNode node = wiring.thisNode(start, platform);
    private final OtherNodes others = wiring.otherNodes(Optional.empty());
    private final Presence presence = wiring.presence(node, factory, others);
    private final Gateway gateway = wiring.gateway(
            start,
            factory,
            admissions,
            verifier,
            log,
            publisher,
            presence,
            limits,
            sockets,
            clock,
            ticker,
            wiring.devNode(start, platform),
            HookDispatcher.NONE);
    private final GatewaySockets gatewaySockets = wiring.gatewaySockets(start, gateway);
    private final ServerConnections connections = wiring.serverConnections(platform, sockets);
    private final PatientThreads patient = wiring.patientThreads();
    private final Exchanges exchanges = wiring.exchanges(connections, patient);
    private final LedgerSweep ledger = wiring.ledgerSweep(log);
    private final Cleanup cleanup =
            wiring.cleanup(factory, limits, log, idempotency, ledger, gatewaySockets, clock, ticker);
    private final CleanupInterval interval = wiring.cleanupInterval(start);
    private final Tick tick = wiring.tick(factory, clock, ticker);
    private final Duties duties = wiring.duties(ticker);
    private final CanaryReport canary = wiring.canaryReport(ticker);
    private final Watches watches = wiring.watches(factory, interval, canary, ticker);
    private final HeapAccount heap =
            wiring.heapAccount(start, factory, log, groups, idempotency, gatewaySockets, connections, exchanges);
    private final MigrationCounters migrationCounters = wiring.migrationCounters();
    private final Kpis kpis = wiring.kpis(
            factory,
            counters,
            published,
            idempotency,
            log,
            cleanup,
            ledger,
            tick,
            duties,
            ticker,
            sockets,
            api,
            wiring.clusterCounters(),
            wiring.outboxCounters(ticker),
            new HookCounters(),
            new HttpHookCounters(),
            migrationCounters,
            heap,
            watches);

    @AfterEach
    void close() {
        wiring.close(patient);
        wiring.close(log);
    }

    private Connection connected(FakeTransport wire) {
        Connection connection = factory.accept(wire).orElseThrow();
        UserContext alice = new UserContext(
                new UserId("alice"), new SessionId("s"), false, Instant.now().plusSeconds(3_600));
        connection.attach(alice, ALICE);
        factory.open(connection, alice);
        return connection;
    }

    private void publish() {
        try (WriteBatch writes = new WriteBatch()) {
            publisher.publish(ALICE, Payload.json("1"), Optional.empty(), writes);
        }
    }

    private double value(String name) {
        return kpis.metrics().stream()
                .filter(metric -> metric.name().equals(name))
                .map(Metric::value)
                .findFirst()
                .orElseThrow()
                .getAsDouble();
    }

    @Test
    void settingsThatChangeAreReadAgain() {
        Supplier<ApiSettings> apiSettings = wiring.apiSettings(start);
        Drain drain = wiring.drain(start, factory);
        Duration longest = drain.longest();
        settings.set("cordon.max-connections", "17")
                .set("cordon.message.max-bytes", "2048")
                .set("cordon.cleanup-interval", "PT77S");
        assertThat(limits.get().maxConnections()).isNotEqualTo(17);

        start.live().refresh();

        assertThat(limits.get().maxConnections()).isEqualTo(17);
        assertThat(apiSettings.get().maxMessageBytes()).isEqualTo(2048);
        assertThat(interval.duration()).isEqualTo(Duration.ofSeconds(77));
        assertThat(longest).isPositive();
        assertThat(heap.limit(HeapShare.CONNECTIONS)).isEqualTo(17 * HeapShare.CONNECTION_BYTES);
    }

    @Test
    void thePartsShareTheirCounters() {
        Connection connection = connected(new FakeTransport());
        publish();
        sockets.commands.add(2);
        api.requests.add(3);
        canary.sent.add(4);

        assertThat(value("cordon_connects_total")).isEqualTo(1);
        assertThat(value("cordon_accepted_total")).isEqualTo(1);
        assertThat(published.accepted.sum()).isEqualTo(1);
        assertThat(value("cordon_commands_total")).isEqualTo(2);
        assertThat(value("cordon_api_requests_total")).isEqualTo(3);
        assertThat(value("cordon_canary_sent_total")).isEqualTo(4);
        assertThat(log.stats().publications()).isEqualTo(1);
        assertThat(heap.used(HeapShare.CONNECTIONS)).isEqualTo(HeapShare.CONNECTION_BYTES);
        connection.close(Disconnect.NORMAL);
        assertThat(value("cordon_managers_uncollected"))
                .as("the watch for leaks hears of ends")
                .isEqualTo(1);
    }

    @Test
    @DisplayName("the heap's account has each share, with what is used of it and its bound")
    void theHeapIsAccountedFor() {
        publish();
        Appended last = log.append(ALICE, Payload.json("2"));
        log.acknowledge(
                ALICE,
                new SessionId("s"),
                new StreamPosition(last.epoch(), last.publication().offset()));
        groups.add(new GroupName("room"), List.of(new UserId("alice")));

        assertThat(heap.used(HeapShare.HISTORY)).isEqualTo(log.footprint()).isPositive();
        assertThat(heap.limit(HeapShare.HISTORY))
                .isEqualTo(start.live().get().retention().totalMaxBytes());
        assertThat(heap.used(HeapShare.POSITIONS)).isEqualTo(MemoryUserLog.POSITION_BYTES);
        assertThat(heap.limit(HeapShare.POSITIONS))
                .isEqualTo((long) MemoryUserLog.maxPositions() * MemoryUserLog.POSITION_BYTES);
        assertThat(heap.used(HeapShare.GROUPS)).isEqualTo(groups.footprint()).isPositive();
        assertThat(heap.limit(HeapShare.QUEUES)).isEqualTo(limits.get().queueTotalMaxBytes());
        assertThat(HeapShare.values())
                .filteredOn(share -> share != HeapShare.ANSWERS)
                .allSatisfy(
                        share -> assertThat(heap.limit(share)).as(share.name()).isPositive());
    }

    @Test
    @DisplayName("the heap's account of a node with its log in a database has no share of the log, which is not there")
    void aLogElsewhereTakesNoHeap() {
        Start database = Start.decide(
                FakeSettings.withSecret()
                        .set("cordon.log", "jdbc")
                        .set("cordon.jdbc.url", "jdbc:h2:mem:heap")
                        .source(),
                clock);
        HeapAccount account =
                wiring.heapAccount(database, factory, log, groups, idempotency, gatewaySockets, connections, exchanges);

        assertThat(List.of(HeapShare.HISTORY, HeapShare.POSITIONS, HeapShare.GROUPS))
                .allSatisfy(share ->
                        assertThat(account.limit(share)).as(share.name()).isZero());
        assertThat(account.limit(HeapShare.QUEUES)).isPositive();
    }

    @Test
    void theCleanupHasAllItsSweeps() {
        assertThat(cleanup.run())
                .extracting(SweepReport::sweep)
                .containsExactly(
                        "overdue-connections",
                        "idle-managers",
                        "stale-channels",
                        "idempotency-keys",
                        "ledger-imbalances",
                        "lost-upgrades",
                        "connect-rates");
        assertThat(ledger.last().channels()).isZero();
    }

    @Test
    void theLogIsInMemoryUnlessASettingSaysOtherwise() {
        assertThat(log).isInstanceOf(MemoryUserLog.class);
        publish();
        settings.set("cordon.history.size", "0");
        start.live().refresh();
        publish();
        assertThat(log.stats().publications()).isZero();

        Start database = Start.decide(
                FakeSettings.withSecret()
                        .set("cordon.log", "jdbc")
                        .set("cordon.jdbc.url", "jdbc:h2:mem:wiring")
                        .source(),
                clock);
        UserLog stored = wiring.log(database, Optional.empty(), clock);
        assertThat(stored.waits()).isTrue();
        wiring.close(stored);
        assertThatThrownBy(() -> stored.append(ALICE, Payload.json("1"))).hasMessage("the log is closed");
    }

    @Test
    void theGroupsAreClosedWithTheApplication() {
        List<String> called = new ArrayList<>();
        UserGroups elsewhere = (UserGroups) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {UserGroups.class}, (self, method, arguments) -> {
                    called.add(method.getName());
                    return null;
                });

        wiring.close(elsewhere);

        assertThat(called).containsExactly("close");
    }

    @Test
    void theContainerCallsEachCloseAtTheEnd() {
        assertThat(Wiring.class.getDeclaredMethods())
                .filteredOn(method -> method.getName().equals("close"))
                .hasSize(3)
                .allSatisfy(method -> assertThat(method.getParameters()[0].isAnnotationPresent(Disposes.class))
                        .isTrue());
    }

    @Test
    void aDatabaseThatCannotWorkRejectsTheStart() {
        Start database = Start.decide(
                FakeSettings.withSecret()
                        .set("cordon.log", "jdbc")
                        .set("cordon.jdbc.url", "jdbc:mysql://x/y")
                        .source(),
                clock);

        assertThatThrownBy(() -> wiring.log(database, Optional.empty(), clock))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("cordon.jdbc.url must begin with");
    }

    @Test
    void aServerWithoutAGridRejectsTheStart() {
        Start grid = Start.decide(
                FakeSettings.withSecret()
                        .set("cordon.log", "grid")
                        .set("cordon.cluster", "grid")
                        .set("cordon.grid.key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
                        .source(),
                clock);

        assertThatThrownBy(() -> wiring.grid(grid))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("cordon.cluster=grid needs the server's data grid");
    }

    @Test
    void aNodeWithoutADatabaseIsAlone() {
        Optional<Carriers> carriers =
                wiring.carriers(start, node, log, wiring.grid(start), limits, wiring.clusterCounters());

        assertThat(carriers).isEmpty();
        assertThat(wiring.cluster(carriers, node, log, factory, admissions, wiring.clusterCounters(), ticker))
                .isEmpty();
        assertThat(presence.waits()).isFalse();
        assertThat(presence.of(ALICE)).isEmpty();
        connected(new FakeTransport());
        assertThat(presence.of(ALICE)).extracting(Presence.Present::node).containsExactly(node.id());
        assertThat(node.address()).isNotEmpty();
    }

    @Test
    void keysAndTokensAreThoseOfTheStart() {
        Start development = Start.decide(
                FakeSettings.none()
                        .set("cordon.mode", "dev")
                        .set("cordon.api.keys", "k".repeat(32))
                        .source(),
                clock);
        DevTokens tokens = wiring.devTokens(development).orElseThrow();
        String token = tokens.issue(new UserId("alice"), Set.of(), Optional.empty(), Duration.ofHours(1));

        assertThat(wiring.verifier(development, clock).verify(token).user()).isEqualTo(new UserId("alice"));
        assertThat(wiring.apiKeys(development)).isSameAs(development.apiKeys());
        assertThat(wiring.devTokens(start)).isEmpty();
    }

    @Test
    void withoutPayaraTheServerIsPortable() {
        assertThat(platform).isSameAs(ServerPlatform.PORTABLE);
        assertThat(connections).isSameAs(ServerConnections.UNKNOWN);
        assertThat(wiring.transportSelector(start, connections)).isNotNull();
    }

    @Test
    void threadsForRequestsAreBusyUntilTheEnd() throws Exception {
        CompletableFuture<String> name = new CompletableFuture<>();
        patient.execute(() -> name.complete(Thread.currentThread().getName()));
        assertThat(name.get()).isEqualTo("cordon-requests");

        wiring.close(patient);

        assertThatThrownBy(() -> patient.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    @SuppressWarnings("unchecked")
    void alertsReachTheObservers() {
        List<AlertEvent> heard = new ArrayList<>();
        Event<AlertEvent> observers = (Event<AlertEvent>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Event.class}, (self, method, arguments) -> {
                    heard.add((AlertEvent) arguments[0]);
                    return null;
                });
        AlertWebhook webhook = wiring.webhook(start, ticker);
        AlertBoard board = wiring.alertBoard(start, kpis, webhook, observers, clock, ticker);
        counters.failedCreations.increment();

        board.evaluate();

        assertThat(heard).extracting(AlertEvent::kpi).contains("failed_creations");
        webhook.stop();
    }

    @Test
    void theConsoleShowsThisNode() {
        ClosedConnections closes = wiring.closes(factory, clock);
        AlertBoard board = wiring.alertBoard(start, kpis, wiring.webhook(start, ticker), nobody(), clock, ticker);
        ConsoleSources sources =
                wiring.consoleSources(node, others, factory, kpis, board, cleanup, closes, migrationCounters, clock);

        assertThat(sources.factory()).isSameAs(factory);
        assertThat(sources.closes()).isSameAs(closes);
        assertThat(sources.board()).isSameAs(board);
        assertThat(wiring.consoleApi(verifier, sources, publisher, wiring.drain(start, factory), log, clock, ticker)
                        .feed())
                .isNotNull();
        assertThat(wiring.management()).isNotNull();
        assertThat(wiring.health(factory, tick, duties, cleanup, interval, Optional.empty()))
                .isNotNull();
    }

    @SuppressWarnings("unchecked")
    private Event<AlertEvent> nobody() {
        return (Event<AlertEvent>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Event.class}, (self, method, arguments) -> null);
    }

    @Test
    void theMigrationAdapterIsMadeForAnApplicationThatUsesIt() {
        assertThat(migrationCounters.adapter()).isEmpty();
        MigrationAdapter adapter =
                wiring.migrationAdapter(start, beans(), factory, publisher, migrationCounters, clock, ticker);
        UserId alice = new UserId("alice");
        adapter.connect(alice, MigrationAdapter.SESSION, new FakeTransport());
        settings.set("cordon.migration.share", "100");
        start.live().refresh();
        adapter.connect(alice, MigrationAdapter.SESSION, new FakeTransport());

        assertThat(migrationCounters.adapter()).contains(adapter);
        assertThat(value("cordon_migration_legacy_connections")).isEqualTo(1);
        assertThat(value("cordon_migration_factory_connections")).isEqualTo(1);
        assertThat(value("cordon_migration_call_sites")).isEqualTo(2);
    }

    @Test
    void anApplicationsOwnSingletonServesWhoHasNotMoved() {
        LegacyManager own = new SingletonWebSocketManager(Duration.ofSeconds(1));
        MigrationAdapter adapter =
                wiring.migrationAdapter(start, beans(own), factory, publisher, migrationCounters, clock, ticker);

        adapter.connect(new UserId("alice"), MigrationAdapter.SESSION, new FakeTransport());

        assertThat(own.connections()).isEqualTo(1);
        assertThatThrownBy(() -> wiring.migrationAdapter(
                        start, beans(own, own), factory, publisher, migrationCounters, clock, ticker))
                .hasMessage("the application has several beans of type LegacyManager: leave one");
    }

    @SuppressWarnings("unchecked")
    private Instance<LegacyManager> beans(LegacyManager... all) {
        return (Instance<LegacyManager>) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Instance.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "isUnsatisfied" -> all.length == 0;
                    case "isAmbiguous" -> all.length > 1;
                    case "get" -> all[0];
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void theServerApiAnswers() {
        assertThat(wiring.serverApi(
                        wiring.apiKeys(start),
                        verifier,
                        publisher,
                        log,
                        factory,
                        presence,
                        wiring.userConnections(node, factory, log, others, clock),
                        wiring.liveMessages(factory, others),
                        wiring.apiSettings(start),
                        api,
                        wiring.nodeInfo(node, others, factory, log, published, counters, clock),
                        groups,
                        clock))
                .isNotNull();
    }

    @Test
    void theCanaryHasAStackOfItsOwn() {
        CanaryStack stack = wiring.canaryStack(limits, clock, ticker);

        assertThat(wiring.innerGateway(stack)).isSameAs(stack.gateway);
        assertThat(stack.factory).isNotSameAs(factory);
        CanaryRunner runner = wiring.canaryRunner(start, stack, canary, platform);
        runner.start("/");
        runner.stop();
        assertThat(canary.silence())
                .as("a portable server does not say where it listens")
                .isZero();
    }
}
