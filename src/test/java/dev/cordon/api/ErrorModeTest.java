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
    @DisplayName("A1: by default an error is answered with its HTTP status")
    void a1_answersErrorsWithTheirStatusByDefault() {
        assertThat(publish("x", ApiNode.KEY, Optional.empty()).status()).isEqualTo(400);
    }

    @Test
    @DisplayName("A1: in the mode reply an error is answered with 200, and its code and message stand in the body")
    void a1_answersErrorsWith200InTheModeReply() {
        node.errors = ErrorMode.REPLY;

        Answer answer = publish("x", ApiNode.KEY, Optional.empty());

        assertThat(answer.status()).isEqualTo(200);
        assertThat(text(answer)).startsWith("{\"error\":{\"code\":107,").contains("#user or topic#user");
        assertThat(node.requests.rejected(Rejected.BAD_REQUEST)).isEqualTo(1);
    }

    @Test
    @DisplayName("A1: the header X-Centrifugo-Error-Mode selects HTTP statuses for one request")
    void a1_headerSelectsStatusesForOneRequest() {
        node.errors = ErrorMode.REPLY;

        assertThat(publish("x", ApiNode.KEY, Optional.of("transport")).status()).isEqualTo(400);
        assertThat(publish("x", ApiNode.KEY, Optional.of("any")).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("A1: a wrong key is answered with 401 and an unknown method with 404 in the mode reply, too")
    void a1_rejectsAWrongKeyWith401InTheModeReply() {
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
