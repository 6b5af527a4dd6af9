package dev.cordon.upkeep;

import dev.cordon.heap.OutOfMemory;
import dev.cordon.manager.Ticker;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The runs of one duty: each is guarded and timed. A run that throws is counted and logged, with its stack at most once a minute.
 * {@link #run} is confined to the duty's thread, the rest is thread-safe.
 */
final class DutyRuns {
    static final Duration TOLD_EVERY = Duration.ofMinutes(1);

    private static final System.Logger LOG = System.getLogger(Duties.class.getName());

    private final Duty duty;
    private final Ticker ticker;
    private final LongAdder failures = new LongAdder();
    private volatile @Nullable Run underWay;
    private volatile @Nullable Run toldOf;
    private volatile boolean begun;
    private volatile long lastGood;
    private volatile long lastTook;
    private volatile long lastFailure;
    private boolean everFailed;
    private long failureTold;

    private record Run(Thread thread, long since) {}

    DutyRuns(Duty duty, Ticker ticker) {
        this.duty = duty;
        this.ticker = ticker;
    }

    /** From now on the duty is due. */
    void beginOnce() {
        if (!begun) {
            lastGood = ticker.nanos();
            begun = true;
        }
    }

    void run(Runnable task) {
        Run current = new Run(Thread.currentThread(), ticker.nanos());
        underWay = current;
        try {
            task.run();
            lastGood = ticker.nanos();
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
        } catch (RuntimeException | Error e) {
            failed(e);
        } finally {
            lastTook = ticker.nanos() - current.since();
            underWay = null;
        }
        if (current.equals(toldOf)) {
            LOG.log(
                    Level.WARNING,
                    "The duty {0} works again after {1} s",
                    duty.label(),
                    lastTook / Duration.ofSeconds(1).toNanos());
        }
    }

    private void failed(Throwable why) {
        failures.increment();
        long now = ticker.nanos();
        lastFailure = now;
        if (!everFailed || now - failureTold >= TOLD_EVERY.toNanos()) {
            everFailed = true;
            failureTold = now;
            LOG.log(
                    Level.ERROR,
                    "The duty " + duty.label() + " has failed, " + failures.sum()
                            + " times since the start; the others go on",
                    why);
        }
    }

    /** Logs once that a run hangs, and where. */
    void watch() {
        Run current = underWay;
        if (current == null || current.equals(toldOf) || ticker.nanos() - current.since() <= Duties.LATE.toNanos()) {
            return;
        }
        toldOf = current;
        LOG.log(
                Level.ERROR,
                "The duty " + duty.label() + " has not ended for " + Duties.LATE.toSeconds()
                        + " s; the others go on. Its stack:",
                ThreadStack.of(current.thread()));
    }

    /** Time since a run last ended well. Zero for a duty that is not due. */
    Duration age() {
        return begun ? Duration.ofNanos(ticker.nanos() - lastGood) : Duration.ZERO;
    }

    /** Duration of the last run, or so far of the one under way. */
    Duration took() {
        Run current = underWay;
        return Duration.ofNanos(current == null ? lastTook : ticker.nanos() - current.since());
    }

    long failures() {
        return failures.sum();
    }

    boolean failedWithin(Duration span) {
        return failures.sum() > 0 && ticker.nanos() - lastFailure <= span.toNanos();
    }
}
