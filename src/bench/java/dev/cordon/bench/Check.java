package dev.cordon.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A target and what this run makes of it.
 *
 * @param measured NaN when the run did not measure it
 * @param atMost whether the limit is an upper one
 */
record Check(String what, double measured, double limit, boolean atMost, String unit) {
    private static final double EIGHTH = 1 / 8.0;
    private static final double GARBAGE_BYTES = 1536;

    /** What a change may cost, of the version before it in the same run. */
    private static final double NOT_SLOWER = 1.03;

    /** What the cluster may cost a local delivery. */
    private static final double LOCAL_CPU = 1.15;

    /** What the Java client may cost its back end, of a publisher without futures, keys and retries. */
    private static final double CLIENT_CPU = 1.2;

    /** What a delivery may cost by Protobuf, of one by JSON over a WebSocket. */
    private static final double PROTOBUF_CPU = 1.1;

    /** What it may cost over a stream. */
    private static final double STREAM_CPU = 2;

    private static final double IDLE_KILOBYTES = 12;

    private static final double REMOTE_P50 = 4_000;
    private static final double REMOTE_P50_ON_GRID = 1_000;
    private static final double REMOTE_TAIL = 5;
    private static final double THROUGH_RATE = 10_000;

    private static final Map<String, String> BEFORE = new TreeMap<>(Map.of(
            "saturation.cpu", "targeted delivery",
            "apart.cpu", "targeted delivery, each publish a write",
            "burst.cpu", "bursts coalesced",
            "echo.cpu", "echo",
            "batch.cpu", "broadcast by batches of publishes",
            "connect.cpu", "connect",
            "http.single.cpu", "publish over HTTP, singly",
            "http.batch.cpu", "publish over HTTP, batch of 100",
            "http.broadcast.cpu", "publish over HTTP, broadcast to 100"));

    String verdict() {
        if (!Double.isFinite(measured)) {
            return "not measured";
        }
        return (atMost ? measured <= limit : measured >= limit) ? "met" : "MISSED";
    }

    String wanted() {
        if (atMost && limit == 0) {
            return "none";
        }
        return (atMost ? "≤ " : "≥ ") + Report.number(limit) + unit;
    }

    static List<Check> of(Results results, int stalled) {
        Relative cordon = new Relative(results);
        List<Check> checks = new ArrayList<>();
        checks.add(cordon.times("targeted delivery, CPU, of bare Payara", "saturation.cpu", Contestant.PAYARA, EIGHTH));
        checks.add(cordon.times("targeted delivery, CPU, of raw Netty", "saturation.cpu", Contestant.NETTY, 1.2));
        checks.add(cordon.times("targeted delivery, CPU, of the floor", "saturation.cpu", Contestant.FLOOR, 1.4));
        checks.add(cordon.times(
                "targeted delivery, each publish a write, CPU, of raw Netty", "apart.cpu", Contestant.NETTY, 1.2));
        checks.add(cordon.times(
                "targeted delivery, each publish a write, CPU, of the floor", "apart.cpu", Contestant.FLOOR, 1.4));
        checks.add(cordon.times("bursts coalesced, CPU, of raw Netty", "burst.cpu", Contestant.NETTY, 2));
        checks.add(cordon.times("echo, CPU, of bare Payara", "echo.cpu", Contestant.PAYARA, EIGHTH));
        checks.add(cordon.times("echo, CPU, of raw Netty", "echo.cpu", Contestant.NETTY, 1));
        checks.add(cordon.times("echo, CPU, of the floor", "echo.cpu", Contestant.FLOOR, 1.4));
        checks.add(cordon.times("echo, round trip p50, of raw Netty", "echo.p50", Contestant.NETTY, 1.25));
        checks.add(cordon.times("delivery at 1,000/s, p50, of bare Payara", "latency.p50", Contestant.PAYARA, 0.5));
        checks.add(cordon.times("delivery at 1,000/s, p50, of raw Netty", "latency.p50", Contestant.NETTY, 1.5));
        checks.add(cordon.times("delivery at 1,000/s, p99, of raw Netty", "latency.p99", Contestant.NETTY, 2));
        checks.add(cordon.absolute("publish over HTTP, singly, CPU", "http.single.cpu", 60, " µs"));
        checks.add(cordon.absolute("publish over HTTP, batch of 100, CPU a message", "http.batch.cpu", 12, " µs"));
        checks.add(
                cordon.absolute("publish over HTTP, broadcast to 100, CPU a message", "http.broadcast.cpu", 12, " µs"));
        checks.add(cordon.times(
                "broadcast by one command (Cordon: HTTP), CPU a delivery, of raw Netty",
                "broadcast.cpu",
                Contestant.NETTY,
                1.1));
        checks.add(cordon.times(
                "broadcast by batches of publishes, CPU a delivery, of raw Netty", "batch.cpu", Contestant.NETTY, 1.1));
        checks.add(cordon.absolute("live heap an idle connection", "memory.slope", IDLE_KILOBYTES, " KB"));
        checks.add(new Check(
                "… of it Cordon's own, with every string, array and collection",
                cordon.median("memory.cordon") + cordon.median("memory.shared"),
                2,
                true,
                " KB"));
        checks.add(new Check(
                "connect rate, of bare Payara", cordon.ratio("connect.rate", Contestant.PAYARA), 3, false, " ×"));
        checks.add(cordon.absolute("garbage a delivered message", "saturation.garbage", GARBAGE_BYTES, " bytes"));
        checks.add(new Check(
                "healthy users' p99 beside hostile neighbours, of alone",
                cordon.median("slow.beside.p99") / cordon.median("slow.alone.p99"),
                2,
                true,
                " ×"));
        checks.add(new Check(
                "healthy users' p99 beside 200 stalled HTTP clients, of alone",
                cordon.median("stall.beside.p99") / cordon.median("stall.alone.p99"),
                2,
                true,
                " ×"));
        checks.add(new Check(
                "the Java client, CPU of the back end a message, of the generator's publisher over a socket",
                cordon.median("client.futures.cpu") / cordon.median("client.socket.cpu"),
                CLIENT_CPU,
                true,
                " ×"));
        checks.add(new Check(
                "broadcast to one group of all users, CPU a delivery, of ten groups of a tenth each",
                results.ratio(Contestant.CORDON, "groups.one.cpu", Contestant.CORDON, "groups.ten.cpu"),
                NOT_SLOWER,
                true,
                " ×"));
        checks.add(new Check("stalled readers ended with 3008", cordon.median("slow.cutByCount"), stalled, false, ""));
        checks.add(cordon.absolute("messages that reached another user", "misdelivered", 0, ""));
        checks.add(cordon.absolute("published and not delivered, targeted", "saturation.lost", 0, ""));
        checks.add(
                cordon.absolute("connection and manager, create and release, p50 (JMH)", "micro.create.p50", 5, " µs"));
        checks.add(
                cordon.absolute("manager create and release, garbage (JMH)", "micro.create.garbage", 1024, " bytes"));
        checks.add(cordon.absolute("managers retained after release (JMH)", "micro.create.retained", 0, ""));
        results.servers().stream().filter(Contestant::otherWay).forEach(way -> checks.addAll(ofWay(results, way)));
        results.servers().stream()
                .filter(Contestant::clustered)
                .forEach(cluster -> checks.addAll(ofCluster(results, cluster)));
        if (results.servers().contains(Contestant.CORDON_BEFORE)) {
            BEFORE.forEach((key, what) -> checks.add(
                    cordon.times(what + ", CPU, of the version before", key, Contestant.CORDON_BEFORE, NOT_SLOWER)));
        }
        return checks;
    }

