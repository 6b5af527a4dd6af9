package dev.cordon.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.UserId;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserHashTest {
    private static final UserId ALICE = new UserId("alice");

    @Test
    void dependsOnTheUserAndOnTheSecret() {
        assertThat(UserHash.of("s", ALICE))
                .isEqualTo(UserHash.of("s", new UserId("alice")))
                .isNotEqualTo(UserHash.of("s", new UserId("bob")))
                .isNotEqualTo(UserHash.of("t", ALICE));
    }

    @Test
    void keepsSecretAndUserApart() {
        assertThat(UserHash.of("sa", new UserId("lice"))).isNotEqualTo(UserHash.of("s", ALICE));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 255, 1L << 40, (1L << 48) - 1, 0x0123_4567_89abL})
    void isReadBackFromItsText(long bits) {
        String text = new UserHash(bits).text();

        assertThat(text).hasSize(UserHash.LENGTH).matches("[A-Za-z0-9_-]+");
        assertThat(UserHash.parse(text)).isEqualTo(new UserHash(bits));
    }

    @Test
    void has48Bits() {
        for (int i = 0; i < 1000; i++) {
            UserHash hash = UserHash.of("s", new UserId("user" + i));

            assertThat(hash.bits()).isBetween(0L, (1L << 48) - 1);
            assertThat(UserHash.parse(hash.text())).isEqualTo(hash);
            ByteBuffer bytes = ByteBuffer.allocate(UserHash.BYTES);
            hash.write(bytes);
            assertThat(UserHash.read(bytes.flip())).isEqualTo(hash);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "AAAAAAAAAAAA", "!!!!!!!!"})
    void rejectsOtherTexts(String text) {
        assertThatThrownBy(() -> UserHash.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
