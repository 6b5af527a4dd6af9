package dev.cordon.upkeep;

import java.time.Duration;
import java.util.function.Supplier;

/** How often the cleanup runs; read before each run. */
public final class CleanupInterval {
    private final Supplier<Duration> setting;

    public CleanupInterval(Supplier<Duration> setting) {
        this.setting = setting;
    }

    public Duration duration() {
        return setting.get();
    }

    long millis() {
        return setting.get().toMillis();
    }
}
