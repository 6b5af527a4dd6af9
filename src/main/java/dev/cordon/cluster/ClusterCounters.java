package dev.cordon.cluster;

import dev.cordon.manager.Ticker;
import dev.cordon.metric.Metric;
import dev.cordon.metric.MetricList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The counters of what nodes tell each other, each with its definition as a metric. All stay 0 without a cluster, but
 * for what is heard of applications that publish by SQL.
 * Thread-safe.
 */
public final class ClusterCounters {
    private final MetricList metrics = new MetricList();
    private final Ticker ticker;
    private final AtomicInteger nodes = new AtomicInteger();
    /** Carriers of wakeups, and those of them that hear. */
    private final AtomicInteger carriers = new AtomicInteger();

    private final AtomicInteger hearing = new AtomicInteger();
    private volatile boolean begun;
    private volatile boolean shouldListen;
    /** When this node last stopped hearing wakeups, or began. */
    private volatile long deafSince;
    /** When the last heartbeat was written, or the first became due. */
    private volatile long beatenAt;

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
            "Rises: look at the database, or at the grid; until then messages may arrive up to 30 seconds late.");

    public final LongAdder remote = metrics.counter(
            "cluster_publications",
            "Publications of other nodes, and of applications' transactions, that this node has read from the log.",
            "The load that the other nodes and the transactions bring.");

    public final LongAdder repaired = metrics.counter(
            "cluster_repaired",
            "Publications of other nodes, and of applications' transactions, that this node found without a wakeup.",
            "Rises all the time: wakeups get lost; look at cordon_cluster_wakeups_failed_total of all nodes.");

    public final LongAdder transactions = metrics.counter(
            "cluster_transactions_heard",
            "Transactions of applications that published by SQL, as this node was woken by them. Every node counts each.",
            "Stays 0 while applications publish by SQL: look at cordon_cluster_listening.");

    public final LongAdder nodesLost = metrics.counter(
            "cluster_nodes_lost",
            "Nodes that this node has removed because they were silent for ten seconds without having drained or left."
                    + " One node of the cluster counts each.",
            "Rises: look whether that node's process runs, and whether it reaches the database, on the grid the other nodes.");

    public final LongAdder inquiriesAsked = metrics.counter(
            "cluster_inquiries_asked",
            "Questions of this node to others: for presence, info and the console.",
            "The load of presence on a cluster: each other node reads and answers each of them.");

    public final LongAdder inquiriesAnswered = metrics.counter(
            "cluster_inquiries_answered",
            "Questions of other nodes that this node answered or refused.",
            "Stays 0 while other nodes ask: look at cordon_cluster_listening.");

    public final LongAdder inquiriesUnanswered = metrics.counter(
            "cluster_inquiries_unanswered",
            "Answers that did not come within 2 seconds, or were a refusal.",
            "Rises for ten seconds when a node is lost. Else a node is overloaded, or does not hear the others.");

    public final LongAdder inquiriesRejected = metrics.counter(
            "cluster_inquiries_rejected",
            "Questions that were not asked because 16 were under way.",
            "Ask for presence less often, or look at cordon_cluster_inquiries_unanswered_total.");

    public final LongAdder slotsClaimed = metrics.counter(
            "cluster_slots_claimed",
            "Slots of sessions that this node was granted in the whole cluster.",
            "The load that new sessions bring to the database: one row each.");

    public final LongAdder slotsDenied = metrics.counter(
            "cluster_slots_denied",
            "Claims of a slot that were denied, because other sessions of the user had all of them on any node.",
            "As for cordon_limit_hits_total, which counts a connection once.");

    public final LongAdder slotTakeovers = metrics.counter(
            "cluster_slot_takeovers",
            "Slots of dead nodes that were free for their users' sessions on this node.",
            "Follows the loss or the stop of a node; the users are back.");

    public final LongAdder slotsLost = metrics.counter(
            "cluster_slots_lost",
            "Sessions of this node that lost their slot, because the other nodes took this one for dead. Their connections ended.",
            "Rises: this node was frozen or cut off from the database for over ten seconds.");

    public ClusterCounters() {
        this(System::nanoTime);
    }

    public ClusterCounters(Ticker ticker) {
        this.ticker = ticker;
        metrics.add(
                Metric.gauge("cluster_listening", () -> listening() ? 1 : 0)
                        .means(
                                "1 while this node hears the wakeups of other nodes and of applications, with cordon.cluster=grid by the grid and by the database.")
                        .then(
                                "0 with a cluster, or while applications publish by SQL: the log names the reason; messages of other nodes and of applications arrive up to 30 seconds late."));
        metrics.add(Metric.seconds(
                        "cluster_not_listening", () -> shouldListen && !listening() ? ticker.nanos() - deafSince : 0)
                .means("Time for which this node has not heard the wakeups of other nodes; 0 while it does.")
                .then("Above its threshold: as for cordon_cluster_listening."));
        metrics.add(Metric.gauge("cluster_nodes", nodes::get)
                .means("Nodes that share the log, as this node sees them.")
                .then("Less than you run: one is lost or cut off from the others. 0 means that there is no cluster."));
        metrics.add(
                Metric.seconds("cluster_heartbeat_age", this::heartbeatAge)
                        .means("Time since this node last wrote its heartbeat into the node directory.")
                        .then(
                                "Over 10 s the other nodes may take this one for lost: look at the database, or at the grid, and the way to it."));
        metrics.add(
                Metric.gauge("cluster_quorum", this::quorum)
                        .means(
                                "1 while the other nodes can count on this one: its last heartbeat is less than 10 s old.")
                        .then(
                                "0 with a cluster: as for cordon_cluster_heartbeat_age_seconds; without the database, publishes are answered 503."));
    }

    /** From now on this node is one of several: it should hear wakeups and write heartbeats. */
    public void begin() {
        beginListening();
        beatenAt = ticker.nanos();
        begun = true;
    }

    /** From now on this node should hear wakeups: of other nodes, or of applications. */
    public void beginListening() {
        deafSince = ticker.nanos();
        shouldListen = true;
    }

    /** This node is one of several no more, and need hear nothing. */
    public void end() {
        begun = false;
        shouldListen = false;
        nodes.set(0);
    }

    /** This node has written its heartbeat, and so many nodes share the log, this one included. */
    public void beaten(int alive) {
        beatenAt = ticker.nanos();
        nodes.set(alive);
    }

    /**
     * What one carrier of wakeups hears. The node hears the others while all its carriers do. Call it once for each
     * carrier.
     */
    public Hearing hearing() {
        return new Hearing();
    }

    /** Whether one carrier hears the wakeups of others. Thread-safe. */
    public final class Hearing {
        private boolean hears;

        private Hearing() {
            carriers.incrementAndGet();
        }

        /**
         * The carrier begins or ceases to hear.
         *
         * @return whether that is new
         */
        public boolean set(boolean now) {
            synchronized (hearing) {
                if (hears == now) {
                    return false;
                }
                if (!now && listening()) {
                    // First, because a reader may come between.
                    deafSince = ticker.nanos();
                }
                hears = now;
                hearing.addAndGet(now ? 1 : -1);
                return true;
            }
        }
    }

    private boolean listening() {
        return hearing.get() > 0 && hearing.get() == carriers.get();
    }

    private long heartbeatAge() {
        return begun ? ticker.nanos() - beatenAt : 0;
    }

    private int quorum() {
        return nodes.get() > 0 && heartbeatAge() < NodeDirectory.LOST_AFTER.toNanos() ? 1 : 0;
    }

    /** The definitions of all metrics of this class. */
    public MetricList metrics() {
        return metrics;
    }
}
