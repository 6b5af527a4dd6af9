package dev.cordon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class QuotedTest {
    @Test
    @DisplayName("O2: a name in the log cannot end its line, turn it round or leave its quotes")
    void o2_aNameCannotForgeALine() {
        assertThat(Quoted.of("a\n\u2028\u202Eb\"\\\ud83d")).isEqualTo("\"a\\u000a\\u2028\\u202eb\\\"\\\\\\ud83d\"");
    }

    @Test
    void whatPeopleWriteStaysAsItIs() {
        assertThat(Quoted.of("Jürgen 🌸 <j@example.org>")).isEqualTo("\"Jürgen 🌸 <j@example.org>\"");
    }
}
