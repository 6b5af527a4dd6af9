package dev.cordon.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.protocol.Channel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HookAnswerTest {
    @ParameterizedTest
    @ValueSource(strings = {"{}", "[1, 2]", "null", "\"a\"", "-1.5e3", " true "})
    void dataIsOneJsonValue(String json) {
        HookAnswer.Accept answer = HookAnswer.data(json);

        assertThat(answer.data().orElseThrow().text()).isEqualTo(json.trim());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "1,2", "1,\"x\":2", "1},{\"data\":2", "1}", "nan", "{\"a\":1,\"a\":2}"})
    void anythingElseIsRejected(String text) {
        assertThatThrownBy(() -> HookAnswer.data(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the answer is not one JSON value: ");
    }

    @Test
    void lineBreaksBetweenTokensBecomeSpaces() {
        HookAnswer.Accept answer = HookAnswer.data("{\n\"a\":\n1}");

        assertThat(answer.data().orElseThrow().text()).isEqualTo("{ \"a\": 1}");
    }

    @Test
    void aConnectionMayEndBeforeItsTokenAndHaveChannels() {
        Instant soon = Instant.parse("2030-01-01T00:00:00Z");
        Channel news = Channel.parse("news#ann");

        HookAnswer.Accept answer = HookAnswer.until(soon).subscribing(List.of(news));

        assertThat(answer).isEqualTo(new HookAnswer.Accept(Optional.empty(), Optional.of(soon), List.of(news)));
    }

    @ParameterizedTest
    @ValueSource(ints = {99, 2_000, -1})
    void anErrorsCodeIsOfItsRange(int code) {
        assertThatThrownBy(() -> HookAnswer.error(code, "no")).hasMessageContaining("must be 100-1999");
    }

    @Test
    void anErrorHasAMessage() {
        assertThatThrownBy(() -> HookAnswer.error(400, " ")).hasMessageContaining("1-256 characters");
        assertThatThrownBy(() -> HookAnswer.error(400, "x".repeat(257))).hasMessageContaining("1-256 characters");
    }

    @ParameterizedTest
    @CsvSource({
        "PT1M1S,8,8,8,cordon.hook.deadline is PT1M1S but must be at most PT1M",
        "PT1S,0,1,8,cordon.hook.max-in-flight is 0 but must be 1 to 1024",
        "PT1S,8,9,8,cordon.hook.max-in-flight-per-user is 9 but must be 1 to 8",
        "PT1S,8,8,0,cordon.hook.max-queued-events is 0 but must be 1 to 1000000"
    })
    void aSettingOutOfBoundsIsNamed(Duration deadline, int most, int perUser, int events, String line) {
        assertThatThrownBy(() -> new HookSettings(deadline, most, perUser, events, Set.of()))
                .hasMessage(line);
    }

    @Test
    void namesOfHeadersAreInLowerCase() {
        assertThat(new HookSettings(Duration.ofSeconds(1), 8, 8, 8, Set.of("X-Tenant")).headers())
                .containsExactly("x-tenant");
    }
}
