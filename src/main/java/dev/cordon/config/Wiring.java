package dev.cordon.config;

import dev.cordon.api.ApiCounters;
import dev.cordon.api.ApiSettings;
import dev.cordon.api.DevNode;
import dev.cordon.api.NodeInfo;
import dev.cordon.api.ServerApi;
import dev.cordon.auth.ApiKeys;
import dev.cordon.auth.DevTokens;
import dev.cordon.auth.TokenVerifier;
import dev.cordon.canary.CanaryReport;
import dev.cordon.cluster.Cluster;
import dev.cordon.cluster.ClusterCounters;
import dev.cordon.cluster.LiveMessages;
import dev.cordon.cluster.LoneNode;
import dev.cordon.cluster.OtherNodes;
import dev.cordon.cluster.PreferredDirectory;
import dev.cordon.cluster.PreferredOrders;
import dev.cordon.cluster.PreferredWakeup;
import dev.cordon.cluster.Presence;
import dev.cordon.cluster.SharedSlots;
import dev.cordon.cluster.ThisNode;
import dev.cordon.cluster.UserConnections;
import dev.cordon.console.ClosedConnections;
import dev.cordon.console.ConsoleApi;
import dev.cordon.console.ConsoleSources;
import dev.cordon.console.IsolationCheck;
import dev.cordon.console.Management;
import dev.cordon.endpoint.GatewaySockets;
import dev.cordon.endpoint.InnerGateway;
import dev.cordon.endpoint.ServerConnections;
import dev.cordon.endpoint.ServerPlatform;
import dev.cordon.endpoint.TransportSelector;
import dev.cordon.gateway.Gateway;
import dev.cordon.gateway.SocketCounters;
import dev.cordon.grid.Grid;
import dev.cordon.grid.GridSettingException;
import dev.cordon.heap.HeapAccount;
import dev.cordon.heap.HeapShare;
import dev.cordon.hook.HookCounters;
import dev.cordon.hook.HookDispatcher;
import dev.cordon.hook.http.HttpHookCounters;
import dev.cordon.http.Exchanges;
import dev.cordon.jdbc.JdbcOutbox;
import dev.cordon.jdbc.JdbcSettingException;
import dev.cordon.jdbc.JdbcUserLog;
import dev.cordon.kpi.AlertBoard;
import dev.cordon.kpi.AlertEvent;
import dev.cordon.kpi.AlertLog;
import dev.cordon.kpi.AlertWebhook;
import dev.cordon.kpi.Health;
import dev.cordon.kpi.Kpis;
import dev.cordon.kpi.LeakWatch;
import dev.cordon.kpi.MemoryWatch;
import dev.cordon.kpi.Sources;
import dev.cordon.kpi.Watches;
import dev.cordon.legacy.LegacyManager;
import dev.cordon.legacy.MigrationAdapter;
import dev.cordon.legacy.MigrationCounters;
import dev.cordon.legacy.MigrationSettings;
import dev.cordon.legacy.SingletonWebSocketManager;
import dev.cordon.log.GroupLimits;
import dev.cordon.log.MemoryUserGroups;
import dev.cordon.log.MemoryUserLog;
import dev.cordon.log.PatientThreads;
import dev.cordon.log.Retention;
import dev.cordon.log.UserGroups;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Admissions;
import dev.cordon.manager.Counters;
import dev.cordon.manager.IsolationGuard;
import dev.cordon.manager.Limits;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.outbox.Outbox;
import dev.cordon.outbox.OutboxCounters;
import dev.cordon.outbox.OutboxMessages;
import dev.cordon.publish.Idempotency;
import dev.cordon.publish.PublishCounters;
import dev.cordon.publish.Publisher;
import dev.cordon.stream.StreamRelay;
import dev.cordon.stream.StreamResponses;
import dev.cordon.stream.StreamSessions;
import dev.cordon.stream.StreamTickets;
import dev.cordon.upkeep.Cleanup;
import dev.cordon.upkeep.CleanupInterval;
import dev.cordon.upkeep.Drain;
import dev.cordon.upkeep.Duties;
import dev.cordon.upkeep.LedgerSweep;
import dev.cordon.upkeep.Sweep;
import dev.cordon.upkeep.Sweeps;
import dev.cordon.upkeep.Tick;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.ConfigProvider;

/** The CDI producers of the application: the one place where its parts are put together. */
@Dependent
class Wiring {
    private static final System.Logger LOG = System.getLogger(Wiring.class.getName());

