package dev.cordon.socket;

import dev.cordon.manager.Ticker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Handshakes that were answered with 101 and have not become a connection: a client that breaks off at the wrong moment leaves one
 * behind, of which no connection knows. Thread-safe.
 */
final class PendingUpgrades {
    private final Map<GuardedUpgradeHandler, Long> since = new ConcurrentHashMap<>();
    private final Ticker ticker;

    PendingUpgrades(Ticker ticker) {
        this.ticker = ticker;
    }

    void begun(GuardedUpgradeHandler handler) {
        since.put(handler, ticker.nanos());
    }

    void opened(GuardedUpgradeHandler handler) {
        since.remove(handler);
    }

    int sweep(long olderThanNanos) {
        List<GuardedUpgradeHandler> overdue = since.entrySet().stream()
                .filter(entry -> ticker.nanos() - entry.getValue() > olderThanNanos)
                .map(Map.Entry::getKey)
                .toList();
        int swept = 0;
        for (GuardedUpgradeHandler handler : overdue) {
            if (since.remove(handler) != null) {
                handler.abandon();
                swept++;
            }
        }
        return swept;
    }

    int size() {
        return since.size();
    }
}
