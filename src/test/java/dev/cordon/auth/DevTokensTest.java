package dev.cordon.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.auth.InvalidTokenException.Reason;
import dev.cordon.log.HandClock;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DevTokensTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final HandClock clock = new HandClock();
    private final String secret = DevTokens.randomSecret();

    @Test
    void makesTokensThatTheVerifierAccepts() {
        TokenSettings settings = TokenSettings.ofSecret(secret);
        UserId ann = new UserId("ann@example.org");
        SessionId laptop = new SessionId("laptop");

        String token = new DevTokens(settings, clock).issue(ann, Set.of("publisher"), Optional.of(laptop), HOUR);

        assertThat(new TokenVerifier(settings, clock).verify(token))
                .isEqualTo(new Identity(ann, Optional.of(laptop), Set.of("publisher"), HandClock.START.plus(HOUR)));
    }

    @Test
    void namesTheConfiguredIssuerAndAudience() {
        TokenSettings strict = new TokenSettings(
                Optional.of(secret),
                Optional.empty(),
                Optional.<URI>empty(),
                Optional.of("https://issuer.example"),
                Optional.of("cordon"),
                TokenSettings.DEFAULT_LEEWAY);

        String token = new DevTokens(strict, clock).issue(new UserId("ann"), Set.of(), Optional.empty(), HOUR);

        assertThat(new TokenVerifier(strict, clock).verify(token).user()).isEqualTo(new UserId("ann"));
    }

    @Test
    void makesExpiredTokensWhenAsked() {
        TokenSettings settings = TokenSettings.ofSecret(secret);

        String token =
                new DevTokens(settings, clock).issue(new UserId("ann"), Set.of(), Optional.empty(), HOUR.negated());

        assertThatThrownBy(() -> new TokenVerifier(settings, clock).verify(token))
                .isInstanceOfSatisfying(
                        InvalidTokenException.class, e -> assertThat(e.reason()).isEqualTo(Reason.EXPIRED));
    }

    @Test
    void needsASecret() {
        assertThatThrownBy(() -> new DevTokens(TokenSettings.none(), clock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cordon.token.hmac-secret");
    }

    @Test
    void makesADifferentSecretEachTime() {
        assertThat(secret).matches("[A-Za-z0-9_-]{43}").isNotEqualTo(DevTokens.randomSecret());
    }
}
