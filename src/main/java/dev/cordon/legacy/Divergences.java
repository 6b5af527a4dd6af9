package dev.cordon.legacy;

import dev.cordon.legacy.Divergence.By;
import dev.cordon.legacy.Divergence.Cause;
import dev.cordon.protocol.Quoted;
import dev.cordon.protocol.UserId;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * The divergences that a comparison has found: totals by cause, and a list of at most {@link #MAX} entries, each logged
 * when it is new. Thread-safe; calls nothing under its lock but the log.
 */
final class Divergences {
    /** Most listed entries. */
    static final int MAX = 100;

    private static final System.Logger LOG = System.getLogger(Divergences.class.getName());

    private final Clock clock;
    private final LongAdder counter;
    private final Map<Key, Seen> listed = new LinkedHashMap<>();
    private final Map<Cause, Long> causes = new EnumMap<>(Cause.class);
    private long unlisted;

    private record Key(UserId user, By by, Cause cause, Optional<UserId> from) {}

    private record Seen(long count, Instant lastAt) {}

    /** @param counter counts all of them */
    Divergences(Clock clock, LongAdder counter) {
        this.clock = clock;
        this.counter = counter;
    }

    synchronized void add(UserId user, By by, Cause cause, Optional<UserId> from) {
        counter.increment();
        causes.merge(cause, 1L, Long::sum);
        Key key = new Key(user, by, cause, from);
        Seen before = listed.get(key);
        if (before == null && listed.size() >= MAX) {
            unlisted++;
            return;
        }
        listed.put(key, new Seen(before == null ? 1 : before.count() + 1, clock.instant()));
        if (before == null) {
            LOG.log(
                    Level.WARNING,
                    "Shadow comparison: user {0}, {1} manager: {2}{3}",
                    Quoted.of(user.value()),
                    word(by),
                    word(cause),
                    from.map(other -> ", a message of user " + Quoted.of(other.value()))
                            .orElse(""));
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Totals by cause; without those that were never seen. */
    synchronized Map<Cause, Long> causes() {
        return new EnumMap<>(causes);
    }

    /** The listed entries, in the order in which they were first seen. */
    synchronized List<Divergence> all() {
        List<Divergence> all = new ArrayList<>();
        listed.forEach((key, seen) ->
                all.add(new Divergence(key.user(), key.by(), key.cause(), key.from(), seen.count(), seen.lastAt())));
        return all;
    }

    /** Divergences that found no place in the list. */
    synchronized long unlisted() {
        return unlisted;
    }
}
