package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LedgerBookTest {
    private static final Ledger ONE = new Ledger(1, 1, 0, 0, 0, 0);

    private final LedgerBook book = new LedgerBook();

    @Test
    void countsAChannelOnceThatIsForgottenAfterItWasCounted() {
        assertThat(book.add(round -> book.forget(ONE, round))).isEqualTo(Ledger.EMPTY);
        assertThat(book.add(round -> {})).isEqualTo(ONE);
    }

    @Test
    void countsAChannelThatIsForgottenBeforeTheRoundReachesIt() {
        assertThat(book.add(round -> book.forget(ONE, -1))).isEqualTo(ONE);
        assertThat(book.add(round -> book.forget(ONE, round - 2))).isEqualTo(ONE.plus(ONE));
    }

    @Test
    void countsAChannelThatIsForgottenBetweenTwoRounds() {
        long[] last = new long[1];
        book.add(round -> last[0] = round);
        book.forget(ONE, last[0]);

        assertThat(book.add(round -> {})).isEqualTo(ONE);
    }
}
