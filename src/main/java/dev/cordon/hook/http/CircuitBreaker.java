package dev.cordon.hook.http;

import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The circuit breaker of one address. It opens when calls of {@link #USERS} different users have failed and none has
 * succeeded in between. Then no call goes out for a pause, and after it one call is let through at a time. A success
 * closes it; a failure doubles the pause, from {@link #FIRST_PAUSE} to {@link #LONGEST_PAUSE}. Thread-safe.
 *
 * <p>It counts users and not calls, so that no user can shut the others out with calls that the back end does not
 * survive. A call that went out before the breaker last opened, closed or let one through says nothing when it ends.
 */
final class CircuitBreaker {
    /** Users whose calls must fail before it opens. */
    static final int USERS = 5;

    /** Instead of a permit: no call may go out. */
    static final int NONE = -1;

    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** An address that nobody has called for so long does not count as down any more: nobody knows. */
    static final Duration FORGOTTEN = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private final Set<UserId> failing = new HashSet<>();
    private boolean open;
    private boolean trying;
    /** Grows whenever the breaker opens, closes or lets one call through. Never {@link #NONE}. */
    private int turn;

    private Duration pause = FIRST_PAUSE;
    private long notBefore;
    private long lastFailure;

    /** @param nanos clock like {@link System#nanoTime()} */
    CircuitBreaker(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Returns a permit for one call, whose end is reported with it, or {@link #NONE}. */
    synchronized int permit() {
        if (!open) {
            return turn;
        }
        if (trying || nanos.getAsLong() - notBefore < 0) {
            return NONE;
        }
        trying = true;
        return nextTurn();
    }

    private int nextTurn() {
        turn = (turn + 1) & Integer.MAX_VALUE;
        return turn;
    }

    /** Reports a success. Returns true if this closes the breaker. */
    synchronized boolean succeeded(int permit) {
        if (permit != turn) {
            return false;
        }
        boolean closes = open;
        if (closes) {
            nextTurn();
        }
        open = false;
        trying = false;
        pause = FIRST_PAUSE;
        failing.clear();
        return closes;
    }

    /** Reports a failure. Returns true if this opens the breaker. */
    synchronized boolean failed(int permit, UserId user) {
        if (permit != turn) {
            return false;
        }
        lastFailure = nanos.getAsLong();
        if (open) {
            trying = false;
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            notBefore = lastFailure + pause.toNanos();
            nextTurn();
            return false;
        }
        failing.add(user);
        if (failing.size() < USERS) {
            return false;
        }
        failing.clear();
        open = true;
        notBefore = lastFailure + pause.toNanos();
        nextTurn();
        return true;
    }

    /** Whether it is open, and a call has failed within {@link #FORGOTTEN}. */
    synchronized boolean down() {
        return open && nanos.getAsLong() - lastFailure < FORGOTTEN.toNanos();
    }
}
