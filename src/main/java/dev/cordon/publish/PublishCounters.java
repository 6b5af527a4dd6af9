package dev.cordon.publish;

import dev.cordon.metric.MetricList;
import java.util.concurrent.atomic.LongAdder;

/** The counters of publishing since the start, each with its definition as a metric. */
public final class PublishCounters {
    private final MetricList metrics = new MetricList();

    public final LongAdder accepted = metrics.counter(
            "accepted",
            "Publishes accepted, by HTTP and by socket.",
            "The load. The counters appended, duplicates and publish_failures show its outcome.");

    public final LongAdder appended = metrics.counter(
            "appended",
            "Publications stored in the log.",
            "Delivered divided by this is the average number of connections of a user.");

    public final LongAdder duplicates = metrics.counter(
            "duplicates",
            "Publishes that repeated an idempotency key. They got the first answer again, and nothing was stored.",
            "Many: a back end repeats requests that succeeded; look at its timeouts.");

    public final LongAdder withoutConnection = metrics.counter(
            "without_connection",
            "Publications stored while no connection could receive them.",
            "The log keeps them for history.ttl; raise it if users come back later than that.");

    public final LongAdder failed = metrics.counter(
            "publish_failures",
            "Publishes that the log could not store; the publisher got an error.",
            "Must stay 0: the server's log has the error; look at the message log's database too, if it has one.");

    public final LongAdder keysForgotten = metrics.counter(
            "idempotency_keys_forgotten",
            "Idempotency keys forgotten in less than five minutes, for lack of room.",
            "Rises: a repeated publish may be stored twice; send fewer publishes with keys to each node.");

    /** The definitions of all counters of this class. */
    public MetricList metrics() {
        return metrics;
    }
}