    private static List<Check> ofWay(Results results, Contestant way) {
        String name = way.label() + ": ";
        double limit = way.stream() ? STREAM_CPU : PROTOBUF_CPU;
        return List.of(
                new Check(
                        name + "targeted delivery, CPU, of JSON over a WebSocket",
                        results.ratio(way, Contestant.CORDON, "saturation.cpu"),
                        limit,
                        true,
                        " ×"),
                new Check(
                        name + "targeted delivery, each publish a write, CPU, of JSON over a WebSocket",
                        results.ratio(way, Contestant.CORDON, "apart.cpu"),
                        limit,
                        true,
                        " ×"),
                new Check(
                        name + "live heap an idle connection",
                        results.median(way, "memory.slope"),
                        IDLE_KILOBYTES,
                        true,
                        " KB"),
                new Check(
                        name + "messages that reached another user",
                        results.of(way, "misdelivered").max(),
                        0,
                        true,
                        ""),
                new Check(
                        name + "published and not delivered, targeted",
                        results.of(way, "saturation.lost").max(),
                        0,
                        true,
                        ""));
    }

    private static List<Check> ofCluster(Results results, Contestant cluster) {
        String name = cluster.label() + ": ";
        double p50 = results.median(cluster, "cluster.remote.p50");
        return List.of(
                new Check(
                        name + "local delivery, CPU, of one node with its log in PostgreSQL and without a cluster",
                        results.ratio(cluster, Contestant.CORDON_JDBC, "cluster.local.cpu"),
                        LOCAL_CPU,
                        true,
                        " ×"),
                new Check(
                        name + "from node to node, p50",
                        p50,
                        cluster.onGrid() ? REMOTE_P50_ON_GRID : REMOTE_P50,
                        true,
                        " µs"),
                new Check(
                        name + "from node to node, p99, of p50",
                        results.median(cluster, "cluster.remote.p99") / p50,
                        REMOTE_TAIL,
                        true,
                        " ×"),
                new Check(
                        name + "publishes in batches through two nodes",
                        results.median(cluster, "cluster.through.rate"),
                        THROUGH_RATE,
                        false,
                        "/s"),
                new Check(
                        name + "published and not received",
                        results.of(cluster, "cluster.local.lost").max()
                                + results.of(cluster, "cluster.remote.lost").max()
                                + results.of(cluster, "cluster.through.lost").max(),
                        0,
                        true,
                        ""));
    }

    /** Cordon's medians, and how they compare. */
    private record Relative(Results results) {
        double median(String key) {
            return results.median(Contestant.CORDON, key);
        }

        double ratio(String key, Contestant to) {
            return results.ratio(Contestant.CORDON, to, key);
        }

        Check times(String what, String key, Contestant of, double limit) {
            return new Check(what, ratio(key, of), limit, true, " ×");
        }

        Check absolute(String what, String key, double limit, String unit) {
            return new Check(what, median(key), limit, true, unit);
        }
    }
}
