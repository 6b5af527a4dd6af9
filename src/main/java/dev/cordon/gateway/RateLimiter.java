package dev.cordon.gateway;

import dev.cordon.manager.Ticker;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A token bucket for each key: {@code perSecond} on average, {@code burst} at once. Thread-safe. A key that has not been seen for long
 * enough to have a full bucket is forgotten by {@link #sweep}, so that the map is as large as what is active. Beyond a number of keys that
 * is done at once; where all are active, one more is refused.
 */
final class RateLimiter<K> {
    /** Of heap a key, about: an address or a user, its bucket and the entry. */
    static final int BYTES = 200;

    private final ConcurrentHashMap<K, Bucket> buckets = new ConcurrentHashMap<>();
    private final Ticker ticker;
    private final int most;

    /** @param most keys */
    RateLimiter(Ticker ticker, int most) {
        this.ticker = ticker;
        this.most = most;
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

    /** Forgets keys whose bucket is full again. */
    void sweep(double perSecond, double burst) {
        long now = ticker.nanos();
        buckets.values().removeIf(b -> b.refilled(perSecond, burst, now).tokens() >= burst);
    }

    int size() {
        return buckets.size();
    }
}
