package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.StreamPosition;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EpochsTest {
    private final Epochs epochs = Epochs.keyed();

    @Test
    @DisplayName(
            "L4: an epoch is the same whenever it is asked for, and another for each channel, generation and secret")
    void namesALife() {
        String epoch = epochs.of("#alice", 3);

        assertThat(epochs.of("#alice", 3)).isEqualTo(epoch).matches("[A-Za-z0-9_-]{16}");
        assertThat(epoch)
                .isNotEqualTo(epochs.of("#alicf", 3))
                .isNotEqualTo(epochs.of("#alice", 4))
                .isNotEqualTo(Epochs.keyed().of("#alice", 3));
    }

    @Test
    @DisplayName("L4: the start of an earlier generation is good, until a channel of it has been given up")
    void startsAreGoodUntilTheirGenerationIsGivenUp() {
        StreamPosition old = start();
        epochs.next();
        StreamPosition young = start();
        assertThat(startsNow(old)).isTrue();

        epochs.giveUp(0);

        assertThat(startsNow(old)).isFalse();
        assertThat(startsNow(young)).isTrue();
    }

    @Test
    @DisplayName(
            "L4: a channel of the current generation that is given up begins the next: its successor has another epoch")
    void givingUpMovesOn() {
        StreamPosition before = start();

        epochs.giveUp(epochs.current());

        assertThat(startsNow(before)).isFalse();
        assertThat(start()).isNotEqualTo(before);
        assertThat(startsNow(start())).isTrue();
    }

    @Test
    void givingUpTwiceMovesOnOnce() {
        epochs.giveUp(0);
        StreamPosition after = start();
        epochs.giveUp(0);

        assertThat(startsNow(after)).isTrue();
    }

    @Test
    @DisplayName("L4: of so many generations a start is good, and no longer")
    void aBoundedNumberOfGenerationsIsGood() {
        StreamPosition first = start();
        for (int i = 1; i < Epochs.MAX_GENERATIONS; i++) {
            epochs.next();
            assertThat(startsNow(first)).isTrue();
        }
        epochs.next();

        assertThat(startsNow(first)).isFalse();
    }

    @Test
    void aPositionBehindTheStartIsNone() {
        assertThat(startsNow(new StreamPosition(start().epoch(), 1))).isFalse();
        assertThat(startsNow(new StreamPosition("", 1))).isFalse();
        assertThat(startsNow(new StreamPosition("", 0))).isTrue();
        assertThat(startsNow(new StreamPosition("guessed", 0))).isFalse();
    }

    @Test
    @DisplayName("L4: a start told after a channel's life began is none of it")
    void aLaterStartIsNoneOfAnEarlierLife() {
        epochs.next();
        StreamPosition later = start();

        assertThat(epochs.startsAt(later, "#alice", 0)).isFalse();
        assertThat(epochs.startsAt(later, "#alice", 1)).isTrue();
    }

    private StreamPosition start() {
        return new StreamPosition(epochs.of("#alice", epochs.current()), 0);
    }

    private boolean startsNow(StreamPosition position) {
        return epochs.startsAt(position, "#alice", epochs.current());
    }
}
