package dev.cordon.upkeep;

import dev.cordon.heap.OutOfMemory;
import dev.cordon.manager.Ticker;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The turns of one duty: each is guarded and timed. A turn that throws is counted and logged, with its stack at most once a minute.
 * {@link #take} is confined to the duty's thread, the rest is thread-safe.
 */
final class Turns {
    static final Duration TOLD_EVERY = Duration.ofMinutes(1);

    private static final System.Logger LOG = System.getLogger(Duties.class.getName());

    private final Duty duty;
    private final Ticker ticker;
    private final LongAdder failures = new LongAdder();
    private volatile @Nullable Turn underWay;
    private volatile @Nullable Turn toldOf;
    private volatile boolean begun;
    private volatile long lastGood;
    private volatile long lastTook;
    private volatile long lastFailure;
    private boolean everFailed;
    private long failureTold;

    private record Turn(Thread thread, long since) {}

    Turns(Duty duty, Ticker ticker) {
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

    void take(Runnable task) {
        Turn turn = new Turn(Thread.currentThread(), ticker.nanos());
        underWay = turn;
        try {
            task.run();
            lastGood = ticker.nanos();
        } catch (OutOfMemoryError e) {
            OutOfMemory.ends(e);
        } catch (RuntimeException | Error e) {
            failed(e);
        } finally {
            lastTook = ticker.nanos() - turn.since();
            underWay = null;
        }
        if (turn.equals(toldOf)) {
            LOG.log(
                    Level.WARNING,
                    "The duty {0} has come back after {1} s",
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

    /** Says once of a turn that it hangs, and where. */
    void watch() {
        Turn turn = underWay;
        if (turn == null || turn.equals(toldOf) || ticker.nanos() - turn.since() <= Duties.LATE.toNanos()) {
            return;
        }
        toldOf = turn;
        LOG.log(
                Level.ERROR,
                "The duty " + duty.label() + " has not ended for " + Duties.LATE.toSeconds()
                        + " s; the others go on. Where it stands:",
                Standing.of(turn.thread()));
    }

    /** Since a turn last ended well; zero for a duty that is not due. */
    Duration age() {
        return begun ? Duration.ofNanos(ticker.nanos() - lastGood) : Duration.ZERO;
    }

    /** Of the last turn, or so far of the one under way. */
    Duration took() {
        Turn turn = underWay;
        return Duration.ofNanos(turn == null ? lastTook : ticker.nanos() - turn.since());
    }

    long failures() {
        return failures.sum();
    }

    boolean failedWithin(Duration span) {
        return failures.sum() > 0 && ticker.nanos() - lastFailure <= span.toNanos();
    }
}
