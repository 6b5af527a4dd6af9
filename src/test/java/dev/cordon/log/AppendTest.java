package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppendTest {
    private static final Channel ALICE = Channel.parse("#alice");

    @ParameterizedTest
    @ValueSource(ints = {0xD83D, 0xDF38, 0xDBFF, 0xDC00})
    @DisplayName("L3: a key with half a surrogate pair is rejected, because its bytes would equal another key's")
    void rejectsAKeyWithHalfASurrogatePair(int half) {
        assertThatThrownBy(() -> new Append(ALICE, Payload.EMPTY, Optional.of("k" + (char) half)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void acceptsAKeyOfAnyOtherCharacters() {
        assertThat(new Append(ALICE, Payload.EMPTY, Optional.of("k\uD83C\uDF38\u00e9\u0000")).key())
                .isPresent();
    }
}