    /** Longest write of the built-in singleton; a slower connection is closed with 3008, while all others wait. */
    private static final Duration SINGLETON_WRITE = Duration.ofSeconds(1);

    /** Status of a process that ended by SIGKILL, as shells show it. */
    private static final int KILLED = 137;

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    Ticker ticker() {
        return System::nanoTime;
    }

    @Produces
    @Singleton
    Start start(Clock clock) {
        tellUnknown();
        try {
            return Start.decide(SettingsSource.of(ConfigProvider::getConfig), clock);
        } catch (SettingException e) {
            StartFailure.tell(e);
            throw e;
        }
    }

    /**
     * Warns of unknown names, before anything is decided: a typing error in a name may be why the start is rejected.
     */
    private static void tellUnknown() {
        Set<String> properties = new HashSet<>(System.getProperties().stringPropertyNames());
        ConfigProvider.getConfig().getPropertyNames().forEach(properties::add);
        SettingNames.warnings(properties, System.getenv().keySet()).forEach(line -> LOG.log(Level.WARNING, line));
    }

    @Produces
    @Singleton
    Supplier<Limits> limits(Start start) {
        return () -> start.live().get().limits();
    }

    @Produces
    @Singleton
    Supplier<ApiSettings> apiSettings(Start start) {
        return () -> start.live().get().api();
    }

    @Produces
    @Singleton
    Counters counters() {
        return new Counters();
    }

    @Produces
    @Singleton
    PublishCounters publishCounters() {
        return new PublishCounters();
    }

    @Produces
    @Singleton
    SocketCounters socketCounters() {
        return new SocketCounters();
    }

    @Produces
    @Singleton
    IsolationGuard guard(Counters counters) {
        return new IsolationGuard(counters);
    }

    @Produces
    @Singleton
    TokenVerifier verifier(Start start, Clock clock) {
        return new TokenVerifier(start.tokens(), clock);
    }

    @Produces
    @Singleton
    ApiKeys apiKeys(Start start) {
        return start.apiKeys();
    }

    @Produces
    @Singleton
    Optional<DevTokens> devTokens(Start start) {
        return start.devTokens();
    }

    /** Empty but for a cluster in development mode. */
    @Produces
    @Singleton
    Optional<DevNode> devNode(Start start, ServerPlatform platform) {
        return start.showsNodes()
                ? Optional.of(new DevNode(
                        () -> name(platform), () -> Runtime.getRuntime().halt(KILLED)))
                : Optional.empty();
    }

    private static Optional<String> name(ServerPlatform platform) {
        return platform.listeners().stream()
                .findFirst()
                .map(listener -> URI.create(listener.reachedAt()).getAuthority());
    }

    @Produces
    @Singleton
    UserLog log(Start start, Optional<Grid> grid, Clock clock) {
        Supplier<Retention> retention = () -> start.live().get().retention();
        return switch (start.log()) {
            case MEMORY -> new MemoryUserLog(retention, clock);
            case JDBC -> database(start, retention, clock);
            case GRID -> onGrid(grid.orElseThrow(), retention);
        };
    }

    @Produces
    @Singleton
    UserGroups groups(Start start, UserLog log, Optional<Grid> grid) {
        Supplier<GroupLimits> limits = () -> start.live().get().groups();
        if (log instanceof JdbcUserLog shared) {
            return shared.groups(limits);
        }
        return start.log() == LogKind.GRID ? grid.orElseThrow().groups(limits) : new MemoryUserGroups(limits);
    }

    void close(@Disposes UserGroups groups) {
        groups.close();
    }

    /** Empty unless {@code cordon.cluster=grid}. */
    @Produces
    @Singleton
    Optional<Grid> grid(Start start) {
        try {
            return start.gridKeys().map(Grid::ofThisServer);
        } catch (GridSettingException e) {
            throw told(e);
        }
    }

    private static UserLog onGrid(Grid grid, Supplier<Retention> retention) {
        try {
            return grid.log(retention, Idempotency.WINDOW);
        } catch (GridSettingException e) {
            throw told(e);
        }
    }

    private static UserLog database(Start start, Supplier<Retention> retention, Clock clock) {
        try {
            JdbcUserLog log = JdbcUserLog.open(start.jdbc(), retention, clock, Idempotency.WINDOW);
            log.keepRules(() -> start.live().get().api().maxMessageBytes());
            return log;
        } catch (JdbcSettingException e) {
            throw told(e);
        }
    }

