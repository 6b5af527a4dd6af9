package dev.cordon.hook.http;

import dev.cordon.hook.SessionEvent.Kind;
import dev.cordon.protocol.json.JsonWriter;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of events to one address: in the order of the store, up to {@link #BATCH} in a request, one request at a time.
 * An event leaves the store once a request with it was answered well; so the back end gets each at least once. After a
 * failure the lane pauses, for {@link #FIRST_PAUSE} and then for doubled times up to {@link #LONGEST_PAUSE}, and tries
 * one event alone. A back end that is down is logged once. Thread-safe.
 */
final class EventLane {
    /** Most events in a request. */
    static final int BATCH = 100;

    static final Duration DEADLINE = Duration.ofSeconds(5);
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** Failures in a row from which on the address counts as down: one may be the restart of a back end. */
    static final int DOWN_FROM = 3;

    private static final System.Logger LOG = System.getLogger(EventLane.class.getName());
    private static final int USUAL_SIZE = 512;

    private final String hook;
    private final URI to;
    private final Set<Kind> kinds;
    private final EventStore store;
    private final BackEndCalls calls;
    private final HttpHookCounters counters;
    private final Executor threads;
    private final LongSupplier nanos;
    private boolean underWay;
    private boolean woken;
    private int failures;
    private long notBefore;

    /**
     * @param hook name of the setting that has the address, for the log
     * @param threads runs what may wait for the store
     */
    EventLane(
            String hook,
            URI to,
            Set<Kind> kinds,
            EventStore store,
            BackEndCalls calls,
            HttpHookCounters counters,
            Executor threads,
            LongSupplier nanos) {
        this.hook = hook;
        this.to = to;
        this.kinds = kinds;
        this.store = store;
        this.calls = calls;
        this.counters = counters;
        this.threads = threads;
        this.nanos = nanos;
        this.notBefore = nanos.getAsLong();
    }

    /** Posts what waits, if nothing is under way and no pause is on. May wait for the store. */
    void pump() {
        synchronized (this) {
            woken = true;
            if (underWay) {
                return;
            }
        }
        turn();
    }

    private void turn() {
        List<StoredEvent> batch = next();
        if (!batch.isEmpty()) {
            CompletableFuture<?> unused = calls.post(hook, to, json(batch), Map.of(), DEADLINE)
                    .whenCompleteAsync((body, failure) -> ended(batch, failure), threads);
        }
    }

    /** Claims the lane and returns the next batch; or returns nothing and leaves the lane free. */
    private List<StoredEvent> next() {
        while (true) {
            int most;
            synchronized (this) {
                if (underWay || !woken || nanos.getAsLong() - notBefore < 0) {
                    return List.of();
                }
                underWay = true;
                woken = false;
                most = failures == 0 ? BATCH : 1;
            }
            List<StoredEvent> batch = first(most);
            if (!batch.isEmpty()) {
                return batch;
            }
            free();
        }
    }

    private List<StoredEvent> first(int most) {
        try {
            return store.first(kinds, most);
        } catch (RuntimeException e) {
            // The next turn asks again, a second later. The age of the oldest event is an alert.
            LOG.log(Level.DEBUG, "Events of hooks cannot be read now", e);
            return List.of();
        }
    }

    private synchronized void free() {
        underWay = false;
        notifyAll();
    }

    private static byte[] json(List<StoredEvent> batch) {
        JsonWriter text = new JsonWriter(USUAL_SIZE * batch.size());
        String before = "{\"events\":[";
        for (StoredEvent event : batch) {
            event.json().appendTo(text.raw(before));
            before = ",";
        }
        return text.raw("]}").bytes();
    }

    private void ended(List<StoredEvent> batch, @Nullable Throwable failure) {
        if (failure != null) {
            failed(failure);
            return;
        }
        counters.eventsTold.add(batch.size());
        try {
            store.told(batch);
        } catch (RuntimeException e) {
            // They stay, and are told once more, behind a pause.
            LOG.log(Level.DEBUG, "Events of hooks that were told cannot be removed now", e);
            failed(e);
            return;
        }
        succeeded();
        turn();
    }

    private synchronized void succeeded() {
        underWay = false;
        woken = true;
        if (failures >= DOWN_FROM) {
            LOG.log(Level.INFO, "The back end takes events again (cordon.{0})", hook);
        }
        failures = 0;
    }

    private synchronized void failed(Throwable failure) {
        underWay = false;
        woken = true;
        failures++;
        notifyAll();
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 10));
        notBefore = nanos.getAsLong() + (pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause).toNanos();
        if (failures == DOWN_FROM) {
            LOG.log(
                    Level.WARNING,
                    "The back end does not take events: {0}; they wait, and are tried again with growing pauses",
                    HttpHooks.cause(failure).getMessage());
        }
    }

    /**
     * Waits until nothing is left to post, or a request has failed.
     *
     * @param end latest end of the wait, as {@link System#nanoTime()} has it
     */
    synchronized void awaitIdle(long end) {
        try {
            while ((underWay || woken) && failures == 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return;
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether a request is under way. */
    synchronized boolean posting() {
        return underWay;
    }

    /** Whether the address fails. */
    synchronized boolean down() {
        return failures >= DOWN_FROM;
    }
}
