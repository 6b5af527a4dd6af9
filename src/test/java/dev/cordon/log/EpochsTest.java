package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.StreamPosition;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EpochsTest {
    private final Epochs epochs = Epochs.keyed();

    @Test
    @DisplayName("L4: an epoch stays the same, and differs between channels, generations and secrets")
    void anEpochDependsOnChannelGenerationAndSecret() {
        String epoch = epochs.of("#alice", 3);

        assertThat(epochs.of("#alice", 3)).isEqualTo(epoch).matches("[A-Za-z0-9_-]{16}");
        assertThat(epoch)
                .isNotEqualTo(epochs.of("#alicf", 3))
                .isNotEqualTo(epochs.of("#alice", 4))
                .isNotEqualTo(Epochs.keyed().of("#alice", 3));
    }

    @Test
    @DisplayName("L4: a start position of an earlier generation is valid until a channel of it is forgotten")
    void aStartPositionIsValidUntilItsGenerationIsGivenUp() {
        StreamPosition old = start();
        epochs.next();
        StreamPosition young = start();
        assertThat(startsNow(old)).isTrue();

        epochs.giveUp(0);

        assertThat(startsNow(old)).isFalse();
        assertThat(startsNow(young)).isTrue();
    }

    @Test
    @DisplayName("L4: forgetting a channel of the current generation begins the next: the successor has another epoch")
    void givingUpTheCurrentGenerationBeginsTheNext() {
        StreamPosition before = start();

        epochs.giveUp(epochs.current());

        assertThat(startsNow(before)).isFalse();
        assertThat(start()).isNotEqualTo(before);
        assertThat(startsNow(start())).isTrue();
    }

    @Test
    void givingUpAGenerationTwiceBeginsOneNewGeneration() {
        epochs.giveUp(0);
        StreamPosition after = start();
        epochs.giveUp(0);

        assertThat(startsNow(after)).isTrue();
    }

    @Test
    @DisplayName("L4: a start position is valid for a bounded number of generations")
    void aStartPositionIsValidForABoundedNumberOfGenerations() {
        StreamPosition first = start();
        for (int i = 1; i < Epochs.MAX_GENERATIONS; i++) {
            epochs.next();
            assertThat(startsNow(first)).isTrue();
        }
        epochs.next();

        assertThat(startsNow(first)).isFalse();
    }

    @Test
    void onlyOffsetZeroOfAKnownOrEmptyEpochIsAStartPosition() {
        assertThat(startsNow(new StreamPosition(start().epoch(), 1))).isFalse();
        assertThat(startsNow(new StreamPosition("", 1))).isFalse();
        assertThat(startsNow(new StreamPosition("", 0))).isTrue();
        assertThat(startsNow(new StreamPosition("guessed", 0))).isFalse();
    }

    @Test
    @DisplayName("L4: a start position given after a channel began is not valid for that channel")
    void aStartPositionIsInvalidForAChannelOfAnEarlierGeneration() {
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
