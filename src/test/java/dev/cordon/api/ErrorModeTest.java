package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ErrorModeTest {
    private final ApiNode node = new ApiNode();

    @Test
    @DisplayName("A1: by default the status says what the body says")
    void a1_statusesByDefault() {
        assertThat(publish("x", ApiNode.KEY, Optional.empty()).status()).isEqualTo(400);
    }

    @Test
    @DisplayName("A1: a server library that reads no body beside an error's status gets code and message with 200")
    void a1_answersWith200AndTheBodyWhereItIsSet() {
        node.errors = ErrorMode.REPLY;

        Answer answer = publish("x", ApiNode.KEY, Optional.empty());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(text(answer)).startsWith("{\"error\":{\"code\":107,").contains("#user or topic#user");
        assertThat(node.requests.refused(Refused.BAD_REQUEST)).isEqualTo(1);
    }

    @Test
    @DisplayName("A1: one request asks for statuses by the header that the protocol's own server knows")
    void a1_theHeaderAsksForStatuses() {
        node.errors = ErrorMode.REPLY;

        assertThat(publish("x", ApiNode.KEY, Optional.of("transport")).status()).isEqualTo(400);
        assertThat(publish("x", ApiNode.KEY, Optional.of("any")).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("A1: a wrong key is 401 in every mode, which those libraries know")
    void a1_aWrongKeyIs401() {
        node.errors = ErrorMode.REPLY;

        assertThat(publish("#a", "not-the-key", Optional.empty()).status()).isEqualTo(401);
        assertThat(node.call("no_such", "{}").status()).isEqualTo(404);
    }

    private Answer publish(String channel, String key, Optional<String> mode) {
        byte[] body = ("{\"channel\":\"" + channel + "\",\"data\":1}").getBytes(StandardCharsets.UTF_8);
        return node.api.answer(new ApiRequest(
                "publish",
                Optional.of(key),
                Optional.empty(),
                Optional.empty(),
                body.length,
                mode,
                new ByteArrayInputStream(body)));
    }
}
