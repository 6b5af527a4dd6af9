package dev.cordon.console;

import dev.cordon.auth.Identity;
import dev.cordon.manager.Ticker;
import dev.cordon.protocol.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The users who showed an operator's token to the console lately, and it has not ended: they alone are sent the live feed. Thread-safe;
 * bounded by {@link #MOST}.
 */
final class Operators {
    /** The page asks every minute. */
    static final Duration LATELY = Duration.ofMinutes(3);

    static final int MOST = 100;

    private final ConcurrentHashMap<UserId, Shown> shown = new ConcurrentHashMap<>();
    private final Clock clock;
    private final Ticker ticker;

    private record Shown(long at, Instant expires) {}

    Operators(Clock clock, Ticker ticker) {
        this.clock = clock;
        this.ticker = ticker;
    }

    void seen(Identity operator) {
        if (shown.size() < MOST || shown.containsKey(operator.user())) {
            shown.put(operator.user(), new Shown(ticker.nanos(), operator.expires()));
        }
    }

    /** Forgets those that are gone. */
    List<UserId> now() {
        long nanos = ticker.nanos();
        Instant instant = clock.instant();
        shown.values().removeIf(each -> nanos - each.at() > LATELY.toNanos() || !instant.isBefore(each.expires()));
        return List.copyOf(shown.keySet());
    }
}
