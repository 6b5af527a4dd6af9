package dev.cordon.api;

import dev.cordon.metric.LabelledCounter;
import dev.cordon.metric.MetricList;
import java.util.concurrent.atomic.LongAdder;

/** The counters of the server API since the start, each with its definition as a metric. */
public final class ApiCounters {
    private final MetricList metrics = new MetricList();

    public final LongAdder requests = metrics.counter(
            "api_requests", "Requests to the server API, including rejected ones.", "The load from back ends.");

    /** ADR 0010. */
    public final LongAdder shortcuts = metrics.counter(
            "api_shortcuts",
            "Requests to the server API answered in front of the container (ADR 0010).",
            "Always 0: cordon.transport excludes it, the listener has TLS, or the back ends' requests are not plain.");

    public final LongAdder commands = metrics.counter(
            "api_commands",
            "Commands of the server API carried out: one for each request, or all commands of a batch.",
            "This divided by requests is the average number of commands in a request.");

    private final LabelledCounter<Rejected> rejected = metrics.counters(
            "api_rejected",
            "reason",
            Rejected.class,
            "Requests and commands of the server API rejected.",
            "unauthorized: api.keys. temporary, failed: the server's log. log_unavailable: the database. node_silent: another node."
                    + " Else the back end's mistake.");

    /** The definitions of all counters of this class. */
    public MetricList metrics() {
        return metrics;
    }

    void reject(Rejected reason) {
        rejected.add(reason, 1);
    }

    /** Returns the count of rejected requests, rejected commands of a batch and rejected channels of a broadcast. */
    public long rejected(Rejected reason) {
        return rejected.sum(reason);
    }
}
