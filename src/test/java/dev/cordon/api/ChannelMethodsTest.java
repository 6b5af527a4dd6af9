package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cordon.cluster.Presence;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.protocol.json.JsonFields;
import dev.cordon.upkeep.LogLines;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.LogRecord;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelMethodsTest {
    private final ApiNode node = new ApiNode();

    @Test
    void presenceShowsTheOwnersSubscribedConnections() {
        Client laptop = node.client("42", "laptop");
        Client phone = node.client("42", "pho\"ne");
        node.client("43", "laptop");
        node.subscribe(phone, Channel.parse("a#42"));

        String personal = text(node.call("presence", "{\"channel\":\"#42\"}"));
        String topic = text(node.call("presence", "{\"channel\":\"a#42\"}"));

        assertThat(personal)
                .isEqualTo("{\"result\":{\"presence\":{" + present(laptop, "laptop") + "," + present(phone, "pho\\\"ne")
                        + "}}}");
        assertThat(topic).isEqualTo("{\"result\":{\"presence\":{" + present(phone, "pho\\\"ne") + "}}}");
    }

    @Test
    void presenceIsEmptyWithoutConnections() {
        assertThat(text(node.call("presence", "{\"channel\":\"#42\"}"))).isEqualTo("{\"result\":{\"presence\":{}}}");
    }

    @Test
    @DisplayName("presence lists the connections on other nodes, and names the node of each")
    void presenceListsTheConnectionsOnAllNodes() {
        Client here = node.client("42", "laptop");
        ApiNode other = new ApiNode();
        Client there = other.client("42", "phone");
        other.client("43", "phone");
        node.others.answers(Presence.KIND, "node-2", other.presence::answer);

        assertThat(text(node.call("presence", "{\"channel\":\"#42\"}")))
                .isEqualTo("{\"result\":{\"presence\":{" + present(here, "laptop") + ","
                        + present(there, "phone").replace("node-1", "node-2") + "}}}");
        assertThat(text(node.call("presence", "{\"channel\":\"#44\"}"))).isEqualTo("{\"result\":{\"presence\":{}}}");
    }

    @Test
    @DisplayName("presence is rejected as temporary, with the node's id, when a node does not answer")
    void presenceIsNotAPart() {
        node.client("42", "laptop");
        node.others.isSilent("node-2");

        Answer answer = node.call("presence", "{\"channel\":\"#42\"}");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(text(answer))
                .isEqualTo("{\"error\":{\"code\":108,\"message\":\"node node-2 did not answer: try again\"}}");
        assertThat(node.requests.rejected(Rejected.NODE_SILENT)).isEqualTo(1);
    }

    @Test
    void historyReturnsPublicationsBySinceAndLimit() {
        publish(3);

        assertThat(history("")).isEqualTo("{\"result\":{\"publications\":[],\"epoch\":\"e1\",\"offset\":3}}");
        assertThat(history(",\"limit\":2"))
                .isEqualTo(
                        "{\"result\":{\"publications\":[{\"offset\":1,\"data\":{\"n\":1}},{\"offset\":2,\"data\":{\"n\":2}}],"
                                + "\"epoch\":\"e1\",\"offset\":3}}");
        assertThat(history(",\"limit\":-1,\"since\":{\"offset\":2,\"epoch\":\"e1\"},\"reverse\":false"))
                .isEqualTo(
                        "{\"result\":{\"publications\":[{\"offset\":3,\"data\":{\"n\":3}}],\"epoch\":\"e1\",\"offset\":3}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"offset\":2,\"epoch\":\"e0\"}", "{\"offset\":4,\"epoch\":\"e1\"}"})
    void historyRejectsAnUnrecoverablePosition(String since) {
        publish(3);

        Answer answer = node.call("history", "{\"channel\":\"#42\",\"limit\":-1,\"since\":" + since + "}");

        assertThat(answer.status()).isEqualTo(416);
        assertThat(text(answer)).startsWith("{\"error\":{\"code\":112,");
        assertThat(node.requests.rejected(Rejected.POSITION_GONE)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"offset\":2}", "{\"offset\":2,\"epoch\":\"\"}"})
    @DisplayName("L7: a position without an epoch matches any epoch")
    void historyAcceptsAPositionWithoutAnEpoch(String since) {
        publish(3);

        assertThat(history(",\"limit\":-1,\"since\":" + since))
                .isEqualTo(
                        "{\"result\":{\"publications\":[{\"offset\":3,\"data\":{\"n\":3}}],\"epoch\":\"e1\",\"offset\":3}}");
    }

    @Test
    @DisplayName("F21 the ledger of a user counts what became of its publications")
    void ledgerCountsWhatBecameOfAUsersPublications() {
        publish(3);
        node.call("publish", "{\"channel\":\"t#42\",\"data\":1}");
        node.call("publish", "{\"channel\":\"#43\",\"data\":1}");
        node.log.acknowledge(Channel.parse("#42"), new SessionId("laptop"), new StreamPosition("e1", 2));
        node.call("history_remove", "{\"channel\":\"t#42\"}");

        assertThat(text(node.call("ledger", "{\"user\":\"42\"}")))
                .isEqualTo("{\"result\":{\"accepted\":4,\"acknowledged\":2,\"pending\":1,\"expired\":0,\"evicted\":0,"
                        + "\"removed\":1}}");
        assertThat(text(node.call("ledger", "{\"user\":\"nobody\"}"))).contains("\"accepted\":0");
        assertThat(node.call("ledger", "{}").status()).isEqualTo(400);
        assertThat(node.call("ledger", "{\"user\":7}").status()).isEqualTo(400);
    }

    @Test
    void historyRemoveDeletesPublicationsAndKeepsTheOffset() {
        publish(3);

        assertThat(text(node.call("history_remove", "{\"channel\":\"#42\"}"))).isEqualTo("{\"result\":{}}");

        assertThat(history(",\"limit\":-1"))
                .isEqualTo("{\"result\":{\"publications\":[],\"epoch\":\"e1\",\"offset\":3}}");
        Answer missed = node.call("history", "{\"channel\":\"#42\",\"since\":{\"offset\":2,\"epoch\":\"e1\"}}");
        assertThat(missed.status()).isEqualTo(416);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"channel\":\"42\"}",
                "{\"channel\":\"#42\",\"limit\":-2}",
                "{\"channel\":\"#42\",\"limit\":1.5}",
                "{\"channel\":\"#42\",\"limit\":99999999999999999999}",
                "{\"channel\":\"#42\",\"since\":7}",
                "{\"channel\":\"#42\",\"since\":{\"offset\":-1}}",
                "{\"channel\":\"#42\",\"since\":{\"offset\":1,\"epoch\":\"a\\u0000\"}}",
                "{\"channel\":\"#42\",\"reverse\":true}"
            })
    void historyRejectsMissingOrInvalidFields(String body) {
        assertThat(node.call("history", body).status()).isEqualTo(400);
    }

    @Test
    void answersAFailedLogReadWith500WithoutDetails() {
        ApiNode failing = new ApiNode(log -> new FailingLog(log, "42"));

        Answer answer = failing.call("history", "{\"channel\":\"#42\"}");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(text(answer)).isEqualTo("{\"error\":{\"code\":100,\"message\":\"internal server error\"}}");
        assertThat(failing.requests.rejected(Rejected.FAILED)).isEqualTo(1);
    }

    private static String present(Client client, String session) {
        return "\"%s\":{\"client\":\"%s\",\"user\":\"42\",\"session\":\"%s\",\"node\":\"node-1\"}"
                .formatted(client.id(), client.id(), session);
    }

    private void publish(int count) {
        IntStream.rangeClosed(1, count)
                .forEach(n -> node.call("publish", "{\"channel\":\"#42\",\"data\":{\"n\":" + n + "}}"));
    }

    private String history(String more) {
        return text(node.call("history", "{\"channel\":\"#42\"" + more + "}"));
    }

    @Test
    void readsNoHistoryForWhichTheAnswerHasNoRoom() {
        ChannelMethods methods = new ChannelMethods(node.presence, node.log);
        PublishBatch full = new PublishBatch(node.publisher);
        full.tells(PublishBatch.MAX_TOLD_BYTES);

        assertThatThrownBy(() -> methods.history(parameters("{\"channel\":\"#42\",\"limit\":-1}"), full))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("ask for this one in another request");
        assertThatCode(() -> methods.history(parameters("{\"channel\":\"#42\",\"limit\":0}"), full))
                .doesNotThrowAnyException();
    }

    private static Parameters parameters(String json) {
        return new Parameters(JsonFields.read(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void logsThatAHistoryWasRemoved() {
        List<LogRecord> lines =
                LogLines.of(ChannelMethods.class, () -> node.call("history_remove", "{\"channel\":\"a#42\"}"));

        assertThat(lines)
                .singleElement()
                .extracting(LogRecord::getMessage)
                .asString()
                .startsWith("The server API removed the history of channel ");
    }
}
