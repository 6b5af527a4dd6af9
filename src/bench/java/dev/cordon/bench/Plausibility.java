package dev.cordon.bench;

import java.util.ArrayList;
import java.util.List;

/** Whether a run measured what it set out to: every figure there and positive, nothing lost, nothing astray. */
final class Plausibility {
    private static final List<String> POSITIVE = List.of(
            "latency.p50",
            "latency.p99",
            "saturation.rate",
            "saturation.cpu",
            "saturation.garbage",
            "apart.cpu",
            "burst.cpu",
            "batch.cpu",
            "broadcast.cpu",
            "echo.p50",
            "echo.cpu",
            "connect.rate",
            "connect.cpu",
            "groups.one.cpu",
            "groups.ten.cpu",
            "groups.named.cpu",
            "cluster.local.rate",
            "cluster.local.cpu",
            "cluster.remote.p50",
            "cluster.remote.p99",
            "cluster.remote.notifications",
            "cluster.through.rate",
            "cluster.through.nodesCpu");
    private static final List<String> ZERO = List.of(
            "latency.lost",
            "saturation.lost",
            "apart.lost",
            "burst.lost",
            "batch.lost",
            "broadcast.lost",
            "connect.failed",
            "groups.one.lost",
            "groups.ten.lost",
            "groups.named.lost",
            "cluster.local.lost",
            "cluster.remote.lost",
            "cluster.through.lost",
            "misdelivered",
            "errors");

    private Plausibility() {}

    /** What is wrong, one line each; empty when all is well. Only scenarios that were asked for are looked at. */
    static List<String> faults(BenchOptions options, Results results) {
        List<String> faults = new ArrayList<>();
        for (Contestant server : options.servers()) {
            for (String name : POSITIVE) {
                double value = results.median(server, name);
                if (wanted(options, server, name) && has(server, name) && !(Double.isFinite(value) && value > 0)) {
                    faults.add(server.label() + ": " + name + " is " + value + " " + results.notes(server));
                }
            }
            for (String name : ZERO) {
                double value = results.of(server, name).max();
                if (wanted(options, server, name) && has(server, name) && value != 0) {
                    faults.add(server.label() + ": " + name + " is " + value + " but must be 0");
                }
            }
        }
        return faults;
    }

    private static boolean has(Contestant server, String figure) {
        if (figure.startsWith("cluster.")) {
            return figure.startsWith("cluster.local.") ? server.inCluster() : server.clustered();
        }
        if (figure.startsWith("groups.")) {
            return server == Contestant.CORDON;
        }
        return server.java() || !figure.equals("saturation.garbage");
    }

    /** Figures without a scenario's name belong to every run. */
    private static boolean wanted(BenchOptions options, Contestant server, String figure) {
        int dot = figure.indexOf('.');
        return dot < 0 || options.wants(server, figure.substring(0, dot));
    }
}
