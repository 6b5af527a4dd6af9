package dev.cordon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The benchmark in short, Cordon and raw Netty: that it measures, not how fast they are. Needs {@code target/cordon.war}. */
class BenchSmoke {
    private static final List<String> FIGURES = List.of(
            "latency.p50",
            "latency.p99",
            "saturation.rate",
            "saturation.cpu",
            "saturation.garbage",
            "burst.cpu",
            "batch.cpu",
            "echo.p50",
            "echo.cpu",
            "connect.rate",
            "connect.cpu");
    private static final List<String> NONE =
            List.of("latency.lost", "saturation.lost", "burst.lost", "batch.lost", "misdelivered", "errors");

    @Test
    void measuresCordonAndNettyWithNothingLostAndNothingAstray() throws IOException, InterruptedException {
        BenchOptions options =
                BenchOptions.read(name -> name.equals("bench.smoke") ? "true" : System.getProperty(name));

        Results results = Bench.run(options);

        for (Contestant server : options.servers()) {
            for (String figure : FIGURES) {
                assertThat(results.median(server, figure))
                        .as(server.label() + " " + figure)
                        .isFinite()
                        .isPositive();
            }
            for (String figure : NONE) {
                assertThat(results.median(server, figure))
                        .as(server.label() + " " + figure)
                        .isZero();
            }
        }
    }
}
