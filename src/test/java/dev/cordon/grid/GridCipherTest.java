package dev.cordon.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GridCipherTest {
    private static final String ONE = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    private static final String OTHER = "b3RoZXJvdGhlcm90aGVyb3RoZXJvdGhlcm90aGVyMDE=";
    private static final byte[] PLAIN = "to alice".getBytes(StandardCharsets.UTF_8);

    private final GridCipher cipher = new GridCipher(GridKeys.of(ONE, Optional.empty()));

    @Test
    void decryptsWhatItHasEncrypted() throws Exception {
        byte[] record = cipher.encrypt("orders", "r1", PLAIN);

        assertThat(cipher.decrypt("orders", "r1", record)).isEqualTo(PLAIN);
        assertThat(new String(record, StandardCharsets.ISO_8859_1)).doesNotContain("alice");
    }

    @Test
    void encryptsTheSameEachTimeAnew() {
        assertThat(cipher.encrypt("orders", "r1", PLAIN)).isNotEqualTo(cipher.encrypt("orders", "r1", PLAIN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders r2", "nodes r1", "order sr1", "ordersr 1"})
    @DisplayName("a record that is moved to another structure or name, and so to another user, cannot be decrypted")
    void isBoundToItsPlace(String place) {
        byte[] record = cipher.encrypt("orders", "r1", PLAIN);

        assertThatThrownBy(() -> cipher.decrypt(place.split(" ", 2)[0], place.split(" ", 2)[1], record))
                .isInstanceOf(GridCipher.UnreadableException.class)
                .hasMessage("it was changed, or moved from another place");
    }

    @Test
    @DisplayName("a record of which any bit was changed cannot be decrypted")
    void isBoundToEachBit() {
        byte[] record = cipher.encrypt("orders", "r1", PLAIN);

        for (int bit = 0; bit < record.length * Byte.SIZE; bit++) {
            byte[] changed = record.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
            assertThatThrownBy(() -> cipher.decrypt("orders", "r1", changed))
                    .isInstanceOf(GridCipher.UnreadableException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 32})
    void rejectsWhatIsTooShort(int length) {
        assertThatThrownBy(() -> cipher.decrypt("orders", "r1", new byte[length]))
                .isInstanceOf(GridCipher.UnreadableException.class);
    }

    @Test
    @DisplayName("a second key is accepted, and encrypts nothing")
    void acceptsTheSecondKey() throws Exception {
        GridCipher changing = new GridCipher(GridKeys.of(OTHER, Optional.of(ONE)));
        GridCipher changed = new GridCipher(GridKeys.of(OTHER, Optional.empty()));

        assertThat(changing.decrypt("orders", "r1", cipher.encrypt("orders", "r1", PLAIN)))
                .isEqualTo(PLAIN);
        assertThat(changed.decrypt("orders", "r1", changing.encrypt("orders", "r1", PLAIN)))
                .isEqualTo(PLAIN);
        assertThatThrownBy(() -> changed.decrypt("orders", "r1", cipher.encrypt("orders", "r1", PLAIN)))
                .isInstanceOf(GridCipher.UnreadableException.class)
                .hasMessageContaining("cordon.grid.second-key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hunter2", "aHVudGVyMg==", "hunter2-hunter2-hunter2-hunter2-hunter2-hunter2"})
    @DisplayName("what is no key is rejected by the name of its setting, and not shown")
    void rejectsWhatIsNoKey(String text) {
        assertThatThrownBy(() -> GridKeys.of(text, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cordon.grid.key must be 32 bytes in base64, as openssl rand -base64 32 prints them");
        assertThatThrownBy(() -> GridKeys.of(ONE, Optional.of(text)))
                .hasMessageStartingWith("cordon.grid.second-key must be");
    }

    @Test
    @DisplayName("the text of keys shows neither a key nor the secret of the users' hashes")
    void showsNoKey() {
        GridKeys keys = GridKeys.of(ONE, Optional.of(OTHER));

        assertThat(keys.toString())
                .matches("keys \\[key [0-9a-f]+, key [0-9a-f]+]")
                .doesNotContain(keys.current().userSecret());
    }
}
