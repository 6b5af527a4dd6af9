package dev.cordon.upkeep;

import dev.cordon.heap.OutOfMemory;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.Timeout;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;

/** The EJB timer that runs the cleanup every {@code cordon.cleanup-interval}, from the start. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class CleanupTimer {
    @Inject
    @SuppressWarnings("NullAway.Init")
    private Cleanup cleanup;

    @Inject
    @SuppressWarnings("NullAway.Init")
    private CleanupInterval interval;

    @Resource
    @SuppressWarnings("NullAway.Init")
    private TimerService timers;

    @PostConstruct
    void start() {
        schedule();
    }

    /** Creates a timer for the next run only, so that a changed interval counts from then on. */
    private void schedule() {
        timers.createSingleActionTimer(interval.begin().toMillis(), new TimerConfig(null, false));
    }

    @Timeout
    void due() {
        try {
            cleanup.run();
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
        } finally {
            schedule();
        }
    }
}
