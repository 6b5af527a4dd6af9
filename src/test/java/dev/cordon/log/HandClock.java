package dev.cordon.log;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that a test moves by hand, backwards too. */
public class HandClock extends Clock {
    public static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private volatile Instant now = START;

    /** Moves by a span; a negative one steps back. */
    public void advance(Duration span) {
        now = now.plus(span);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
