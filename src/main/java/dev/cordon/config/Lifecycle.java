package dev.cordon.config;

import dev.cordon.console.ConsoleApi;
import dev.cordon.console.ConsoleFeed;
import dev.cordon.console.Management;
import dev.cordon.heap.OutOfMemory;
import dev.cordon.kpi.AlertBoard;
import dev.cordon.kpi.AlertWebhook;
import dev.cordon.kpi.MetricsExporter;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Counters;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.socket.Engine;
import dev.cordon.socket.Gateway;
import dev.cordon.upkeep.Cleanup;
import dev.cordon.upkeep.Drain;
import dev.cordon.upkeep.Tick;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Start and stop of the application: checks the settings before anything else exists, starts the tick, drains at the end. */
@ApplicationScoped
class Lifecycle {
    private static final System.Logger LOG = System.getLogger(Lifecycle.class.getName());

    @Resource
    @SuppressWarnings("NullAway.Init")
    private ManagedScheduledExecutorService scheduler;

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
    private Instance<Gateway> gateway;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<Engine> engine;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<WebSocketManagerFactory> factory;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private Instance<UserLog> log;

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

    private final List<ScheduledFuture<?>> timers = new ArrayList<>();
    private final AtomicBoolean drained = new AtomicBoolean();
    private Optional<ShutdownNotice> notice = Optional.empty();
    private List<GoneClients> goneClients = List.of();

    void started(@Observes @Initialized(ApplicationScoped.class) Object event) {
        goneClients = GoneClients.install();
        engine.get().guard(ListenerTransports.ofThisServer(), start.get().figures());
        every(Tick.PERIOD, tick.get());
        notice = ShutdownNotice.register(this::drainOnce);
        every(
                LiveSettings.PERIOD,
                guarded("The settings could not be read again", start.get().live()::refresh));
        every(Tick.PERIOD, guarded("The figures could not be brought up to date", exporter.get()::sync));
        // Not part of the tick: it waits for the log, and pings must not.
        every(
                Tick.PERIOD,
                guarded(
                        "Connections could not be brought up to the log",
                        () -> factory.get().catchUp(log.get())));
        every(AlertBoard.PERIOD, guarded("The alerts could not be judged", alerts.get()::evaluate));
        every(AlertBoard.PERIOD, guarded("Alerts could not be posted", webhook.get()::pump));
        every(
                ConsoleFeed.PERIOD,
                guarded("The console could not be told", console.get().feed()));
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
        Banner banner = Banner.of(start.get(), Listener.ofThisServer(), contextPath, GridPort.address());
        LOG.log(Level.INFO, banner.block());
        banner.warnings().forEach(warning -> LOG.log(Level.WARNING, "UNSAFE: " + warning));
    }

    private void every(Duration period, Runnable task) {
        timers.add(scheduler.scheduleWithFixedDelay(
                OutOfMemory.endsAfter(task), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** On a server that stops, while it still answers; on an undeploy, when CDI says so. */
    private void drainOnce() {
        if (drained.compareAndSet(false, true)) {
            engine.get().endShortcuts();
            canary.get().stop();
            drain.get().run();
            gateway.get().awaitClosed();
        }
    }

    /** One failure must not be the last run: a scheduler drops a task that throws. */
    private static Runnable guarded(String failure, Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, failure, e);
            }
        };
    }

    void stopping(@Observes @BeforeDestroyed(ApplicationScoped.class) Object event) {
        notice.ifPresent(ShutdownNotice::unregister);
        goneClients.forEach(GoneClients::remove);
        if (!timers.isEmpty()) {
            drainOnce();
            timers.forEach(timer -> timer.cancel(false));
            engine.get().end();
            webhook.get().stop();
            management.get().unregister();
        }
    }
}
