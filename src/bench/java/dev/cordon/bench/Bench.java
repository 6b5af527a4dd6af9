package dev.cordon.bench;

import dev.cordon.LoopbackPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the benchmark: all servers up, one round to warm them that is thrown away, then rounds in which each has its turn; at the end,
 * on fresh servers, idle memory and slow neighbours.
 */
public final class Bench {
    private static final List<String> TURN =
            List.of("latency", "saturation", "apart", "burst", "echo", "batch", "broadcast", "connect", "http");

    private static final int SPARE_DESCRIPTORS = 500;

    /** Windows that a fixed rate is measured for: of one of 2.5 s, a p99 would be 25 messages. */
    private static final int WINDOWS_AT_RATE = 3;

    /** Each takes a minute. */
    private static final int SLOW_ROUNDS = 5;

    private final BenchOptions options;
    private final Results results = new Results();
    private final long startedAt = System.nanoTime();
    private int started;

    private Bench(BenchOptions options) {
        this.options = options;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        Bench bench = new Bench(Floor.orLeftOut(BenchOptions.read(System::getProperty)));
        Map<String, String> machine = Machine.facts();
        if (Machine.busy()) {
            bench.progress("the machine is busy (load " + Machine.load() + "): figures of this run will not compare");
        }
        Results results = bench.run();
        machine.put("load average at the end (the run itself makes about 2)", Machine.load());
        if (bench.options.jmh()) {
            MicroBenchmarks.run(bench.options, results);
        }
        new Report(bench.options, machine, results).write();
        List<String> faults = Plausibility.faults(bench.options, results);
        if (Boolean.getBoolean("bench.smoke") && !faults.isEmpty()) {
            throw new IllegalStateException("the smoke run is not plausible: " + String.join("; ", faults));
        }
    }

    /** Runs and returns the figures, without writing a report. */
    static Results run(BenchOptions options) throws IOException, InterruptedException {
        return new Bench(options).run();
    }

    private Results run() throws IOException, InterruptedException {
        Files.createDirectories(options.out());
        try (Generator generator = new Generator(options)) {
            rounds(generator);
            if (options.wants("memory")) {
                List<Integer> sizes = affordable();
                for (Contestant contestant : options.servers()) {
                    if (options.wants(contestant, "memory")) {
                        memory(generator, contestant, sizes);
                    }
                }
            }
            if (options.wants("slow")) {
                for (Contestant cordon : List.of(Contestant.CORDON, Contestant.CORDON_BEFORE)) {
                    if (options.servers().contains(cordon)) {
                        neighbours(generator, cordon);
                    }
                }
            }
            if (options.wants("stall") && options.servers().contains(Contestant.CORDON)) {
                stalls(generator);
            }
            if (options.wants("client") && options.servers().contains(Contestant.CORDON)) {
                backEnds(generator);
            }
            if (options.wants("groups") && options.servers().contains(Contestant.CORDON)) {
                groups(generator);
            }
            if (options.wants("cluster")) {
                new ClusterScenario(options, generator, this::enter, this::progress, this::port).run();
            }
        }
        return results;
    }

    private void rounds(Generator generator) throws IOException, InterruptedException {
        List<String> scenarios = TURN.stream().filter(options::wants).toList();
        if (scenarios.isEmpty()) {
            return;
        }
        List<ServerProcess> servers = new ArrayList<>();
        try {
            for (Contestant contestant : options.servers()) {
                Optional<ServerProcess> shared = shared(contestant, servers);
                progress((shared.isPresent() ? "sharing for " : "starting ") + contestant.label());
                servers.add(shared.isPresent() ? shared.get() : start(contestant, "rounds"));
            }
            for (int round = 0; round <= options.rounds(); round++) {
                for (ServerProcess server : servers) {
                    List<String> own = scenarios.stream()
                            .filter(scenario -> options.wants(server.contestant(), scenario))
                            .toList();
                    if (!own.isEmpty()) {
                        turn(generator, server, own, options.users(), round);
                    }
                }
                // Else one would always come behind the same other, on a machine that it has left warm.
                Collections.reverse(servers);
            }
        } finally {
            for (ServerProcess server : servers) {
                server.close();
            }
        }
    }

