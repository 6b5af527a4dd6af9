package dev.cordon.config;

import dev.cordon.api.NodeInfo;
import dev.cordon.cluster.Cluster;
import dev.cordon.cluster.LiveMessages;
import dev.cordon.cluster.LoneNode;
import dev.cordon.cluster.Membership;
import dev.cordon.cluster.Presence;
import dev.cordon.cluster.UserConnections;
import dev.cordon.console.ConsoleApi;
import dev.cordon.console.ConsoleFeed;
import dev.cordon.console.Management;
import dev.cordon.endpoint.GatewaySockets;
import dev.cordon.endpoint.ServerConnections;
import dev.cordon.endpoint.ServerPlatform;
import dev.cordon.hook.HookDispatcher;
import dev.cordon.hook.http.HttpHooks;
import dev.cordon.http.Exchanges;
import dev.cordon.kpi.AlertBoard;
import dev.cordon.kpi.AlertWebhook;
import dev.cordon.kpi.MetricsExporter;
import dev.cordon.legacy.MigrationAdapter;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Admissions;
import dev.cordon.manager.Counters;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.outbox.Outbox;
import dev.cordon.stream.StreamRelay;
import dev.cordon.upkeep.Cleanup;
import dev.cordon.upkeep.DescriptorWatch;
import dev.cordon.upkeep.Drain;
import dev.cordon.upkeep.Duties;
import dev.cordon.upkeep.Duty;
import dev.cordon.upkeep.ShutdownSteps;
import dev.cordon.upkeep.Tick;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ContextService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Start and stop of the application. Checks the settings before anything else exists, starts the duties and drains at
 * the end.
 */
@ApplicationScoped
class Lifecycle {
    private static final System.Logger LOG = System.getLogger(Lifecycle.class.getName());

    /** Time that a step of the end may take beyond its intended wait. */
    private static final Duration STEP = Duration.ofSeconds(5);

    @Resource
    @SuppressWarnings("NullAway.Init")
    private ManagedThreadFactory threads;

    @Resource
    @SuppressWarnings("NullAway.Init")
    private ContextService contexts;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<Duties> duties;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<Admissions> admissions;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<Exchanges> exchanges;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<Start> start;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<Tick> tick;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<Drain> drain;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<MetricsExporter> exporter;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<GatewaySockets> sockets;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<ServerPlatform> platform;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<ServerConnections> connections;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<WebSocketManagerFactory> factory;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<UserLog> log;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<Optional<Cluster>> cluster;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<Optional<LoneNode>> loneNode;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<Optional<Outbox>> outbox;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<Presence> presence;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<NodeInfo> info;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<UserConnections> connectionsOfUsers;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<LiveMessages> live;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<StreamRelay> streams;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<AlertBoard> alerts;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<AlertWebhook> webhook;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<CanaryRunner> canary;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<Management> management;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<ConsoleApi> console;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<Counters> counters;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<Cleanup> cleanup;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<HookDispatcher> hooks;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<Optional<HttpHooks>> httpHooks;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<MigrationAdapter> migration;

    private volatile boolean begun;
    private final AtomicBoolean drained = new AtomicBoolean();
    private Runnable forgetStop = () -> {};
    private Runnable restoreLog = () -> {};

    void started(@Observes @Initialized(ApplicationScoped.class) Object event) {
        if (event instanceof ServletContext application) {
            ApplicationClasses.load(application);
        }
        ShutdownSteps.prepare();
        // Before anything else begins: a wrong setting of theirs ends the start here.
        Optional<Cluster> unused = cluster.get();
        Optional<Outbox> unusedToo = outbox.get();
        // A thread that the server makes has what its maker has around it, which may be nothing.
        Executor here = Runnable::run;
        hooks.get().runIn(() -> contexts.createContextualProxy(here, Executor.class));
        restoreLog = platform.get().shortenLogOfGoneClients();
        connections.get().guard(start.get().figures());
        begun = true;
        MigrationAdapter.started(migration::get);
        forgetStop = platform.get().beforeStop(this::drainOnce);
        // Otherwise clients would get 404 for the figures until their duty is due.
        exporter.get().sync();
        duties(duties.get());
        String contextPath = event instanceof ServletContext application ? application.getContextPath() : "";
        management
                .get()
                .register(
                        factory.get().itself().get(),
                        counters.get(),
                        cleanup.get(),
                        drain.get(),
                        () -> start.get().live().get().limits(),
                        alerts.get());
        tell(contextPath);
        canary.get().start(contextPath);
    }

