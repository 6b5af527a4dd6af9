package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.UserContext;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The topic on which the node shows itself to its operators: it holds other users' names. */
class ConsoleTopicTest {
    private static final String SUBSCRIBE = "{\"id\":2,\"subscribe\":{\"channel\":\"console#ops\"%s}}";

    private final TestNode node = new TestNode();

    @ParameterizedTest
    @DisplayName("S6: an operator's sub without the group gets nothing of the console's feed by any command")
    @ValueSource(
            strings = {
                "{\"id\":2,\"subscribe\":{\"channel\":\"console#ops\"}}",
                "{\"id\":2,\"subscribe\":{\"channel\":\"console#ops\",\"recover\":true,\"offset\":0,\"epoch\":\"e1\"}}",
                "{\"id\":2,\"unsubscribe\":{\"channel\":\"console#ops\"}}",
                "{\"id\":2,\"history\":{\"channel\":\"console#ops\",\"limit\":-1}}",
                "{\"id\":2,\"presence\":{\"channel\":\"console#ops\"}}",
                "{\"id\":2,\"rpc\":{\"method\":\"ack\",\"data\":{\"channel\":\"console#ops\",\"upto\":1}}}"
            })
    void withoutTheGroupNobodyListens(String command) {
        TestClient operator = node.connected("ops", "operator");
        operator.asks(SUBSCRIBE.formatted(""));
        TestClient namesake = node.connected("ops", "publisher");

        assertThat(namesake.asks(command))
                .containsExactly("{\"id\":2,\"error\":{\"code\":103,\"message\":\"permission denied: "
                        + "the topic console is for tokens whose groups have operator\",\"temporary\":false}}");
        assertThat(namesake.closedWith()).isEmpty();
    }

    @Test
    @DisplayName("S6: an operator subscribes without a position, and recovers nothing")
    void anOperatorSubscribesWithoutAPosition() {
        TestClient operator = node.connected("ops", "operator");

        assertThat(operator.asks(SUBSCRIBE.formatted(",\"recover\":true,\"offset\":0,\"epoch\":\"e1\"")))
                .containsExactly("{\"id\":2,\"subscribe\":{}}");
        assertThat(operator.asks("{\"id\":2,\"history\":{\"channel\":\"console#ops\",\"limit\":-1}}"))
                .containsExactly("{\"id\":2,\"error\":{\"code\":108,\"message\":\"not available: "
                        + "nothing is kept of the topic console\",\"temporary\":false}}");
        assertThat(node.connected("mallory", "operator")
                        .asks(SUBSCRIBE.formatted(""))
                        .get(0))
                .as("another operator's")
                .contains("\"code\":103,\"message\":\"permission denied\"");
    }

    @Test
    @DisplayName("S6: no publisher publishes to the console's topic, alone or among others")
    void nobodyPublishesThere() {
        TestClient operator = node.connected("ops", "operator", "publisher");
        operator.asks(SUBSCRIBE.formatted(""));
        TestClient backEnd = node.connected("back-end", "publisher");
        String denied = "{\"id\":2,\"error\":{\"code\":103,\"message\":\"permission denied: "
                + "only the node publishes to the topic console\",\"temporary\":false}}";

        for (TestClient publisher : new TestClient[] {backEnd, operator}) {
            assertThat(publisher.asks("{\"id\":2,\"publish\":{\"channel\":\"console#ops\",\"data\":{}}}"))
                    .containsExactly(denied);
        }
        assertThat(backEnd.asks(
                        "{\"id\":1,\"publish\":{\"channel\":\"#bob\",\"data\":1}}",
                        "{\"id\":2,\"publish\":{\"channel\":\"console#ops\",\"data\":2}}"))
                .containsExactly("{\"id\":1,\"publish\":{}}", denied);
        assertThat(operator.received()).isEmpty();
        assertThat(node.log.stats().appended()).isEqualTo(1);
    }

    @Test
    @DisplayName("S6: a refresh takes and gives the group")
    void aRefreshTakesTheGroup() {
        TestClient operator = node.connected("ops", "operator");

        operator.sends("{\"id\":2,\"refresh\":{\"token\":\"" + node.token("ops", Duration.ofHours(1)) + "\"}}");
        assertThat(operator.connection().context().filter(UserContext::operator))
                .isEmpty();

        operator.sends(
                "{\"id\":3,\"refresh\":{\"token\":\"" + node.token("ops", Duration.ofHours(1), "operator") + "\"}}");
        assertThat(operator.connection().context().filter(UserContext::operator))
                .isPresent();
    }
}
