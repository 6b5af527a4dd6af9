package dev.cordon.bench.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a cluster of mode {@code database} needs for a {@link Workload}: nodes, memory, transactions, notifications, traffic.
 * Users are spread evenly, and a publish comes to any node.
 */
record Sizing(Measured measured, Workload load) {
    /** Nodes beyond which no cluster is looked for. */
    private static final int MOST_NODES = 10_000;
    /** Time between two looks of a node at all its users' channels: the mean of 16 and 24 seconds. */
    private static final double TAIL_SECONDS = 20;

    private static final double PING_SECONDS = 25;
    /** Bytes of a wakeup without the hashes of users: form, node's id, and what PostgreSQL's protocol adds. */
    private static final double WAKEUP_BYTES = 66;

    private static final double HASH_BYTES = 8;
    /** Connections of a node to PostgreSQL: eight that work and one that listens. */
    private static final double DATABASE_CONNECTIONS = 9;
    /** PostgreSQL's default is 100, of which it keeps three for administrators. */
    private static final double DATABASE_MOST_CONNECTIONS = 97;
    /** Heap for what lives, so that the collector has as much again. */
    private static final double HEAP_FACTOR = 2;

    private static final double MEGA = 1e6;

    /** The least number of nodes, two at least, that carry the load when one of them is lost; 0 if no number does. */
    int nodes() {
        for (int nodes = 2; nodes <= MOST_NODES; nodes++) {
            int left = nodes - 1;
            if (load.connections() / left <= load.perNode() && coresOf(left) <= load.cores() * load.share()) {
                return nodes;
            }
        }
        return 0;
    }

    /** Cores that each of so many nodes uses. */
    double coresOf(int nodes) {
        double remote = remoteShare(nodes);
        double messages = load.messagesPerSecond();
        double shared = messages * (remote * measured.remoteMicros() + (1 - remote) * measured.localMicros())
                + load.connections() / (load.stayMinutes() * 60) * measured.connectMicros()
                + load.connections() / PING_SECONDS * measured.pingMicros();
        // Each node hears of the messages of all others.
        return (shared / nodes + messages * remote * measured.otherMicros()) / MEGA;
    }

    /** Share of messages whose publisher and client are on different nodes. */
    private static double remoteShare(int nodes) {
        return (nodes - 1.0) / nodes;
    }

    /** Megabytes of a node's process and its sockets. */
    double memoryMegabytes(int nodes) {
        return measured.serverMegabytes()
                + load.connections()
                        / nodes
                        * (HEAP_FACTOR * measured.heapKilobytes() + measured.kernelKilobytes())
                        / 1024;
    }

    /** Commits of publications a second: one for each message, up to what a node can commit. */
    double commits(int nodes) {
        return Math.min(load.messagesPerSecond(), nodes * measured.commitsPerNode());
    }

    /** Transactions a second that notify: one behind each commit at most. */
    double notifications(int nodes) {
        return commits(nodes);
    }

    /** Notifications a second that PostgreSQL hands to nodes: each goes to every other one. */
    double notificationsHeard(int nodes) {
        return notifications(nodes) * (nodes - 1);
    }

    /** Megabytes a second that nodes read of each other's messages and wakeups, all through PostgreSQL. */
    double trafficMegabytes(int nodes) {
        double read = load.messagesPerSecond() * remoteShare(nodes) * load.bytes();
        double woken = load.messagesPerSecond() * HASH_BYTES * (nodes - 1) + notificationsHeard(nodes) * WAKEUP_BYTES;
        return (read + woken) / MEGA;
    }

    /** Channels a second whose top is looked at, in case that a wakeup was lost. */
    double looks() {
        return load.connections() / TAIL_SECONDS;
    }

    /** Publishes a second, of the most that one PostgreSQL took in the measurement. */
    double databaseShare() {
        return load.messagesPerSecond() / measured.publishesPerSecond();
    }

    double databaseConnections(int nodes) {
        return nodes * DATABASE_CONNECTIONS;
    }