    private void tell(String contextPath) {
        Banner banner = Banner.of(
                start.get(),
                platform.get().listeners(),
                contextPath,
                platform.get().gridAddress(),
                hooks.get().describe());
        LOG.log(Level.INFO, banner.block());
        banner.warnings().forEach(warning -> LOG.log(Level.WARNING, "UNSAFE: " + warning));
    }

    private void duties(Duties of) {
        of.every(Duty.CONNECTIONS, Tick.PERIOD, tick.get(), threads);
        of.every(Duty.LOST_UPGRADES, Tick.PERIOD, sockets.get()::sweepUpgrades, threads);
        of.every(Duty.HALF_MESSAGES, Tick.PERIOD, sockets.get()::sweepHalves, threads);
        of.every(Duty.UNREAD_ANSWERS, Tick.PERIOD, connections.get()::sweep, threads);
        of.every(Duty.STALLED_REQUESTS, Tick.PERIOD, exchanges.get()::sweep, threads);
        of.every(Duty.ADMISSIONS, Tick.PERIOD, admissions.get()::tick, threads);
        WebSocketManagerFactory connections = factory.get().itself().get();
        UserLog kept = log.get();
        of.every(Duty.CATCH_UP, Tick.PERIOD, () -> connections.catchUp(kept), threads);
        Optional<Runnable> alone = loneNode.get().map(lone -> lone::turn);
        cluster.get()
                .map(this::started)
                .or(() -> alone)
                .ifPresent(turn -> of.every(Duty.CLUSTER, Membership.PERIOD, turn, threads));
        outbox.get().ifPresent(rows -> of.every(Duty.OUTBOX, Outbox.PERIOD, rows::turn, threads));
        of.every(Duty.SETTINGS, LiveSettings.PERIOD, start.get().live()::refresh, threads);
        of.every(Duty.FIGURES, Tick.PERIOD, exporter.get()::sync, threads);
        of.every(Duty.ALERTS, AlertBoard.PERIOD, alerts.get()::evaluate, threads);
        of.every(Duty.WEBHOOK, AlertBoard.PERIOD, webhook.get()::pump, threads);
        httpHooks.get().ifPresent(hook -> of.every(Duty.HOOK_EVENTS, HttpHooks.TURN, hook::turn, threads));
        of.every(Duty.CONSOLE, ConsoleFeed.PERIOD, console.get().feed(), threads);
        of.every(Duty.DESCRIPTORS, DescriptorWatch.PERIOD, DescriptorWatch.ofThisProcess(), threads);
        of.watch(threads);
    }

    /** Starts this node's part in the cluster, and returns its turn. */
    private Runnable started(Cluster nodes) {
        nodes.answerWith(Presence.KIND, presence.get()::answer);
        nodes.answerWith(NodeInfo.KIND, question -> info.get().answer());
        connectionsOfUsers.get().respondents().forEach(nodes::answerWith);
        nodes.answerWith(LiveMessages.KIND, live.get()::answer);
        nodes.answerWith(StreamRelay.KIND, streams.get()::answer);
        console.get().respondents().forEach(nodes::answerWith);
        nodes.start();
        return nodes::turn;
    }

    /**
     * Drains the node once: on a server that stops, while the server still answers; on an undeploy, when CDI says so.
     * Each step has a bounded time, whatever a duty holds.
     */
    private void drainOnce() {
        if (drained.compareAndSet(false, true)) {
            Drain closing = drain.get();
            ShutdownSteps.run("direct requests", STEP, connections.get()::endDirectRequests);
            ShutdownSteps.run("the canary", STEP, canary.get()::stop);
            ShutdownSteps.run("the drain", closing.longest().plus(STEP), closing::run);
            ShutdownSteps.run("the wait for sockets", STEP, sockets.get()::awaitClosed);
            // Last of what concerns connections: their ends are told.
            ShutdownSteps.run("the hooks", start.get().hooks().deadline().plus(STEP), hooks.get()::close);
            ShutdownSteps.run("the outbox", STEP, () -> outbox.get().ifPresent(Outbox::close));
            ShutdownSteps.run("the cluster", STEP, () -> {
                cluster.get().ifPresent(Cluster::close);
                loneNode.get().ifPresent(LoneNode::close);
            });
        }
    }

    void stopping(@Observes @BeforeDestroyed(ApplicationScoped.class) Object event) {
        MigrationAdapter.stopped();
        forgetStop.run();
        restoreLog.run();
        if (begun) {
            drainOnce();
            duties.get().stop();
            ShutdownSteps.run("the guards of the listeners", STEP, connections.get()::end);
            ShutdownSteps.run("the webhook", STEP, webhook.get()::stop);
            ShutdownSteps.run("the management beans", STEP, management.get()::unregister);
        }
    }
}
