package dev.cordon.manager;

import dev.cordon.metric.LabelledCounter;
import dev.cordon.metric.Latency;
import dev.cordon.metric.Metric;
import dev.cordon.metric.MetricList;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The counters of managers and connections since the start, each with its definition as a metric. All users share them:
 * the objects of a manager only add to a counter, and none learns anything about another user from it.
 */
public final class Counters {
    /** The reason why a publication was not written to a connection. */
    public enum Drop {
        /** The outbound queue was full: the connection ended with 3008 and recovers from the log. */
        SLOW,
        /** The publication waited in the queue when the connection ended, or came while it was ending. */
        CLOSED,
        /** The log no longer had it when the connection caught up. It ended with 3010, which tells the client. */
        GONE,
        /** The connection's position was already past the publication. */
        OLD,
        /** The channel's owner was not the connection's user. Such a publication is never written. */
        VIOLATION
    }

    private final MetricList metrics = new MetricList();

    {
        metrics.add(Metric.counter("delivered", this::delivered)
                .means("Publications handed to sockets, counted once for each connection.")
                .then("The output. Constant while accepted rises: look at dropped and connections."));
    }

    private final LabelledCounter<Drop> drops = metrics.counters(
            "dropped",
            "reason",
            Drop.class,
            "Publications not written to a connection, because it was slow, was closed, was already past them (old),"
                    + " belonged to another user (violation), or because the log no longer held them (gone).",
            "slow, closed: the log keeps them, and a reconnect recovers them. violation must stay 0.");

    public final LongAdder catchUps = metrics.counter(
            "catch_ups",
            "Times a connection read missing publications from the log.",
            "A few come from connects under load; a steady rate means publishers race on one channel.");

    public final LongAdder writes = metrics.counter(
            "writes",
            "Writes to sockets; one write may carry several messages.",
            "Delivered divided by this is the average number of publications in a write.");

    public final LongAdder writeFailures = metrics.counter(
            "write_failures",
            "Writes that failed and ended their connection.",
            "Peers that left without a close; a burst means network or proxy trouble.");

    public final LongAdder isolationChecks = metrics.counter(
            "isolation_checks",
            "Comparisons of a channel's owner with a connection's user.",
            "Must rise with delivered: this shows that the guard runs.");

    public final LongAdder isolationViolations = metrics.counter(
            "violations",
            "Publications withheld from a connection of another user.",
            "Must stay 0. Otherwise take the node out, keep its log, and report a security defect.");

    public final LongAdder managersCreated =
            metrics.counter("managers_created", "Managers created.", "The rate of new sessions.");

    public final LongAdder managersReleased =
            metrics.counter("managers_released", "Managers released.", "Must follow managers created.");

    /** Opens that ended with an exception. A limit reached or a closed connection does not count. */
    public final LongAdder failedCreations = metrics.counter(
            "failed_creations",
            "Managers that could not be created, for a reason other than a limit.",
            "Must stay 0: the server's log has the error.");

    public final LongAdder limitHits = metrics.counter(
            "limit_hits",
            "Connects that met the limit of sessions of a user or of connections of a session.",
            "Above its threshold: users have more devices than the limit, or a client leaks connections.");

    public final LongAdder probes = metrics.counter(
            "probes", "Connections probed with a ping, because a limit was met.", "Rises with limit hits.");

    public final LongAdder provenDead = metrics.counter(
            "proven_dead",
            "Probed connections that gave no sign of life and were closed to make room.",
            "Many: networks drop connections in silence; a shorter ping-interval finds them sooner.");

    public final LongAdder evicted = metrics.counter(
            "evicted",
            "Live connections ended to make room, under limit-policy evict-oldest.",
            "Users lose tabs or devices: raise the limit.");

    public final LongAdder connectionsAccepted = metrics.counter(
            "connections_accepted",
            "Sockets accepted.",
            "Compare with connects: the difference never presented a valid token.");

    public final LongAdder connectionsRejected = metrics.counter(
            "connections_rejected",
            "Sockets rejected because the node is stopping or full.",
            "Outside a shutdown: raise max-connections or add a node.");

    public final LongAdder connects = metrics.counter(
            "connects", "Connects accepted.", "Rises without new users: clients reconnect; see closes by code.");

    public final Latency creation = metrics.latency(
            "manager_creation",
            "Time to create a manager and add its first connection",
            "p99 above its threshold: the node is short of CPU or collects garbage.");

    public final Latency delivery = metrics.latency(
            "delivery",
            "Time from an accepted publish to the socket",
            "p99 above its threshold: short of CPU, garbage collection, or slow readers (see queue depth).");

    public final Latency cleanup = metrics.latency(
            "manager_cleanup", "Time to release a manager", "p99 above its threshold: as for manager_creation.");

    private final Map<Integer, LongAdder> closes = new ConcurrentHashMap<>();

    /** The definitions of all counters of this class. */
    public MetricList metrics() {
        return metrics;
    }

    /** Publications handed to a socket. */
    public long delivered() {
        return delivery.count();
    }

    void dropped(Drop reason, long count) {
        drops.add(reason, count);
    }

    void closed(int code) {
        closes.computeIfAbsent(code, c -> new LongAdder()).increment();
    }

    public long dropped(Drop reason) {
        return drops.sum(reason);
    }

    /** Ended connections by close code. */
    public Map<Integer, Long> closes() {
        Map<Integer, Long> byCode = new TreeMap<>();
        closes.forEach((code, count) -> byCode.put(code, count.sum()));
        return byCode;
    }
}
