package dev.cordon.auth;

import static dev.cordon.auth.TokenSettingsBuilder.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSettingsTest {
    @Test
    @DisplayName("F32 there is no default key")
    void hasNoDefaultKey() {
        assertThat(TokenSettings.none().configured()).isFalse();
        assertThat(tokens().issuer("https://id.example").audience("a").build().configured())
                .isFalse();
    }

    @Test
    void isConfiguredByAnyKindOfKey() {
        assertThat(tokens().secret("s".repeat(32)).build().configured()).isTrue();
        assertThat(tokens().publicKey(SigningKey.ed25519().pem()).build().configured())
                .isTrue();
        assertThat(tokens().jwksUrl("https://id.example/jwks").build().configured())
                .isTrue();
    }

    @Test
    void rejectsASecretOfLessThan32Bytes() {
        assertThat(TokenSettings.ofSecret("é".repeat(16)).configured()).isTrue();
        assertThatThrownBy(() -> TokenSettings.ofSecret("hunter2" + "s".repeat(24)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cordon.token.hmac-secret has 31 bytes; HS256 needs at least 32");
    }

    @Test
    void rejectsUnsupportedKindsOfPublicKeys() {
        assertThatThrownBy(
                        () -> tokens().publicKey(SigningKey.rs256(1024).pem()).build())
                .hasMessage("cordon.token.public-key must be RSA of at least 2048 bits, EC P-256 or Ed25519");
        assertThatThrownBy(() -> tokens().publicKey(SigningKey.es384().pem()).build())
                .hasMessage("cordon.token.public-key must be RSA of at least 2048 bits, EC P-256 or Ed25519");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2",
                "-----BEGIN PUBLIC KEY-----hunter2",
                "-----BEGIN PUBLIC KEY-----\nhunter2=\n-----END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\naHVudGVyMg==\n-----END PUBLIC KEY-----",
                "-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----",
                "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----"
            })
    void rejectsAMalformedPublicKeyWithoutQuotingIt(String pem) {
        assertThatThrownBy(() -> tokens().publicKey(pem).build())
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith("cordon.token.public-key ")
                .doesNotContain("hunter2", "aHVudGVyMg", "\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://id.example/hunter2",
                "file:///hunter2",
                "/hunter2",
                "https:///hunter2",
                "https://ann:hunter2@id.example/jwks",
                "jar:https://id.example/hunter2"
            })
    void rejectsAnInvalidJwksUrlWithoutQuotingIt(String url) {
        assertThatThrownBy(() -> tokens().jwksUrl(url).build())
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith("cordon.token.jwks-url must be")
                .doesNotContain("hunter2");
    }

    @Test
    void rejectsABlankIssuerOrAudience() {
        assertThatThrownBy(() -> tokens().issuer(" ").build()).hasMessageStartingWith("cordon.token.issuer is blank");
        assertThatThrownBy(() -> tokens().audience("").build())
                .hasMessageStartingWith("cordon.token.audience is blank");
    }

    @Test
    void rejectsANegativeLeeway() {
        assertThatThrownBy(() -> tokens().leeway(Duration.ofNanos(-1)).build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void toStringShowsWhichKeysAreSet() {
        assertThat(TokenSettings.none())
                .hasToString("TokenSettings[hmacSecret=none, publicKey=none, jwksUrl=none, issuer=any, audience=any,"
                        + " leeway=PT1M]");
        assertThat(tokens().publicKey(SigningKey.ed25519().pem())
                        .jwksUrl("https://id.example/jwks")
                        .issuer("https://id.example")
                        .audience("cordon")
                        .build())
                .hasToString("TokenSettings[hmacSecret=none, publicKey=set, jwksUrl=set, issuer=https://id.example,"
                        + " audience=cordon, leeway=PT1M]");
    }

    @Test
    void toStringShowsNoSecret() {
        String secret = "hunter2".repeat(5);

        assertThat(tokens().secret(secret)
                        .jwksUrl("https://id.example/?key=hunter2")
                        .build()
                        .toString())
                .doesNotContain("hunter2")
                .contains("hmacSecret=set");
    }
}
