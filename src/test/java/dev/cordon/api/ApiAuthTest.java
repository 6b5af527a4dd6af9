package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiAuthTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final ApiNode node = new ApiNode();

    @ParameterizedTest
    @ValueSource(strings = {ApiNode.KEY, "the-second-key"})
    void acceptsEachKey(String key) {
        assertThat(call(Optional.of(key), Optional.empty()).status()).isEqualTo(200);
        assertThat(authorized("apikey " + key).status()).isEqualTo(200);
        assertThat(authorized("ApiKey   " + key + " ").status()).isEqualTo(200);
    }

    @Test
    void acceptsATokenOfThePublisherGroup() {
        String token = node.token(Set.of("publisher"), HOUR);

        assertThat(authorized("Bearer " + token).status()).isEqualTo(200);
        assertThat(authorized("bearer " + token).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("F32 a request without credentials is rejected with 401")
    void rejectsARequestWithoutCredentials() {
        Answer answer = call(Optional.empty(), Optional.empty());

        assertThat(answer.status()).isEqualTo(401);
        assertThat(text(answer)).startsWith("{\"error\":{\"code\":101,");
        assertThat(node.requests.rejected(Rejected.UNAUTHORIZED)).isEqualTo(1);
    }

    @ParameterizedTest
    @DisplayName("F32 wrong credentials are rejected and not repeated in the answer")
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer canary-12345",
                "apikey canary-12345",
                "apikey",
                "Basic canary-12345",
                "the-first-key",
                "canary-12345"
            })
    void rejectsWrongCredentials(String authorization) {
        Answer answer = authorized(authorization);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(text(answer)).startsWith("{\"error\":{\"code\":101,").doesNotContain("canary");
    }

    @Test
    @DisplayName("F34 a token without the publisher group is rejected with 403")
    void rejectsATokenWithoutThePublisherGroup() {
        Answer none = authorized("Bearer " + node.token(Set.of(), HOUR));
        Answer other = authorized("Bearer " + node.token(Set.of("operator", "publishers"), HOUR));

        assertThat(none.status()).isEqualTo(403);
        assertThat(other.status()).isEqualTo(403);
        assertThat(text(none)).startsWith("{\"error\":{\"code\":103,");
        assertThat(node.requests.rejected(Rejected.FORBIDDEN)).isEqualTo(2);
    }

    @Test
    void rejectsAnExpiredTokenWithCode109() {
        Answer answer = authorized("Bearer " + node.token(Set.of("publisher"), Duration.ofHours(-1)));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(text(answer)).startsWith("{\"error\":{\"code\":109,");
        assertThat(node.requests.rejected(Rejected.TOKEN_EXPIRED)).isEqualTo(1);
    }

    @Test
    @DisplayName("F33 a wrong key is rejected even beside a valid token")
    void rejectsAWrongKeyBesideAValidToken() {
        String token = node.token(Set.of("publisher"), HOUR);

        assertThat(call(Optional.of("wrong-key"), Optional.of("Bearer " + token))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void readsNoBodyOfAnUnauthenticatedRequest() {
        CountingStream body = new CountingStream();

        Answer answer = node.api.answer(
                new ApiRequest("publish", Optional.empty(), Optional.empty(), Optional.empty(), -1, body));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(body.given).isZero();
    }

    private Answer authorized(String authorization) {
        return call(Optional.empty(), Optional.of(authorization));
    }

    private Answer call(Optional<String> key, Optional<String> authorization) {
        return node.api.answer(new ApiRequest(
                "info", key, authorization, Optional.empty(), -1, new ByteArrayInputStream(new byte[] {'{', '}'})));
    }
}
