package dev.cordon.gateway;

import dev.cordon.manager.Ticker;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A rate limiter with a token bucket for each key: {@code perSecond} on average, {@code burst} at once. Thread-safe.
 * {@link #sweep} removes keys whose bucket is full again, so that the map holds active keys only. At the greatest
 * number of keys a new key sweeps at once; if all are active, the new key is rejected.
 */
final class RateLimiter<K> {
    /** Approximate bytes of heap for a key: an address or a user, its bucket and the map entry. */
    static final int BYTES = 200;

    private final ConcurrentHashMap<K, Bucket> buckets = new ConcurrentHashMap<>();
    private final Ticker ticker;
    private final int most;

    /** @param most the greatest number of keys */
    RateLimiter(Ticker ticker, int most) {
        this.ticker = ticker;
        this.most = most;
    }

    private record Bucket(double tokens, long at) {
        Bucket refilled(double perSecond, double burst, long now) {
            return new Bucket(Math.min(burst, tokens + (now - at) * perSecond / 1e9), now);
        }
    }

    /** Takes a token. Returns false if there is none: the caller must reject. A rate of 0 limits nothing. */
    boolean tryTake(K key, double perSecond, double burst) {
        if (perSecond <= 0) {
            return true;
        }
        if (full(key, perSecond, burst)) {
            return false;
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

    private boolean full(K key, double perSecond, double burst) {
        if (buckets.size() < most || buckets.containsKey(key)) {
            return false;
        }
        sweep(perSecond, burst);
        return buckets.size() >= most;
    }

    /** Removes keys whose bucket is full again. */
    void sweep(double perSecond, double burst) {
        long now = ticker.nanos();
        buckets.values().removeIf(b -> b.refilled(perSecond, burst, now).tokens() >= burst);
    }

    int size() {
        return buckets.size();
    }
}
