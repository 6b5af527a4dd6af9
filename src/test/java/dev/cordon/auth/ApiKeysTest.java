package dev.cordon.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeysTest {
    private final ApiKeys keys = new ApiKeys("first-key-1, second-key-2");

    @ParameterizedTest
    @ValueSource(strings = {"first-key-1", "second-key-2"})
    void acceptsEachOfItsKeys(String key) {
        assertThat(keys.accepts(key)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "first-key", "first-key-1 ", "FIRST-KEY-1", "first-key-1, second-key-2", "third-key-3"})
    void rejectsOtherKeys(String key) {
        assertThat(keys.accepts(key)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   "})
    void rejectsEveryKeyWhenNoneIsConfigured(String setting) {
        ApiKeys none = new ApiKeys(setting);

        assertThat(none.configured()).isFalse();
        assertThat(none.accepts(setting)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"long-enough,secret7", "long-enough,", "long-enough, ,third-long"})
    void saysWhichKeyIsTooShortWithoutQuotingIt(String setting) {
        assertThatThrownBy(() -> new ApiKeys(setting))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cordon.api.keys: key 2 is shorter than 8 characters");
    }

    @Test
    void acceptsAKeyOfExactlyEightCharacters() {
        assertThat(new ApiKeys("12345678").accepts("12345678")).isTrue();
    }
}
