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

    public final LongAdder livePublishes = metrics.counter(
            "live_publishes",
            "Publishes with skip_history, one for each channel: no log keeps them, and no ledger counts them.",
            "Clients that were away do not get these messages.");

    /** Members that group_add and group_remove have added and removed. */
    public final LongAdder groupChanges = metrics.counter(
            "group_changes",
            "Users added to groups and removed from them by the server API.",
            "Back ends that add the same users again change nothing, and are not counted.");

    /** What became of a publish to a member of a group. */
    public enum Outcome {
        APPENDED,
        FAILED
    }

    public final LabelledCounter<Outcome> groupPublishes = metrics.counters(
            "group_publishes",
            "outcome",
            Outcome.class,
            "Publishes to members of groups, one for each user that a broadcast to a group reached or was to reach.",
            "failed: the log was not available in the middle of a broadcast; its sender repeats it with the same idempotency key.");

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
