package dev.cordon.upkeep;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How often the cleanup runs: the setting is read when an interval begins, so a changed one counts from the next. Thread-safe. */
public final class CleanupInterval {
    private final Supplier<Duration> setting;
    private volatile @Nullable Duration begun;

    public CleanupInterval(Supplier<Duration> setting) {
        this.setting = setting;
    }

    /** Of the interval under way; what is set now, before the first has begun. */
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
