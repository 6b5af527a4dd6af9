package dev.cordon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The benchmark in short: that it measures, not how fast they are. Needs {@code target/cordon.war}. */
@Isolated
class BenchSmokeIT {
    /** Less than half the CPU of a start, on one core; the code that is measured is compiled less. */
    private static final String FAST_START =
            "-XX:TieredStopAtLevel=1 -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote";

    @Test
    void measuresCordonNettyAndTheFloorPlausibly() throws IOException, InterruptedException {
        BenchOptions options = Floor.orLeftOut(read(Map.of()));

        Results results = Bench.run(options);

        assertThat(Plausibility.faults(options, results)).isEmpty();
    }

    @Test
    void measuresAClusterBesideOneNodePlausibly() throws IOException, InterruptedException {
        BenchOptions options = read(Map.of(
                "bench.servers", "cordon-jdbc,cordon-database",
                "bench.scenarios", "cluster",
                "bench.rate", "200",
                "bench.out", "target/bench-smoke/cluster"));

        Results results = Bench.run(options);

        assertThat(Plausibility.faults(options, results)).isEmpty();
        assertThat(results.median(Contestant.CORDON_DATABASE, "insert.syncs")).isPositive();
    }

    private static BenchOptions read(Map<String, String> own) {
        Map<String, String> all = new HashMap<>(own);
        all.put("bench.smoke", "true");
        all.put("bench.cordon.options", FAST_START);
        return BenchOptions.read(name -> all.getOrDefault(name, System.getProperty(name, "")));
    }
}
