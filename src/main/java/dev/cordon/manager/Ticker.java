package dev.cordon.manager;

/** Elapsed time; a test drives its own. */
@FunctionalInterface
public interface Ticker {
    /** Monotonic nanoseconds from an arbitrary start. */
    long nanos();
}
