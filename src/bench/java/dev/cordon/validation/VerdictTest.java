package dev.cordon.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.validation.Figure.Rounds;
import org.junit.jupiter.api.Test;

class VerdictTest {
    @Test
    void holdsUpToItsLimitAndNotAbove() {
        assertThat(Verdict.atMost("v", "p99", 5, 5, "ms").holds()).isTrue();
        assertThat(Verdict.atMost("v", "p99", 5.001, 5, "ms").holds()).isFalse();
        assertThat(Verdict.atLeast("v", "p99", 5, 5, "ms").holds()).isTrue();
        assertThat(Verdict.atLeast("v", "p99", 4.999, 5, "ms").holds()).isFalse();
    }

    @Test
    void aVerdictWithoutAMeasurementDoesNotHold() {
        assertThat(Verdict.atMost("v", "p99", Double.NaN, 5, "ms").word()).isEqualTo("RED");
        assertThat(Verdict.atLeast("v", "p99", Double.NaN, 5, "ms").word()).isEqualTo("RED");
    }

    @Test
    void anExactCountAllowsNeitherMoreNorLess() {
        assertThat(Verdict.exactly("v", "lost", 0, 0).word()).isEqualTo("GREEN");
        assertThat(Verdict.exactly("v", "lost", 1, 0).word()).isEqualTo("RED");
        assertThat(Verdict.exactly("v", "lost", -1, 0).word()).isEqualTo("RED");
    }

    @Test
    void roundsAreJudgedByTheirMedianAndShowTheirSpread() {
        Verdict verdict = Verdict.atMost("v", "heap", Rounds.of(1, 2, 100), 2, "KB");

        assertThat(verdict.holds()).isTrue();
        assertThat(verdict.measured()).isEqualTo("2.00 (1.00–100, 3 rounds) KB");
        assertThat(verdict.asserts()).isEqualTo("heap ≤ 2.00 KB");
    }

    @Test
    void showsItsNumberOfSamples() {
        assertThat(Verdict.atMost("v", "p99", 1, 5, "ms").of(1_234).measured()).isEqualTo("1.00 ms (n 1,234)");
    }
}
