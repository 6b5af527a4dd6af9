package dev.cordon.config;

import dev.cordon.kpi.MetricsExporter;
import dev.cordon.log.UserLog;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.socket.Engine;
import dev.cordon.socket.Gateway;
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
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

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

    private @Nullable ScheduledFuture<?> ticking;
    private @Nullable ScheduledFuture<?> exporting;
    private @Nullable ScheduledFuture<?> catchingUp;
    private final AtomicBoolean drained = new AtomicBoolean();
    private Optional<ShutdownNotice> notice = Optional.empty();

    void started(@Observes @Initialized(ApplicationScoped.class) Object event) {
        LOG.log(
                Level.INFO,
                "Cordon starts in {0} mode",
                start.get().mode().name().toLowerCase(java.util.Locale.ROOT));
        long period = Tick.PERIOD.toMillis();
        ticking = scheduler.scheduleWithFixedDelay(tick.get(), period, period, TimeUnit.MILLISECONDS);
        notice = ShutdownNotice.register(this::drainOnce);
        exporting = scheduler.scheduleWithFixedDelay(this::export, period, period, TimeUnit.MILLISECONDS);
        // Not part of the tick: it waits for the log, and pings must not.
        catchingUp = scheduler.scheduleWithFixedDelay(this::catchUp, period, period, TimeUnit.MILLISECONDS);
    }

    /** On a server that stops, while it still answers; on an undeploy, when CDI says so. */
    private void drainOnce() {
        if (drained.compareAndSet(false, true)) {
            engine.get().end();
            drain.get().run();
            gateway.get().awaitClosed();
        }
    }

    /** One failure must not end the figures: a scheduler drops a task that throws. */
    private void export() {
        try {
            exporter.get().sync();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The figures could not be brought up to date", e);
        }
    }

    private void catchUp() {
        try {
            factory.get().catchUp(log.get());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "Connections could not be brought up to the log", e);
        }
    }

    void stopping(@Observes @BeforeDestroyed(ApplicationScoped.class) Object event) {
        notice.ifPresent(ShutdownNotice::unregister);
        ScheduledFuture<?> running = ticking;
        if (running != null) {
            drainOnce();
            running.cancel(false);
        }
        ScheduledFuture<?> late = catchingUp;
        if (late != null) {
            late.cancel(false);
        }
        ScheduledFuture<?> figures = exporting;
        if (figures != null) {
            figures.cancel(false);
        }
    }
}
