package dev.cordon.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.validation.Figure.Distribution;
import dev.cordon.validation.Figure.Rounds;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void roundsHaveTheirMedianAndTheirSpread() {
        Rounds rounds = Rounds.of(5, 1, 9);

        assertThat(rounds).isEqualTo(new Rounds(3, 5, 1, 9));
        assertThat(rounds.text()).isEqualTo("5.00 (1.00–9.00, 3 rounds)");
    }

    @Test
    void anEvenNumberOfRoundsHasTheMeanOfTheTwoInTheMiddle() {
        assertThat(Rounds.of(4, 1, 2, 10).median()).isEqualTo(3);
    }

    @Test
    void rejectsAFigureWithoutRounds() {
        assertThatThrownBy(Rounds::of).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDistributionShowsCountMedianP99AndMaximum() {
        Histogram nanos = new Histogram(3);
        for (int i = 1; i <= 1_000; i++) {
            nanos.recordValue(i * 1_000L);
        }

        Distribution figure = Distribution.micros(nanos);

        assertThat(figure.n()).isEqualTo(1_000);
        assertThat(figure.text()).isEqualTo("500 · p99 990 · max 1,000 · n 1,000");
    }

    @Test
    void numbersHaveThreeDigitsOrAreWhole() {
        assertThat(Figure.number(0.12345)).isEqualTo("0.123");
        assertThat(Figure.number(1.2345)).isEqualTo("1.23");
        assertThat(Figure.number(12.345)).isEqualTo("12.3");
        assertThat(Figure.number(12345.6)).isEqualTo("12,346");
        assertThat(Figure.number(0)).isEqualTo("0");
    }
}