    /** Cordon's own server for another way in, if ways share it. */
    private Optional<ServerProcess> shared(Contestant contestant, List<ServerProcess> servers) {
        return servers.stream()
                .filter(server -> options.shared() && contestant.otherWay() && server.contestant() == Contestant.CORDON)
                .findFirst()
                .map(server -> server.as(contestant));
    }

    private ServerProcess start(Contestant contestant, String tag) throws IOException, InterruptedException {
        return ServerProcess.start(contestant, port(), options, tag);
    }

    private int port() throws IOException {
        int wanted = options.basePort() == 0 ? 0 : options.basePort() + started++;
        return LoopbackPorts.take(wanted, "bench.port");
    }

    /** On one fresh server. Round 0 warms up: what it compiles would be taken for the neighbours' doing. */
    private void neighbours(Generator generator, Contestant cordon) throws IOException, InterruptedException {
        progress("slow " + cordon.label());
        try (ServerProcess server = start(cordon, "slow")) {
            for (int round = 0; round <= Math.min(options.rounds(), SLOW_ROUNDS); round++) {
                Generator.Answer answer = generator.order(
                        "slow",
                        server,
                        "round=%d healthy=100 stalled=%d warmup=%s seconds=%s flood=%s floodBytes=60000 payload=%d"
                                .formatted(
                                        round,
                                        options.stalled(),
                                        round == 0 ? options.warmup() : 0,
                                        Math.max(options.seconds() * 2, options.floodSeconds() / 2),
                                        options.floodSeconds(),
                                        options.payload()));
                enter(cordon, round, answer);
            }
        }
    }

    /** On one fresh server. Round 0 warms up. */
    private void stalls(Generator generator) throws IOException, InterruptedException {
        progress("stall " + Contestant.CORDON.label());
        try (ServerProcess server = start(Contestant.CORDON, "stall")) {
            for (int round = 0; round <= Math.min(options.rounds(), SLOW_ROUNDS); round++) {
                Generator.Answer answer = generator.order(
                        "stall",
                        server,
                        "round=%d healthy=100 stalled=200 warmup=%s seconds=%s payload=%d"
                                .formatted(
                                        round,
                                        round == 0 ? options.warmup() : 0,
                                        options.seconds() * 4,
                                        options.payload()));
                enter(Contestant.CORDON, round, answer);
            }
        }
    }

    /** On one fresh server. Round 0 warms up. */
    private void backEnds(Generator generator) throws IOException, InterruptedException {
        progress("client " + Contestant.CORDON.label());
        try (ServerProcess server = start(Contestant.CORDON, "client")) {
            for (int round = 0; round <= options.rounds(); round++) {
                Generator.Answer answer = generator.order(
                        "client",
                        server,
                        "round=%d seconds=%s payload=%d"
                                .formatted(
                                        round, round == 0 ? options.warmup() : options.seconds(), options.payload()));
                enter(Contestant.CORDON, round, answer);
            }
        }
    }

    /** On one fresh server. Round 0 warms up; each second one is in the opposite order. */
    private void groups(Generator generator) throws IOException, InterruptedException {
        if (options.members() + SPARE_DESCRIPTORS > Machine.descriptors()) {
            results.note(
                    Contestant.CORDON,
                    Map.of("groups", "left out: ulimit -n allows " + Machine.descriptors() + " connections"));
            return;
        }
        List<String> parts = new ArrayList<>(List.of("one_group", "ten_groups", "named"));
        try (ServerProcess server = start(Contestant.CORDON, "groups")) {
            for (int round = 0; round <= options.rounds(); round++) {
                turn(generator, server, parts, options.members(), round);
                Collections.reverse(parts);
            }
        }
    }

