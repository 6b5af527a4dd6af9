package dev.cordon.manager;

/** A source of elapsed time. Tests drive their own. */
@FunctionalInterface
public interface Ticker {
    /** Monotonic nanoseconds from an arbitrary start. */
    long nanos();
}
