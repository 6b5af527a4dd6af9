package dev.cordon.outbox;

import dev.cordon.manager.Ticker;
import dev.cordon.metric.Metric;
import dev.cordon.metric.MetricList;
import java.util.concurrent.atomic.LongAdder;

/** The counters of the outbox, each with its definition as a metric. All stay 0 without an outbox. Thread-safe. */
public final class OutboxCounters {
    private final MetricList metrics = new MetricList();
    private volatile boolean begun;
    private volatile long readAt;

    public final LongAdder published = metrics.counter(
            "outbox_published",
            "Rows of the outbox that were published and removed; a row that was published before counts again.",
            "The load of the outbox.");

    public final LongAdder rejected = metrics.counter(
            "outbox_rejected",
            "Rows of the outbox that were set aside, because they can never be published.",
            "Rises: SELECT * FROM cordon_outbox WHERE rejected IS NOT NULL tells the rows and why.");

    private final Ticker ticker;

    public OutboxCounters(Ticker ticker) {
        this.ticker = ticker;
        metrics.add(Metric.seconds("outbox_age", () -> begun ? ticker.nanos() - readAt : 0)
                .means("Time since the outbox was last read, and all that it held was published.")
                .then("Above its threshold: the server's log has the reason; messages wait in the table."));
    }

    /** From now on there is an outbox. */
    public void begin() {
        if (!begun) {
            read();
            begun = true;
        }
    }

    /** All that the outbox held was published. */
    public void read() {
        readAt = ticker.nanos();
    }

    /** The definitions of all metrics of this class. */
    public MetricList metrics() {
        return metrics;
    }
}
