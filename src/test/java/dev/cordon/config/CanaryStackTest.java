package dev.cordon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.auth.DevTokens;
import dev.cordon.auth.InvalidTokenException;
import dev.cordon.auth.TokenVerifier;
import dev.cordon.log.HandClock;
import dev.cordon.manager.Limits;
import dev.cordon.protocol.UserId;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanaryStackTest {
    private static final UserId CANARY = new UserId("canary-1");

    private final HandClock clock = new HandClock();
    private final Start start =
            Start.decide(FakeSettings.withSecret().set("cordon.mode", "dev").source(), clock);
    private final CanaryStack stack = new CanaryStack(() -> Limits.DEFAULTS, clock, System::nanoTime);

    @Test
    @DisplayName("F32 the users' verifier rejects the canary's tokens")
    void usersVerifierRejectsTheCanarysTokens() {
        TokenVerifier users = new TokenVerifier(start.tokens(), clock);

        assertThatThrownBy(() -> users.verify(stack.token(CANARY))).isInstanceOf(InvalidTokenException.class);
    }

    @Test
    @DisplayName("F32 each start has a key of its own")
    void eachStartHasAKeyOfItsOwn() {
        CanaryStack other = new CanaryStack(() -> Limits.DEFAULTS, clock, System::nanoTime);

        assertThat(other.token(CANARY)).isNotEqualTo(stack.token(CANARY));
    }

    @Test
    @DisplayName("F32 the canary's verifier rejects a user's token, even one that names the canary's user")
    void canarysVerifierRejectsUsersTokens() {
        String users = start.devTokens()
                .orElseThrow()
                .issue(CANARY, Set.of("publisher"), Optional.empty(), Duration.ofHours(1));

        assertThatThrownBy(() -> stack.verifier.verify(users)).isInstanceOf(InvalidTokenException.class);
        assertThat(stack.verifier.verify(stack.token(CANARY)).user()).isEqualTo(CANARY);
        assertThat(stack.verifier.verify(stack.token(CANARY)).publisher()).isFalse();
        assertThat(DevTokens.randomSecret()).isNotEmpty();
    }

    @Test
    void canaryRunsOnceASecondByDefault() {
        assertThat(CanarySettings.read(FakeSettings.none().source()))
                .isEqualTo(new CanarySettings(true, Duration.ofSeconds(1), Optional.empty()));
        assertThat(CanarySettings.read(FakeSettings.none()
                                .set("cordon.canary", "false")
                                .source())
                        .on())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "canary, no",
        "canary.interval, PT0.001S",
        "canary.interval, 1s",
        "canary.url, https://a.example/",
        "canary.url, 8080"
    })
    void rejectsAnInvalidCanarySettingByName(String name, String value) {
        assertThatThrownBy(() -> CanarySettings.read(
                        FakeSettings.none().set("cordon." + name, value).source()))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("cordon." + name + " ")
                .hasMessageContaining("must be");
    }
}
