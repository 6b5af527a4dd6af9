package dev.cordon.manager;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** A ticker and a wall clock that a test moves by hand, together. */
public final class HandTime extends Clock implements Ticker {
    public static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final long FIRST = 1_000_000_000L;

    private final AtomicLong nanos = new AtomicLong(FIRST);
    private volatile long each;
    private final AtomicReference<Runnable> onNextLook = new AtomicReference<>(() -> {});

    public void advance(Duration span) {
        nanos.addAndGet(span.toNanos());
    }

    /** Lets this much time pass with each look at the ticker from now on. */
    public void passing(Duration span) {
        each = span.toNanos();
    }

    /** Runs once, during the next look at the ticker, as another thread might do just then. */
    public void onNextLook(Runnable interruption) {
        onNextLook.set(interruption);
    }

    @Override
    public long nanos() {
        onNextLook.getAndSet(() -> {}).run();
        return nanos.getAndAdd(each);
    }

    @Override
    public Instant instant() {
        return START.plusNanos(nanos.get() - FIRST);
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
