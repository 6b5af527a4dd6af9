package dev.cordon.upkeep;

import java.time.Duration;

/** The outcome of one sweep: what was due, what is gone, and how long it took. */
public record SweepReport(String sweep, long found, long removed, Duration took) {}
