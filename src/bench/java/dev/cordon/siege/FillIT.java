package dev.cordon.siege;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated
class FillIT {
    @ParameterizedTest
    @ValueSource(strings = {"96m", "512m"})
    @DisplayName("S1, S4, S5: each share of the heap is filled in turn, and healthy users notice nothing")
    void eachShareIsBounded(String heap) throws IOException {
        SiegeOptions filling = new SiegeOptions(
                Duration.ZERO,
                10,
                Set.of(),
                heap,
                SiegeOptions.FAST_START,
                Path.of(System.getProperty("cordon.war", "target/cordon.war")),
                Path.of("target/siege/fill-" + heap));

        assertThat(Siege.filled(filling)).isEmpty();
    }
}
