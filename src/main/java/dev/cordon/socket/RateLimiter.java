package dev.cordon.socket;

import dev.cordon.manager.Ticker;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A token bucket for each key: {@code perSecond} on average, {@code burst} at once. Thread-safe. A key that has not been seen for long
 * enough to have a full bucket is forgotten by {@link #sweep}, so that the map is as large as what is active.
 */
final class RateLimiter<K> {
    private final ConcurrentHashMap<K, Bucket> buckets = new ConcurrentHashMap<>();
    private final Ticker ticker;

    RateLimiter(Ticker ticker) {
        this.ticker = ticker;
    }

    private record Bucket(double tokens, long at) {
        Bucket refilled(double perSecond, double burst, long now) {
            return new Bucket(Math.min(burst, tokens + (now - at) * perSecond / 1e9), now);
        }
    }

    /** Takes a token. False when there is none: refuse. A rate of 0 limits nothing. */
    boolean tryTake(K key, double perSecond, double burst) {
        if (perSecond <= 0) {
            return true;
        }
        boolean[] taken = {false};
        long now = ticker.nanos();
        buckets.compute(key, (k, bucket) -> {
            Bucket full = bucket == null ? new Bucket(burst, now) : bucket.refilled(perSecond, burst, now);
            taken[0] = full.tokens() >= 1;
            return taken[0] ? new Bucket(full.tokens() - 1, now) : full;
        });
        return taken[0];
    }

    /** Forgets keys whose bucket is full again. */
    void sweep(double perSecond, double burst) {
        long now = ticker.nanos();
        buckets.values().removeIf(b -> b.refilled(perSecond, burst, now).tokens() >= burst);
    }

    int size() {
        return buckets.size();
    }
}
