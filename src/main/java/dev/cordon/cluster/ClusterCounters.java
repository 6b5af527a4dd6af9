package dev.cordon.cluster;

import dev.cordon.metric.Metric;
import dev.cordon.metric.MetricList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The counters of what nodes tell each other, each with its definition as a metric. All stay 0 without a cluster. */
public final class ClusterCounters {
    private final MetricList metrics = new MetricList();

    /** Nodes that share the log, this one included. 0 without a cluster. */
    public final AtomicInteger nodes = new AtomicInteger();

    /** 1 while this node hears the wakeups of others, else 0. */
    public final AtomicInteger listening = new AtomicInteger();

    public final LongAdder wakeupsSent = metrics.counter(
            "cluster_wakeups_sent",
            "Wakeups sent to the other nodes; one names the users of a whole group of publications.",
            "Far below appended: publications share wakeups.");

    public final LongAdder wakeupsReceived = metrics.counter(
            "cluster_wakeups_received",
            "Wakeups received from other nodes.",
            "Stays 0 while other nodes publish: look at cordon_cluster_listening.");

    public final LongAdder wakeupsFailed = metrics.counter(
            "cluster_wakeups_failed",
            "Wakeups that could not be sent. The other nodes find the publications when they next read the log.",
            "Rises: look at the database; until then messages may arrive up to 30 seconds late.");

    public final LongAdder remote = metrics.counter(
            "cluster_publications",
            "Publications of other nodes that this node has read from the log.",
            "The load that the other nodes bring.");

    public final LongAdder repaired = metrics.counter(
            "cluster_repaired",
            "Publications of other nodes that this node found without a wakeup.",
            "Rises all the time: wakeups get lost; look at cordon_cluster_wakeups_failed_total of all nodes.");

    public ClusterCounters() {
        metrics.add(
                Metric.gauge("cluster_listening", listening::get)
                        .means("1 while this node hears the wakeups of other nodes.")
                        .then(
                                "0 with a cluster: the log names the reason; messages of other nodes arrive up to 30 seconds late."));
        metrics.add(
                Metric.gauge("cluster_nodes", nodes::get)
                        .means("Nodes that share the log, as this node sees them.")
                        .then(
                                "Less than you run: one is lost or cannot reach the database. 0 means that there is no cluster."));
    }

    /** The definitions of all metrics of this class. */
    public MetricList metrics() {
        return metrics;
    }
}
