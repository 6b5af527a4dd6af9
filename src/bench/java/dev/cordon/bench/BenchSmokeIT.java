package dev.cordon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The benchmark in short: that it measures, not how fast they are. Needs {@code target/cordon.war}. */
class BenchSmokeIT {
    @Test
    void measuresCordonNettyAndTheFloorPlausibly() throws IOException, InterruptedException {
        BenchOptions options = Floor.orLeftOut(
                BenchOptions.read(name -> name.equals("bench.smoke") ? "true" : System.getProperty(name)));

        Results results = Bench.run(options);

        assertThat(Plausibility.faults(options, results)).isEmpty();
    }

    @Test
    void measuresAClusterBesideOneNodePlausibly() throws IOException, InterruptedException {
        Map<String, String> cluster = Map.of(
                "bench.smoke", "true",
                "bench.servers", "cordon-jdbc,cordon-database",
                "bench.scenarios", "cluster",
                "bench.rate", "200",
                "bench.out", "target/bench-smoke/cluster");
        BenchOptions options = BenchOptions.read(name -> cluster.getOrDefault(name, System.getProperty(name, "")));

        Results results = Bench.run(options);

        assertThat(Plausibility.faults(options, results)).isEmpty();
        assertThat(results.median(Contestant.CORDON_DATABASE, "insert.syncs")).isPositive();
    }
}