    /** Tells why the start fails, and returns it as the exception to throw. */
    private static SettingException told(RuntimeException e) {
        SettingException why = new SettingException(String.valueOf(e.getMessage()));
        StartFailure.tell(why);
        return why;
    }

    @Produces
    @Singleton
    ClusterCounters clusterCounters() {
        return new ClusterCounters();
    }

    @Produces
    @Singleton
    ThisNode thisNode(Start start, ServerPlatform platform) {
        return new ThisNode(
                UUID.randomUUID().toString(), Banner.version(), NodeAddress.of(platform.listeners()), start.at());
    }

    @Produces
    @Singleton
    OtherNodes otherNodes(Optional<Cluster> cluster) {
        return cluster.map(Cluster::others).orElse(OtherNodes.NONE);
    }

    @Produces
    @Singleton
    Presence presence(ThisNode node, WebSocketManagerFactory factory, OtherNodes others) {
        return new Presence(node.id(), factory.itself().get(), others);
    }

    @Produces
    @Singleton
    UserConnections userConnections(
            ThisNode node, WebSocketManagerFactory factory, UserLog log, OtherNodes others, Clock clock) {
        return new UserConnections(node.id(), factory.itself().get(), log, others, clock);
    }

    @Produces
    @Singleton
    LiveMessages liveMessages(WebSocketManagerFactory factory, OtherNodes others) {
        return new LiveMessages(factory.itself().get(), others);
    }

    /** Empty for a node that is alone. */
    @Produces
    @Singleton
    Optional<Carriers> carriers(
            Start start,
            ThisNode node,
            UserLog log,
            Optional<Grid> grid,
            Supplier<Limits> limits,
            ClusterCounters counters) {
        if (start.log() == LogKind.GRID) {
            return grid.map(on -> onGridAlone(on, node, limits, counters));
        }
        if (start.cluster() == ClusterKind.OFF || !(log instanceof JdbcUserLog shared)) {
            return Optional.empty();
        }
        try {
            SharedSlots slots = shared.slots(node.id(), limits, counters);
            shared.requirePostgres("cordon.cluster=" + start.cluster().name().toLowerCase(Locale.ROOT));
            return Optional.of(grid.map(on -> onGrid(on, shared, node, slots, counters))
                    .orElseGet(() -> inDatabase(shared, node, slots, counters)));
        } catch (JdbcSettingException e) {
            throw told(e);
        }
    }

    private static Carriers inDatabase(JdbcUserLog shared, ThisNode node, SharedSlots slots, ClusterCounters counters) {
        return new Carriers(
                shared.nodes(node),
                shared.wakeup(node.id(), counters),
                shared.orders(node.id()),
                shared.inquiries(node.id()),
                slots,
                Optional::empty);
    }

    /** The grid, which has the log too. */
    private static Carriers onGridAlone(Grid grid, ThisNode node, Supplier<Limits> limits, ClusterCounters counters) {
        return new Carriers(
                grid.allNodes(node),
                grid.wakeup(counters),
                grid.orders(node.id()),
                grid.inquiries(node.id()),
                grid.slots(node.id(), limits, counters),
                grid::unavailable);
    }

    /** The grid, and the log's database beside it: for what only the database has, and for a grid that has ended. */
    private static Carriers onGrid(
            Grid grid, JdbcUserLog shared, ThisNode node, SharedSlots slots, ClusterCounters counters) {
        Carriers database = inDatabase(shared, node, slots, counters);
        return new Carriers(
                new PreferredDirectory(grid.nodes(node), database.directory()),
                new PreferredWakeup(
                        grid.wakeup(counters), () -> grid.unavailable().isEmpty(), database.wakeup()),
                new PreferredOrders(grid.orders(node.id()), database.orders()),
                database.inquiries(),
                database.slots(),
                grid::unavailable);
    }

    /** Empty for a node that is alone. */
    @Produces
    @Singleton
    Optional<Cluster> cluster(
            Optional<Carriers> carriers,
            ThisNode node,
            UserLog log,
            WebSocketManagerFactory factory,
            Admissions admissions,
            ClusterCounters counters,
            Ticker ticker) {
        return carriers.map(by -> new Cluster(
                node.id(),
                by.directory(),
                by.wakeup(),
                by.orders(),
                by.inquiries(),
                by.slots(),
                factory.itself().get(),
                admissions,
                log,
                counters,
                ticker));
    }

