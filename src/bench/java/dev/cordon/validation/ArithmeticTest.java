package dev.cordon.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ArithmeticTest {
    @Test
    @Tag("F50")
    void theOriginalsFiguresGiveOtherPercentagesThanItClaimed() {
        assertThat(Arithmetic.changePercent(1.45, 0.57)).isCloseTo(-60.7, within(0.1));
        assertThat(Arithmetic.changePercent(0.31, 0.15)).isCloseTo(-51.6, within(0.1));
        assertThat(Arithmetic.changePercent(8.11, 0.05)).isCloseTo(-99.4, within(0.1));
    }

    @Test
    void wordsAChangeAsMoreLessOrTimesAsMuch() {
        assertThat(Arithmetic.change(1.45, 0.57)).isEqualTo("61 % less");
        assertThat(Arithmetic.change(4, 5)).isEqualTo("25 % more");
        assertThat(Arithmetic.change(2, 5)).isEqualTo("2.50 times as much");
    }

    @Test
    void rejectsAChangeFromZero() {
        assertThatThrownBy(() -> Arithmetic.changePercent(0, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theExponentTellsLinearFromQuadratic() {
        assertThat(Arithmetic.exponent(new TreeMap<>(Map.of(10, 30.0, 100, 300.0, 1000, 3000.0))))
                .isCloseTo(1, within(1e-9));
        assertThat(Arithmetic.exponent(new TreeMap<>(Map.of(10, 1.0, 100, 100.0, 1000, 10000.0))))
                .isCloseTo(2, within(1e-9));
    }

    @Test
    void rejectsTheExponentOfOnePoint() {
        assertThatThrownBy(() -> Arithmetic.exponent(new TreeMap<>(Map.of(10, 1.0))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
