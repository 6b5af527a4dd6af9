package dev.cordon.upkeep;

import dev.cordon.manager.Ticker;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Runs the node's {@link Duty duties}, each on a daemon thread of its own, guarded and timed. A duty that hangs keeps its own thread and nothing
 * else: it is named in the log, in {@link #late()} and so in an alert, and neither the others nor {@link #stop} wait for it. Thread-safe.
 */
public final class Duties {
    /** So long without a good turn, and a duty is late. */
    public static final Duration LATE = Duration.ofSeconds(10);

    static final Duration WATCHED_EVERY = Duration.ofSeconds(1);

    private final Map<Duty, DutyRuns> runs = new EnumMap<>(Duty.class);
    private final CountDownLatch stopped = new CountDownLatch(1);

    public Duties(Ticker ticker) {
        for (Duty duty : Duty.values()) {
            runs.put(duty, new DutyRuns(duty, ticker));
        }
    }

    /** From now on, {@code period} after the end of each turn. Called once a duty. */
    public void every(Duty duty, Duration period, Runnable task, ThreadFactory threads) {
        DutyRuns of = of(duty);
        Thread thread = threads.newThread(() -> goOn(of, period, task));
        thread.setName("cordon-" + duty.label());
        thread.setDaemon(true);
        of.beginOnce();
        thread.start();
    }

    /** Watches the others. */
    public void watch(ThreadFactory threads) {
        every(Duty.WATCH, WATCHED_EVERY, () -> runs.values().forEach(DutyRuns::watch), threads);
    }

    /** One turn on this thread, guarded and timed as any other; the first makes the duty due. */
    public void turn(Duty duty, Runnable task) {
        of(duty).beginOnce();
        of(duty).run(task);
    }

    private void goOn(DutyRuns of, Duration period, Runnable task) {
        try {
            while (!stopped.await(period.toNanos(), TimeUnit.NANOSECONDS)) {
                of.run(task);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** No further turns. Does not wait for those under way. */
    public void stop() {
        stopped.countDown();
    }

    /** Duties without a good turn for longer than {@link #LATE}. */
    public List<Duty> late() {
        return Arrays.stream(Duty.values())
                .filter(duty -> age(duty).compareTo(LATE) > 0)
                .toList();
    }

    /** Duties that failed within so long. */
    public List<Duty> failedWithin(Duration span) {
        return Arrays.stream(Duty.values())
                .filter(duty -> of(duty).failedWithin(span))
                .toList();
    }

    /** Since a turn last ended well; zero for a duty that is not due. */
    public Duration age(Duty duty) {
        return of(duty).age();
    }

    /** How long the last turn took, or the one under way has taken so far. */
    public Duration took(Duty duty) {
        return of(duty).took();
    }

    /** Turns that ended in an exception, of all duties. */
    public long failures() {
        return runs.values().stream().mapToLong(DutyRuns::failures).sum();
    }

    DutyRuns of(Duty duty) {
        DutyRuns of = runs.get(duty);
        if (of == null) {
            throw new IllegalArgumentException(duty.name());
        }
        return of;
    }
}
