package dev.cordon.upkeep;

import java.time.Duration;

/** The report of one sweep: number found, number removed, and its duration. */
public record SweepReport(String sweep, long found, long removed, Duration took) {}
