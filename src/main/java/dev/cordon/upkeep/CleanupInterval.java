package dev.cordon.upkeep;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The time between two cleanups. The setting is read when an interval begins, so that a change counts from the next one. Thread-safe. */
public final class CleanupInterval {
    private final Supplier<Duration> setting;
    private volatile @Nullable Duration begun;

    public CleanupInterval(Supplier<Duration> setting) {
        this.setting = setting;
    }

    /** The length of the current interval; the present setting before the first interval has begun. */
    public Duration duration() {
        Duration present = begun;
        return present == null ? setting.get() : present;
    }

    /** Begins the next interval. */
    Duration begin() {
        Duration next = setting.get();
        begun = next;
        return next;
    }
}
