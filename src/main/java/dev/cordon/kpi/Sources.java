package dev.cordon.kpi;

import dev.cordon.heap.HeapAccount;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Counters;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.publish.Idempotency;
import dev.cordon.publish.PublishCounters;
import dev.cordon.upkeep.Cleanup;
import dev.cordon.upkeep.Duties;
import dev.cordon.upkeep.LedgerSweep;
import dev.cordon.upkeep.Tick;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Where the figures come from.
 *
 * @param heap what each share of the heap holds
 * @param front what the ways in count, which this package does not know: by label value, {@code ""} for a counter without label
 */
public record Sources(
        WebSocketManagerFactory factory,
        Counters counters,
        PublishCounters publishing,
        Idempotency idempotency,
        UserLog log,
        Cleanup cleanup,
        LedgerSweep ledger,
        Tick tick,
        Duties duties,
        Ticker ticker,
        HeapAccount heap,
        Map<Front, Map<String, LongSupplier>> front) {

    /** The counters of sockets and of the server API. */
    public enum Front {
        HANDSHAKES,
        REFUSED,
        CUTS,
        COMMANDS,
        SENDS,
        READS_IN_PLACE,
        API_REQUESTS,
        API_SHORTCUTS,
        API_COMMANDS,
        API_REFUSED
    }

    public Sources {
        front = Map.copyOf(front);
    }
}
