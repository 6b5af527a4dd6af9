package dev.cordon.hook;

import java.time.Duration;

/** The time that an adapter has for one call or event. Thread-safe. */
public interface CallDeadline {
    /** Time that is left; zero once it is over. */
    Duration left();

    /**
     * Runs a task when the time is over, if the call has not ended by then: the adapter gives up what it waits for. At
     * most one task; a second one replaces the first. The task must not block. Runs it at once if the time is over.
     */
    void onOver(Runnable task);
}
