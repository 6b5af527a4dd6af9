package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Disconnect;
import dev.cordon.upkeep.LogLines;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DisconnectMethodTest {
    private final ApiNode node = new ApiNode();
    private final Client laptop = node.client("42", "laptop");
    private final Client tab = node.client("42", "laptop");
    private final Client phone = node.client("42", "phone");
    private final Client other = node.client("43", "laptop");

    @Test
    void closesAllConnectionsOfTheUserWithAFinalCode() {
        Answer answer = node.call("disconnect", "{\"user\":\"42\"}");

        assertThat(text(answer)).isEqualTo("{\"result\":{\"disconnected\":3}}");
        Disconnect forced = new Disconnect(3503, "force disconnect");
        assertThat(forced.isFinal()).isTrue();
        assertThat(laptop.closes).containsExactly(forced);
        assertThat(tab.closes).containsExactly(forced);
        assertThat(phone.closes).containsExactly(forced);
        assertThat(other.closes).isEmpty();
        assertThat(node.factory.stats().managers()).isEqualTo(1);
    }

    @Test
    @DisplayName("O2: the log says whose connections the server API ended")
    void o2_logsWhoseConnectionsWereEnded() {
        assertThat(LogLines.of(DisconnectMethod.class, () -> node.call("disconnect", "{\"user\":\"42\"}")))
                .extracting(LogRecord::getMessage)
                .containsExactly("The server API ended 3 connections of user \"42\" with 3503");
    }

    @Test
    @DisplayName("F42 disconnecting one client leaves the user's other connections open")
    void disconnectsOneClient() {
        Answer answer = node.call("disconnect", "{\"user\":\"42\",\"client\":\"" + tab.id() + "\"}");

        assertThat(text(answer)).isEqualTo("{\"result\":{\"disconnected\":1}}");
        assertThat(tab.closes).hasSize(1);
        assertThat(laptop.closes).isEmpty();
        assertThat(phone.closes).isEmpty();
    }

    @Test
    void rejectsAReasonWithControlCharacters() {
        Answer answer = node.call("disconnect", "{\"user\":\"42\",\"code\":3503,\"reason\":\"a\\u0000b\"}");

        assertThat(text(answer)).contains("reason must not contain control characters");
        assertThat(laptop.closes).isEmpty();
    }

    @Test
    void disconnectsOneSession() {
        Answer answer = node.call("disconnect", "{\"user\":\"42\",\"session\":\"laptop\"}");

        assertThat(text(answer)).isEqualTo("{\"result\":{\"disconnected\":2}}");
        assertThat(phone.closes).isEmpty();
        assertThat(other.closes).isEmpty();
    }

    @Test
    void doesNotDisconnectAClientOfAnotherUser() {
        Answer answer = node.call("disconnect", "{\"user\":\"42\",\"client\":\"" + other.id() + "\"}");

        assertThat(text(answer)).isEqualTo("{\"result\":{\"disconnected\":0}}");
        assertThat(other.closes).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"code\":4501,\"reason\":\"account closed\"|4501|account closed",
                "\"code\":3000|3000|force disconnect",
                "\"code\":4999|4999|force disconnect",
                "\"disconnect\":{\"code\":4001,\"reason\":\"later\"}|4001|later",
                "\"whitelist\":[],\"session\":\"\",\"client\":\"\"|3503|force disconnect"
            })
    void closesWithTheGivenCodeAndReason(String more, int code, String reason) {
        node.call("disconnect", "{\"user\":\"42\"," + more + "}");

        assertThat(laptop.closes).containsExactly(new Disconnect(code, reason));
    }

    @Test
    @DisplayName("F37 a reason of 123 bytes is accepted; one of 124 bytes and an empty one are rejected")
    void acceptsReasonsOf1To123Bytes() {
        assertThat(node.call("disconnect", "{\"user\":\"42\",\"reason\":\"" + "é".repeat(62) + "\"}")
                        .status())
                .isEqualTo(400);
        assertThat(node.call("disconnect", "{\"user\":\"42\",\"reason\":\"\"}").status())
                .isEqualTo(400);
        assertThat(laptop.closes).isEmpty();

        assertThat(node.call("disconnect", "{\"user\":\"42\",\"reason\":\"" + "é".repeat(61) + "x\"}")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @DisplayName("F37 codes outside 3000-4999 and missing or invalid fields are rejected")
    @ValueSource(
            strings = {
                "{}",
                "{\"user\":\"\"}",
                "{\"user\":7}",
                "{\"user\":\"42\",\"code\":2999}",
                "{\"user\":\"42\",\"code\":5000}",
                "{\"user\":\"42\",\"code\":1006}",
                "{\"user\":\"42\",\"code\":4294970796}",
                "{\"user\":\"42\",\"code\":\"3503\"}",
                "{\"user\":\"42\",\"whitelist\":[\"a\"]}"
            })
    void rejectsMissingOrInvalidFields(String body) {
        assertThat(node.call("disconnect", body).status()).isEqualTo(400);
        assertThat(laptop.closes).isEmpty();
    }
}
