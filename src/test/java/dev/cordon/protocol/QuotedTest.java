package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class QuotedTest {
    @Test
    @DisplayName("O2: a quoted name in the log cannot end its line, reverse its direction or leave its quotes")
    void o2_aNameCannotForgeALine() {
        assertThat(Quoted.of("a\n\u2028\u2029\u202Eb\"\\\ud83d\u0085"))
                .isEqualTo("\"a\\u000a\\u2028\\u2029\\u202eb\\\"\\\\\\ud83d\\u0085\"");
        assertThat(Quoted.of("\udb40\udc01")).as("an invisible tag character").isEqualTo("\"\\udb40\\udc01\"");
    }

    @Test
    void ordinaryTextStaysUnchanged() {
        assertThat(Quoted.of("Jürgen 🌸 <j@example.org>")).isEqualTo("\"Jürgen 🌸 <j@example.org>\"");
    }
}