    /** Empty in a cluster, and with the log in memory. */
    @Produces
    @Singleton
    Optional<LoneNode> loneNode(
            Optional<Carriers> carriers,
            ThisNode node,
            UserLog log,
            WebSocketManagerFactory factory,
            ClusterCounters counters,
            Ticker ticker) {
        return carriers.isEmpty() && log instanceof JdbcUserLog shared
                ? Optional.of(new LoneNode(
                        shared::publishedBySql,
                        () -> shared.wakeup(node.id(), counters),
                        factory.itself().get(),
                        log,
                        counters,
                        ticker))
                : Optional.empty();
    }

    void close(@Disposes UserLog log) {
        log.close();
    }

    @Produces
    @Singleton
    Admissions admissions(WebSocketManagerFactory factory, Supplier<Limits> limits, Counters counters, Ticker ticker) {
        return new Admissions(factory.itself().get(), limits, counters, ticker);
    }

    @Produces
    @Singleton
    Idempotency idempotency(PublishCounters counters, Ticker ticker) {
        return new Idempotency(counters, ticker);
    }

    @Produces
    @Singleton
    Publisher publisher(
            UserLog log,
            WebSocketManagerFactory factory,
            Idempotency idempotency,
            PublishCounters counters,
            Ticker ticker) {
        return new Publisher(log, factory.itself().get(), idempotency, counters, ticker);
    }

    @Produces
    @Singleton
    OutboxCounters outboxCounters(Ticker ticker) {
        return new OutboxCounters(ticker);
    }

    /** Empty without the settings of an outbox. */
    @Produces
    @Singleton
    Optional<Outbox> outbox(Start start, Publisher publisher, UserLog log, OutboxCounters counters, Ticker ticker) {
        try {
            return start.outbox()
                    .map(settings -> new Outbox(
                            JdbcOutbox.at(settings),
                            publisher,
                            log,
                            new OutboxMessages(() -> start.live().get().api().maxMessageBytes()),
                            counters,
                            ticker));
        } catch (JdbcSettingException e) {
            throw told(e);
        }
    }

    @Produces
    @Singleton
    Gateway gateway(
            Start start,
            WebSocketManagerFactory factory,
            Admissions admissions,
            TokenVerifier verifier,
            UserLog log,
            Publisher publisher,
            Presence presence,
            Supplier<Limits> limits,
            SocketCounters counters,
            Clock clock,
            Ticker ticker,
            Optional<DevNode> shown,
            HookDispatcher hooks) {
        return new Gateway(
                factory.itself().get(),
                admissions,
                verifier,
                log,
                publisher,
                presence,
                limits,
                () -> start.live().get().socket(),
                counters,
                clock,
                ticker,
                () -> shown.flatMap(node -> node.name().get()),
                hooks);
    }

    @Produces
    @Singleton
    GatewaySockets gatewaySockets(Start start, Gateway gateway) {
        return new GatewaySockets(gateway, start.compression());
    }

    @Produces
    @Singleton
    StreamSessions streamSessions(ThisNode node, OtherNodes others) {
        return new StreamSessions(others.waits() ? Optional.of(node.id()) : Optional.empty());
    }

    @Produces
    @Singleton
    StreamRelay streamRelay(ThisNode node, StreamSessions sessions, OtherNodes others) {
        return new StreamRelay(node.id(), sessions, others);
    }

    @Produces
    @Singleton
    StreamTickets streamTickets(Clock clock) {
        return new StreamTickets(clock);
    }

    @Produces
    @Singleton
    ServerPlatform serverPlatform(Start start) {
        return ServerPlatform.ofThisServer(start.payara());
    }

    @Produces
    @Singleton
    ServerConnections serverConnections(ServerPlatform platform, SocketCounters counters) {
        return platform.connections(counters.cuts).orElse(ServerConnections.UNKNOWN);
    }

    @Produces
    @Singleton
    TransportSelector transportSelector(Start start, ServerConnections connections) {
        return new TransportSelector(start.transport(), connections, start.without());
    }

    @Produces
    @Singleton
    StreamResponses streamResponses(ServerConnections connections, TransportSelector transports, Clock clock) {
        return new StreamResponses(connections, transports, clock);
    }

