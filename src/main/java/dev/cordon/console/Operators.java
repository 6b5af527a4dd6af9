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
 * The operators who called the console within {@link #LATELY} and whose token has not expired. Only they receive the live feed. At most
 * {@link #MOST} are remembered. Thread-safe.
 */
final class Operators {
    /** The page calls every minute. */
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

    /** The present operators; forgets the others. */
    List<UserId> now() {
        long nanos = ticker.nanos();
        Instant instant = clock.instant();
        shown.values().removeIf(each -> nanos - each.at() > LATELY.toNanos() || !instant.isBefore(each.expires()));
        return List.copyOf(shown.keySet());
    }
}
