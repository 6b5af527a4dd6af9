package dev.cordon.bench;

import dev.cordon.bench.Generator.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The scenario {@code cluster}: clusters of two nodes beside one node with the same log and without a cluster. All are up
 * together and take turns, after a round that is thrown away.
 */
final class ClusterScenario {
    private final BenchOptions options;
    private final Generator generator;
    private final Round entered;
    private final Consumer<String> progress;
    private final Ports ports;
    private final HttpClient http = HttpClient.newHttpClient();

    /** Who takes the figures of a round. */
    interface Round {
        void enter(Contestant contestant, int round, Answer answer);
    }

    /** Gives a free port at each call. */
    interface Ports {
        int next() throws IOException;
    }

    ClusterScenario(BenchOptions options, Generator generator, Round entered, Consumer<String> progress, Ports ports) {
        this.options = options;
        this.generator = generator;
        this.entered = entered;
        this.progress = progress;
        this.ports = ports;
    }

    /** The nodes of one contestant. */
    private record Nodes(Contestant contestant, ServerProcess first, Optional<ServerProcess> second)
            implements AutoCloseable {
        List<ServerProcess> all() {
            List<ServerProcess> all = new ArrayList<>(List.of(first));
            second.ifPresent(all::add);
            return all;
        }

        @Override
        public void close() {
            first.close();
            second.ifPresent(ServerProcess::close);
        }
    }

    void run() throws IOException, InterruptedException {
        List<Nodes> taking = new ArrayList<>();
        try {
            for (Contestant contestant : options.servers()) {
                if (contestant.inCluster()) {
                    taking.add(start(contestant));
                }
            }
            for (int round = 0; !taking.isEmpty() && round <= options.rounds(); round++) {
                for (Nodes nodes : taking) {
                    turn(nodes, round);
                }
                Collections.reverse(taking);
            }
        } finally {
            taking.forEach(Nodes::close);
        }
    }

    private Nodes start(Contestant contestant) throws IOException, InterruptedException {
        progress.accept("starting " + contestant.label());
        Map<String, String> settings = Databases.settings(contestant, options.out());
        List<Integer> grid = contestant.onGrid() ? List.of(ports.next(), ports.next()) : List.of();
        ServerProcess first = ServerProcess.launch(contestant, ports.next(), options, "cluster-first", settings, grid);
        Optional<ServerProcess> second = Optional.empty();
        try {
            if (contestant.clustered()) {
                List<Integer> turned = new ArrayList<>(grid);
                Collections.reverse(turned);
                second = Optional.of(
                        ServerProcess.launch(contestant, ports.next(), options, "cluster-second", settings, turned));
            }
            // Both are launched by now: a node with its log on the grid waits for another.
            first.awaitReady();
            if (second.isPresent()) {
                second.get().awaitReady();
            }
            return new Nodes(contestant, first, second);
        } catch (IOException | InterruptedException e) {
            first.close();
            second.ifPresent(ServerProcess::close);
            throw e;
        }
    }

    private void turn(Nodes nodes, int round) throws IOException, InterruptedException {
        progress.accept((round == 0 ? "cluster, warming up " : "cluster, round " + round + "/" + options.rounds() + " ")
                + nodes.contestant().label());
        pin(nodes, Databases.core(), 0);
        part(nodes, round, "local");
        if (nodes.contestant().clustered()) {
            part(nodes, round, "remote");
            // The generator sleeps here: both cores are for two nodes and their database.
            pin(nodes, -1, -1);
            part(nodes, round, "through");
            pin(nodes, Databases.core(), 0);
            entered.enter(nodes.contestant(), round, NotifyCost.measure());
        }
    }

    private static void pin(Nodes nodes, int databaseCore, int core) throws IOException {
        Databases.pin(databaseCore);
        for (ServerProcess node : nodes.all()) {
            node.pin(core);
        }
    }

    private void part(Nodes nodes, int round, String part) throws IOException, InterruptedException {
        Optional<Databases.Done> before = Databases.done(nodes.contestant());
        double wakeupsBefore = wakeups(nodes);
        Answer answer = generator.order(
                "cluster",
                nodes.first(),
                "part=%s users=%d seconds=%s payload=%d rate=%d %s"
                        .formatted(
                                part,
                                options.users(),
                                round == 0 ? options.warmup() : options.seconds(),
                                options.payload(),
                                options.rate(),
                                nodes.second().map(ServerProcess::orderAsPeer).orElse("peers=none")));
        Optional<Databases.Done> after = Databases.done(nodes.contestant());
        if (before.isPresent() && after.isPresent()) {
            double published =
                    Math.max(1, after.get().published() - before.get().published());
            String name = "cluster." + part;
            answer.figures()
                    .put(
                            name + ".transactions",
                            (after.get().commits() - before.get().commits()) / published);
            if (nodes.contestant().clustered()) {
                answer.figures().put(name + ".notifications", (wakeups(nodes) - wakeupsBefore) / published);
            }
        }
        entered.enter(nodes.contestant(), round, answer);
    }

    /** Wakeups that the nodes have sent so far. */
    private double wakeups(Nodes nodes) throws IOException, InterruptedException {
        double sum = 0;
        if (nodes.contestant().clustered()) {
            for (ServerProcess node : nodes.all()) {
                sum += figure(node, "cordon_cluster_wakeups_sent_total");
            }
        }
        return sum;
    }

    private double figure(ServerProcess node, String name) throws IOException, InterruptedException {
        URI at = URI.create("http://127.0.0.1:" + node.port() + "/metrics?scope=application");
        String all = http.send(HttpRequest.newBuilder(at).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        return all.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }
}
