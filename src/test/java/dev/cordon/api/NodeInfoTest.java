package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.json.JsonFields;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NodeInfoTest {
    private final ApiNode node = new ApiNode();

    @Test
    @DisplayName("A2 F45 info names the node and reports the current value of each of its figures")
    void reportsTheStateAndCountersOfTheNode() {
        node.client("42", "laptop");
        node.client("42", "phone");
        node.client("43", "laptop");
        node.factory.accept(new Client());
        node.call("publish", "{\"channel\":\"#42\",\"data\":12345,\"idempotency_key\":\"k\"}");
        node.call("publish", "{\"channel\":\"#42\",\"data\":12345,\"idempotency_key\":\"k\"}");
        node.call("publish", "{\"channel\":\"a#44\",\"data\":1}");
        node.pass(Duration.ofSeconds(90));

        String info = text(node.call("info", "{}"));

        assertThat(info)
                .isEqualTo(
                        "{\"result\":{\"nodes\":[{\"uid\":\"node-1\",\"name\":\"cordon\",\"version\":\"cordon 1.0.0\",\"commit\":\"commit-1\",\"state\":\"ready\",\"uptime\":90,"
                                + "\"num_users\":2,\"num_managers\":3,\"num_clients\":4,\"num_opening\":1,\"queued_messages\":0,\"queued_bytes\":0,"
                                + "\"counters\":{\"accepted\":3,\"duplicates\":1,\"appended\":2,\"failed\":0,"
                                + "\"without_connection\":1,\"delivered\":2,\"dropped_slow\":0,\"dropped_closed\":0,"
                                + "\"dropped_gone\":0,\"dropped_old\":0,\"dropped_violation\":0},"
                                + "\"num_channels\":3,\"retained_publications\":2,\"retained_bytes\":6,"
                                + "\"ledger\":{\"accepted\":2,\"acknowledged\":0,\"pending\":2,\"expired\":0,\"evicted\":0,\"removed\":0}}]}}");
    }

    @Test
    @DisplayName("info lists the other nodes with their own figures and the log's, and names those that did not answer")
    void listsAllNodes() {
        ApiNode other = new ApiNode();
        other.client("42", "laptop");
        other.factory.stopAccepting();
        node.call("publish", "{\"channel\":\"#42\",\"data\":12345}");
        node.others.answers(
                NodeInfo.KIND, "node-2", question -> other.info.answer().replace("node-1", "node-2"));

        String info = text(node.call("info", "{}"));

        assertThat(info)
                .contains("{\"uid\":\"node-1\"")
                .containsPattern("\"uid\":\"node-2\"[^{]*\"state\":\"draining\"[^{]*\"num_clients\":1,")
                .containsPattern("\"retained_bytes\":5,.*\"retained_bytes\":5,")
                .doesNotContain("silent");
        assertThat(JsonFields.read(info.getBytes(StandardCharsets.UTF_8))
                        .object("result")
                        .orElseThrow()
                        .objects("nodes", 10)
                        .orElseThrow())
                .hasSize(2);

        node.others.isSilent("node-3");
        assertThat(text(node.call("info", "{}"))).endsWith("}],\"silent\":[\"node-3\"]}}");
    }
}