    @Produces
    @Singleton
    Exchanges exchanges(ServerConnections connections, PatientThreads patient) {
        long bodies = HeapShare.HALF_RECEIVED.bytes() / 4;
        return new Exchanges(connections, patient, System::nanoTime, bodies - bodies / 4, bodies / 4);
    }

    @Produces
    @Singleton
    PatientThreads patientThreads() {
        return new PatientThreads("cordon-requests");
    }

    void close(@Disposes PatientThreads threads) {
        threads.close();
    }

    @Produces
    @Singleton
    ApiCounters apiCounters() {
        return new ApiCounters();
    }

    @Produces
    @Singleton
    NodeInfo nodeInfo(
            ThisNode node,
            OtherNodes others,
            WebSocketManagerFactory factory,
            UserLog log,
            PublishCounters publishes,
            Counters counters,
            Clock clock) {
        return new NodeInfo(node, others, factory, log, publishes, counters, clock, BuildCommit.id());
    }

    @Produces
    @Singleton
    ServerApi serverApi(
            ApiKeys keys,
            TokenVerifier verifier,
            Publisher publisher,
            UserLog log,
            WebSocketManagerFactory factory,
            Presence presence,
            UserConnections connections,
            LiveMessages live,
            Supplier<ApiSettings> settings,
            ApiCounters counters,
            NodeInfo info,
            UserGroups groups,
            Clock clock) {
        return new ServerApi(
                keys,
                verifier,
                publisher,
                log,
                factory,
                presence,
                connections,
                live,
                settings,
                counters,
                info,
                groups,
                clock);
    }

    @Produces
    @Singleton
    LedgerSweep ledgerSweep(UserLog log) {
        return new LedgerSweep(log);
    }

    @Produces
    @Singleton
    Cleanup cleanup(
            WebSocketManagerFactory factory,
            Supplier<Limits> limits,
            UserLog log,
            Idempotency idempotency,
            LedgerSweep ledger,
            GatewaySockets sockets,
            Clock clock,
            Ticker ticker) {
        List<Sweep> sweeps = new ArrayList<>(Sweeps.of(factory, limits, log, idempotency, clock));
        sweeps.add(ledger);
        sweeps.add(Sweeps.removing("lost-upgrades", sockets::sweepUpgrades));
        sweeps.add(Sweeps.removing("connect-rates", sockets.gateway()::sweepRates));
        return new Cleanup(sweeps, ticker);
    }

    @Produces
    @Singleton
    CleanupInterval cleanupInterval(Start start) {
        return new CleanupInterval(() -> start.live().get().cleanupInterval());
    }

    @Produces
    @Singleton
    Tick tick(WebSocketManagerFactory factory, Clock clock, Ticker ticker) {
        return new Tick(factory.itself().get(), clock, ticker);
    }

    @Produces
    @Singleton
    Duties duties(Ticker ticker) {
        return new Duties(ticker);
    }

    @Produces
    @Singleton
    Kpis kpis(
            WebSocketManagerFactory factory,
            Counters counters,
            PublishCounters publishing,
            Idempotency idempotency,
            UserLog log,
            Cleanup cleanup,
            LedgerSweep ledger,
            Tick tick,
            Duties duties,
            Ticker ticker,
            SocketCounters socket,
            ApiCounters api,
            ClusterCounters cluster,
            OutboxCounters outbox,
            HookCounters hooks,
            HttpHookCounters httpHooks,
            MigrationCounters migration,
            HeapAccount heap,
            Watches watches) {
        return new Kpis(
                new Sources(
                        factory,
                        counters,
                        publishing,
                        idempotency,
                        log,
                        cleanup,
                        ledger,
                        tick,
                        duties,
                        ticker,
                        heap,
                        List.of(
                                socket.metrics(),
                                api.metrics(),
                                cluster.metrics(),
                                outbox.metrics(),
                                hooks.metrics(),
                                httpHooks.metrics(),
                                migration.metrics())),
                watches);
    }

    @Produces
    @Singleton
    HeapAccount heapAccount(
            Start start,
            WebSocketManagerFactory factory,
            UserLog log,
            UserGroups groups,
            Idempotency idempotency,
            GatewaySockets sockets,
            ServerConnections connections,
            Exchanges exchanges) {
        return HeapEntries.of(start, factory.itself().get(), log, groups, idempotency, sockets, connections, exchanges);
    }

