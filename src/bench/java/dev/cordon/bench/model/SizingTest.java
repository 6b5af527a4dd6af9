package dev.cordon.bench.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.cordon.kpi.DocTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The model of a cluster's size; {@code -Dmetrics.doc.write=true} writes its tables in docs/scaling.md anew. */
class SizingTest {
    private static final Path DOCUMENT = Path.of("docs/scaling.md");
    /** Round figures whose results can be worked out by hand. */
    private static final Measured ROUND = new Measured(5, 2, 100, 100, 0, 200, 100, 1, 10_000, 500);

    private static Sizing of(double connections) {
        return new Sizing(ROUND, Workload.DEFAULT.with("connections", connections));
    }

    @Test
    void worksOutWhatTwoNodesNeed() {
        Sizing sizing = of(60_000);

        assertThat(sizing.load().messagesPerSecond()).isEqualTo(1_000);
        assertThat(sizing.nodes()).isEqualTo(2);
        // Half of the messages are remote: 1,000 × 150 µs, and 16.7 connects of 100 µs, for two; 500 wakeups of 1 µs.
        assertThat(sizing.coresOf(2)).isCloseTo((150_000 + 1_666.7) / 2e6 + 0.0005, within(1e-6));
        assertThat(sizing.memoryMegabytes(2)).isCloseTo(100 + 30_000 * 12 / 1024.0, within(1e-9));
        assertThat(sizing.commits(2)).as("two nodes of 500").isEqualTo(1_000);
        assertThat(sizing.notificationsHeard(2)).isEqualTo(1_000);
        assertThat(sizing.trafficMegabytes(2)).isCloseTo((150_000 + 8_000 + 66_000) / 1e6, within(1e-9));
        assertThat(sizing.looks()).isEqualTo(3_000);
        assertThat(sizing.databaseShare()).isEqualTo(0.1);
        assertThat(sizing.clusters()).isEqualTo(1);
    }

    @Test
    void leavesRoomForTheLossOfANode() {
        assertThat(of(100_000).nodes()).isEqualTo(2);
        assertThat(of(100_001).nodes()).isEqualTo(3);
        assertThat(new Sizing(ROUND, Workload.DEFAULT.with(Map.of("share", 0.04))).nodes())
                .as("0.16 cores of each: one alone would need 0.17, two need 0.13")
                .isEqualTo(3);
    }

    @Test
    void findsNoNumberOfNodesWhereHearingTheOthersTakesAll() {
        assertThat(of(200_000_000).nodes()).isZero();
    }

    @Test
    void namesTheLimitsInTheirOrder() {
        assertThat(of(100_000).limits())
                .extracting(Sizing.Limit::connections)
                .containsExactly(600_000.0, 900_000.0, 60_000_000.0);
    }

    @Test
    void rejectsANumberThatItDoesNotKnow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Workload.DEFAULT.with("users", 1))
                .withMessageStartingWith("no number is called 'users'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Workload.DEFAULT.with("bytes", Double.NaN))
                .withMessage("bytes must be a number above 0");
    }

    @Test
    void theDocumentHasTheModelsTables() throws IOException {
        DocTable.holds(
                DOCUMENT,
                "| in mode `database`, calculated | 100,000 connections | 1,000,000 | 10,000,000 |\n| --- | --- | --- | --- |\n",
                Sizing.rows(Measured.FIGURES, Workload.DEFAULT, 1e5, 1e6, 1e7));
        DocTable.holds(
                DOCUMENT,
                "| limit | met at, connections |\n| --- | --- |\n",
                new Sizing(Measured.FIGURES, Workload.DEFAULT)
                        .limits().stream()
                                .map(limit ->
                                        "| %s | %s |\n".formatted(limit.what(), Sizing.number(limit.connections()))));
    }
}
