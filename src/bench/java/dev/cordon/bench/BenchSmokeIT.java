package dev.cordon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The benchmark in short, Cordon, raw Netty and the floor: that it measures, not how fast they are. Needs {@code target/cordon.war}. */
class BenchSmokeIT {
    @Test
    void measuresCordonNettyAndTheFloorPlausibly() throws IOException, InterruptedException {
        BenchOptions options = Floor.orLeftOut(
                BenchOptions.read(name -> name.equals("bench.smoke") ? "true" : System.getProperty(name)));

        Results results = Bench.run(options);

        assertThat(Plausibility.faults(options, results)).isEmpty();
    }
}