    @Produces
    @Singleton
    Watches watches(WebSocketManagerFactory factory, CleanupInterval interval, CanaryReport canary, Ticker ticker) {
        LeakWatch leaks = new LeakWatch(ticker);
        factory.whenReleased(leaks::released);
        return new Watches(interval, new MemoryWatch(() -> factory.stats().users(), ticker), leaks, canary);
    }

    @Produces
    @Singleton
    CanaryReport canaryReport(Ticker ticker) {
        return new CanaryReport(ticker);
    }

    @Produces
    @Singleton
    CanaryStack canaryStack(Supplier<Limits> limits, Clock clock, Ticker ticker) {
        return new CanaryStack(limits, clock, ticker);
    }

    @Produces
    @Singleton
    InnerGateway innerGateway(CanaryStack stack) {
        return stack.gateway;
    }

    @Produces
    @Singleton
    CanaryRunner canaryRunner(Start start, CanaryStack stack, CanaryReport report, ServerPlatform platform) {
        return new CanaryRunner(start, stack, report, platform);
    }

    @Produces
    @Singleton
    AlertWebhook webhook(Start start, Ticker ticker) {
        return new AlertWebhook(() -> start.live().get().alerts(), ticker);
    }

    @Produces
    @Singleton
    AlertBoard alertBoard(
            Start start, Kpis kpis, AlertWebhook webhook, Event<AlertEvent> observers, Clock clock, Ticker ticker) {
        return new AlertBoard(
                kpis,
                () -> start.live().get().alerts(),
                List.of(new AlertLog(), webhook, observers::fire),
                clock,
                ticker);
    }

    @Produces
    @Singleton
    Health health(
            WebSocketManagerFactory factory,
            Tick tick,
            Duties duties,
            Cleanup cleanup,
            CleanupInterval interval,
            Optional<Carriers> carriers) {
        return new Health(
                factory,
                tick,
                duties,
                cleanup,
                interval,
                () -> carriers.flatMap(by -> by.unavailable().get()));
    }

    @Produces
    @Singleton
    ClosedConnections closes(WebSocketManagerFactory factory, Clock clock) {
        ClosedConnections closes = new ClosedConnections(clock);
        factory.whenEnded(closes::ended);
        return closes;
    }

    @Produces
    @Singleton
    ConsoleSources consoleSources(
            ThisNode node,
            OtherNodes others,
            WebSocketManagerFactory factory,
            Kpis kpis,
            AlertBoard board,
            Cleanup cleanup,
            ClosedConnections closes,
            MigrationCounters migration,
            Clock clock) {
        return new ConsoleSources(node, others, factory.itself().get(), kpis, board, cleanup, closes, migration, clock);
    }

    @Produces
    @Singleton
    ConsoleApi consoleApi(
            TokenVerifier verifier,
            ConsoleSources sources,
            Publisher publisher,
            Drain drain,
            UserLog log,
            Clock clock,
            Ticker ticker) {
        return new ConsoleApi(
                verifier, sources, drain, new IsolationCheck(sources.factory(), publisher, log, clock, ticker), ticker);
    }

    @Produces
    @Singleton
    MigrationCounters migrationCounters() {
        return new MigrationCounters();
    }

    /** Made when the application first uses it, and never if it does not. */
    @Produces
    @Singleton
    @Typed(MigrationAdapter.class)
    MigrationAdapter migrationAdapter(
            Start start,
            Instance<LegacyManager> singleton,
            WebSocketManagerFactory factory,
            Publisher publisher,
            MigrationCounters counters,
            Clock clock,
            Ticker ticker) {
        WebSocketManagerFactory itself = factory.itself().get();
        Supplier<MigrationSettings> settings = () -> start.live().get().migration();
        if (singleton.isAmbiguous()) {
            throw new IllegalStateException("the application has several beans of type LegacyManager: leave one");
        }
        return singleton.isUnsatisfied()
                ? new MigrationAdapter(
                        new SingletonWebSocketManager(SINGLETON_WRITE),
                        itself,
                        publisher,
                        settings,
                        counters,
                        clock,
                        ticker)
                : MigrationAdapter.over(singleton.get(), itself, publisher, settings, counters, clock, ticker);
    }

    @Produces
    @Singleton
    Management management() {
        return new Management(ManagementFactory.getPlatformMBeanServer());
    }

    @Produces
    @Singleton
    Drain drain(Start start, WebSocketManagerFactory factory) {
        return new Drain(factory, () -> start.live().get().drainPeriod(), Drain::sleep);
    }
}
