package dev.cordon.siege;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class SiegeIT {
    @Test
    @DisplayName("S1–S5, S9, D1, D2: healthy users notice nothing of 30 seconds of all attacks at once")
    void healthyUsersNoticeNothing() throws IOException {
        SiegeOptions brief = new SiegeOptions(
                Duration.ofSeconds(30),
                100,
                Set.of(),
                "512m",
                SiegeOptions.FAST_START,
                Path.of(System.getProperty("cordon.war", "target/cordon.war")),
                Path.of("target/siege"));

        assertThat(Siege.wrong(brief)).isEmpty();
    }
}
