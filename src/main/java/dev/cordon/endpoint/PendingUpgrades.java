package dev.cordon.endpoint;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The handshakes that were answered with 101 and have not become a connection. A client that breaks off at the wrong
 * moment leaves one behind, of which no connection knows. Thread-safe.
 */
public final class PendingUpgrades {
    /** An upgrade that has begun. */
    @FunctionalInterface
    public interface Upgrade {
        /** Frees the socket of this upgrade. */
        void abandon();
    }

    private final Map<Upgrade, Long> since = new ConcurrentHashMap<>();
    private final LongSupplier nanos;

    /** @param nanos a clock as {@link System#nanoTime} */
    PendingUpgrades(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Watches an upgrade until {@link #opened}. */
    public void begun(Upgrade upgrade) {
        since.put(upgrade, nanos.getAsLong());
    }

    /** Ends the watch: the upgrade has become a connection. */
    public void opened(Upgrade upgrade) {
        since.remove(upgrade);
    }

    /** Abandons the upgrades that have taken longer. Returns their number. */
    int sweep(long olderThanNanos) {
        List<Upgrade> overdue = since.entrySet().stream()
                .filter(entry -> nanos.getAsLong() - entry.getValue() > olderThanNanos)
                .map(Map.Entry::getKey)
                .toList();
        int swept = 0;
        for (Upgrade upgrade : overdue) {
            if (since.remove(upgrade) != null) {
                upgrade.abandon();
                swept++;
            }
        }
        return swept;
    }

    int size() {
        return since.size();
    }
}
