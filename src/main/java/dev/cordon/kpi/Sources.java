package dev.cordon.kpi;

import dev.cordon.heap.HeapAccount;
import dev.cordon.log.UserLog;
import dev.cordon.manager.Counters;
import dev.cordon.manager.Ticker;
import dev.cordon.manager.WebSocketManagerFactory;
import dev.cordon.metric.MetricList;
import dev.cordon.publish.Idempotency;
import dev.cordon.publish.PublishCounters;
import dev.cordon.upkeep.Cleanup;
import dev.cordon.upkeep.Duties;
import dev.cordon.upkeep.LedgerSweep;
import dev.cordon.upkeep.Tick;
import java.util.List;

/**
 * The objects from which the metrics are read.
 *
 * @param heap what each share of the heap holds
 * @param waysIn metrics of sockets and of the server API, which this package does not know
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
        List<MetricList> waysIn) {
    public Sources {
        waysIn = List.copyOf(waysIn);
    }
}
