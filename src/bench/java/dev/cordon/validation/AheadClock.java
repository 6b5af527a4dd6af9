package dev.cordon.validation;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** The time of day as the node's ticker has it: ahead by as many nanoseconds as it was moved on. */
final class AheadClock extends Clock {
    private final AtomicLong ahead;

    AheadClock(AtomicLong ahead) {
        this.ahead = ahead;
    }

    @Override
    public Instant instant() {
        return Instant.now().plusNanos(ahead.get());
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
