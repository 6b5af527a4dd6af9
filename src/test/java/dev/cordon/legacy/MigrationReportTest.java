package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.legacy.MigrationReport.Call;
import dev.cordon.legacy.MigrationReport.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MigrationReportTest {
    @Test
    void theSingletonsShareIsOfAllCallsThatItWasNeededFor() {
        MigrationReport report = new MigrationReport(Map.of(
                Path.LEGACY, Map.of(Call.SEND, 1L, Call.CONNECT, 1L),
                Path.BOTH, Map.of(Call.SEND, 4L),
                Path.FACTORY, Map.of(Call.SEND, 2L)));

        assertThat(report.legacyShare()).isEqualTo(0.75);
    }
}
