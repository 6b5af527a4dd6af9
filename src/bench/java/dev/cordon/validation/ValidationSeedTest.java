package dev.cordon.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A short validation with a seeded fault and without one: the verdicts can fail. */
@Tag("F50")
class ValidationSeedTest {
    private static final Set<String> WITHOUT_TIMES =
            Set.of("concurrency", "creation and destruction", "users", "cleanup and leaks", "KPIs");

    /** The section that must notice the fault; the one over the whole run is always there. */
    private static Set<String> seen(Seed seed) {
        return Set.of(
                switch (seed) {
                    case NONE, FOREIGN -> "concurrency";
                    case LEAK -> "cleanup and leaks";
                    case SLOW -> "KPIs";
                    case LOCK -> "bottlenecks";
                });
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    @DisplayName("F50 a seeded fault turns its verdict red")
    void aSeededFaultTurnsItsVerdictRed(Seed seed) {
        Report report = Validate.run(Options.brief(seed, seen(seed)));

        assertThat(report.red()).extracting(Verdict::id).contains(seed.turnsRed());
        assertThat(report.noticed()).isTrue();
    }

    @Test
    @DisplayName("F50 without a fault nothing is lost, astray, out of order or kept")
    void withoutAFaultNothingIsLostAstrayOutOfOrderOrKept() {
        Report report = Validate.run(Options.brief(Seed.NONE, WITHOUT_TIMES));

        // Times are left to the report: a test has no stop-watch.
        assertThat(report.red())
                .extracting(Verdict::id)
                .doesNotContain(
                        "foreign",
                        "collected",
                        "maps-empty",
                        "concurrent-lost",
                        "concurrent-order",
                        "limit-exact",
                        "destroyed",
                        "scale-lost",
                        "sweep-removed",
                        "sweep-spares",
                        "kpi-isolation-violations");
        assertThat(report.verdicts()).extracting(Verdict::id).doesNotHaveDuplicates();
    }
}