    /** Round 0 warms up. */
    private void turn(Generator generator, ServerProcess server, List<String> scenarios, int users, int round)
            throws IOException {
        progress((round == 0 ? "warming up " : "round " + round + "/" + options.rounds() + " ")
                + server.contestant().label());
        double seconds = round == 0 ? options.warmup() : options.seconds();
        Optional<Databases.Done> before = Databases.done(server.contestant());
        long from = System.nanoTime();
        Generator.Answer answer = generator.order(
                "turn",
                server,
                "scenarios=%s users=%d seconds=%s secondsAtRate=%s payload=%d rate=%d"
                        .formatted(
                                String.join(",", scenarios),
                                users,
                                seconds,
                                round == 0 ? seconds : WINDOWS_AT_RATE * seconds,
                                options.payload(),
                                options.rate()));
        double elapsed = (System.nanoTime() - from) / 1e9;
        if (before.isPresent()) {
            Databases.Done after = Databases.done(server.contestant()).orElseThrow();
            long commits = after.commits() - before.get().commits();
            answer.figures().put("commits.rate", commits / elapsed);
            answer.figures()
                    .put(
                            "commits.publishes",
                            (after.published() - before.get().published()) / (double) Math.max(1, commits));
        }
        enter(server.contestant(), round, answer);
    }

    /** Of round 0 only the remarks count. */
    private void enter(Contestant contestant, int round, Generator.Answer answer) {
        if (round > 0) {
            add(contestant, answer);
        } else {
            results.note(contestant, answer.notes());
        }
    }

    private void add(Contestant contestant, Generator.Answer answer) {
        results.add(contestant, answer);
        progress("  " + summary(answer));
    }

    private void memory(Generator generator, Contestant contestant, List<Integer> sizes)
            throws IOException, InterruptedException {
        progress("memory " + contestant.label());
        try (ServerProcess server = start(contestant, "memory")) {
            add(contestant, generator.order("memory", server, "sizes=" + joined(sizes)));
        }
    }

    /** Numbers of connections for which the generator may open enough descriptors. */
    private List<Integer> affordable() {
        long descriptors = Machine.descriptors();
        List<Integer> sizes = options.sizes().stream()
                .filter(size -> size + SPARE_DESCRIPTORS <= descriptors)
                .toList();
        if (sizes.size() < options.sizes().size()) {
            results.note(
                    options.servers().get(0),
                    Map.of("memory", "only " + sizes + " connections: ulimit -n allows " + descriptors));
        }
        return sizes.isEmpty() ? List.of((int) Math.min(descriptors / 2, 500)) : sizes;
    }

    private static String joined(List<Integer> sizes) {
        return String.join(",", sizes.stream().map(String::valueOf).toList());
    }

    private static String summary(Generator.Answer answer) {
        StringBuilder text = new StringBuilder();
        for (String name : List.of(
                "latency.p50",
                "saturation.rate",
                "saturation.cpu",
                "saturation.garbage",
                "apart.cpu",
                "burst.cpu",
                "echo.p50",
                "echo.cpu",
                "batch.cpu",
                "broadcast.cpu",
                "connect.rate",
                "http.single.rate",
                "http.single.cpu",
                "commits.rate",
                "commits.publishes",
                "memory.slope",
                "slow.alone.p99",
                "slow.beside.p99",
                "slow.cut",
                "stall.alone.p99",
                "stall.beside.p99",
                "client.socket.cpu",
                "client.http.cpu",
                "client.httpbatch.cpu",
                "client.jdk.cpu",
                "client.futures.cpu",
                "client.wide.cpu",
                "client.blocking.cpu",
                "groups.one.cpu",
                "groups.ten.cpu",
                "groups.named.cpu",
                "cluster.local.cpu",
                "cluster.local.rate",
                "cluster.remote.p50",
                "cluster.remote.p99",
                "cluster.remote.notifications",
                "cluster.through.rate",
                "cluster.through.lost",
                "notify.time",
                "notify.syncs")) {
            Double value = answer.figures().get(name);
            if (value != null) {
                text.append(name).append(' ').append(Report.number(value)).append("  ");
            }
        }
        answer.notes()
                .forEach((name, note) ->
                        text.append('[').append(name).append(": ").append(note).append("] "));
        return text.toString();
    }

    private void progress(String text) {
        System.out.printf("[bench %4d s] %s%n", (System.nanoTime() - startedAt) / 1_000_000_000L, text);
    }
}