    /** Clusters with a database each, so that each database has half of what it took in the measurement. */
    double clusters() {
        return Math.ceil(2 * databaseShare());
    }

    /** A limit of the mode, and the number of connections at which this workload meets it. */
    record Limit(String what, double connections) {}

    /** The limits in the order in which a growing number of connections meets them. */
    List<Limit> limits() {
        List<Limit> limits = new ArrayList<>();
        limits.add(new Limit(
                "publishes that one PostgreSQL took in the measurement",
                measured.publishesPerSecond() * 60 / load.perMinute()));
        double most = Math.floor(DATABASE_MOST_CONNECTIONS / DATABASE_CONNECTIONS);
        limits.add(new Limit(
                "PostgreSQL's default of 100 connections, with %.0f nodes".formatted(most),
                (most - 1) * load.perNode()));
        limits.add(new Limit(
                "half of a node's share of CPU goes into hearing the wakeups of the others",
                load.cores() * load.share() / 2 * MEGA / measured.otherMicros() * 60 / load.perMinute()));
        limits.sort((one, other) -> Double.compare(one.connections(), other.connections()));
        return limits;
    }

    /** The rows of the table in docs/scaling.md, for the same workload with these numbers of connections. */
    static Stream<String> rows(Measured measured, Workload load, double... connections) {
        List<Sizing> sizes = new ArrayList<>();
        for (double each : connections) {
            sizes.add(new Sizing(measured, load.with("connections", each)));
        }
        return Stream.of(
                row("messages a second", sizes, of -> of.load().messagesPerSecond()),
                row("nodes, one of which may be lost", sizes, Sizing::nodes),
                row("cores in use of each", sizes, of -> of.coresOf(of.nodes())),
                row("memory of each, MB", sizes, of -> of.memoryMegabytes(of.nodes())),
                row("commits of publications a second", sizes, of -> of.commits(of.nodes())),
                row("notifications a second", sizes, of -> of.notifications(of.nodes())),
                row("… handed to nodes", sizes, of -> of.notificationsHeard(of.nodes())),
                row("traffic between nodes through PostgreSQL, MB/s", sizes, of -> of.trafficMegabytes(of.nodes())),
                row("channels looked at a second, for lost wakeups", sizes, Sizing::looks),
                row("connections to PostgreSQL", sizes, of -> of.databaseConnections(of.nodes())),
                row("publishes, of what one PostgreSQL took in the measurement, ×", sizes, Sizing::databaseShare),
                row("clusters with a database each, each half loaded", sizes, Sizing::clusters));
    }

    private static String row(String what, List<Sizing> sizes, Function<Sizing, Number> value) {
        StringBuilder row = new StringBuilder("| ").append(what);
        sizes.forEach(of -> row.append(" | ").append(number(value.apply(of).doubleValue())));
        return row.append(" |\n").toString();
    }

    /** Two significant digits: the model is no more exact. */
    static String number(double value) {
        if (value >= 100) {
            double unit = Math.pow(10, Math.floor(Math.log10(value)) - 1);
            return String.format(Locale.ROOT, "%,.0f", Math.round(value / unit) * unit);
        }
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, value >= 10 ? "%.0f" : value >= 1 ? "%.1f" : "%.2f", value);
    }

    /** Prints the table and the limits for a workload. Arguments such as {@code perMinute=10}: the names of {@link Workload}. */
    public static void main(String[] args) {
        Map<String, Double> changes = new HashMap<>();
        for (String arg : args) {
            String[] parts = arg.split("=", 2);
            changes.put(parts[0], parts.length == 2 ? Double.parseDouble(parts[1]) : Double.NaN);
        }
        Workload load = Workload.DEFAULT.with(changes);
        double[] connections =
                changes.containsKey("connections") ? new double[] {load.connections()} : new double[] {1e5, 1e6, 1e7};
        rows(Measured.FIGURES, load, connections).forEach(System.out::print);
        new Sizing(Measured.FIGURES, load)
                .limits()
                .forEach(limit -> System.out.printf(
                        "reached at %s connections: %s%n", number(limit.connections()), limit.what()));
    }
}
