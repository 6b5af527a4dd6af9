package dev.cordon.publish;

import dev.cordon.metric.MetricList;
import java.util.concurrent.atomic.LongAdder;

/** The counters of publishing since the start, each with its definition as a metric. */
public final class PublishCounters {
    private final MetricList metrics = new MetricList();

    public final LongAdder accepted = metrics.counter(
            "accepted",
            "Publishes accepted, by HTTP and by socket.",
            "The load. Appended, duplicates and publish failures tell what became of it.");

    public final LongAdder appended = metrics.counter(
            "appended",
            "Publications stored in a log.",
            "Compare with delivered: the ratio is how many connections a user has on average.");

    public final LongAdder duplicates = metrics.counter(
            "duplicates",
            "Publishes answered from an idempotency key; nothing was published.",
            "Many: a back end repeats requests that had succeeded; look at its timeouts.");

    public final LongAdder withoutConnection = metrics.counter(
            "without_connection",
            "Publications stored with no connection to hand them to.",
            "They wait in the log for history.ttl; raise it if users come back later than that.");

    public final LongAdder failed = metrics.counter(
            "publish_failures",
            "Publishes that the log did not take; the publisher was told.",
            "Must stay 0: look for the error in the server's log, and for what the log stores to.");

    public final LongAdder keysForgotten = metrics.counter(
            "idempotency_keys_forgotten",
            "Keys forgotten before five minutes, for want of room.",
            "Moves: a repeated publish may be published twice; send fewer keyed publishes a node.");

    /** The definitions of all counters of this class. */
    public MetricList metrics() {
        return metrics;
    }
}
