package dev.cordon.api;

import static dev.cordon.api.ApiNode.text;
import static org.assertj.core.api.Assertions.assertThat;

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
                        "{\"result\":{\"nodes\":[{\"uid\":\"node-1\",\"name\":\"cordon\",\"version\":\"cordon 1.0.0\",\"commit\":\"commit-1\",\"uptime\":90,"
                                + "\"num_users\":2,\"num_managers\":3,\"num_clients\":4,\"num_opening\":1,\"num_channels\":3,"
                                + "\"retained_publications\":2,\"retained_bytes\":6,\"queued_messages\":0,\"queued_bytes\":0,"
                                + "\"counters\":{\"accepted\":3,\"duplicates\":1,\"appended\":2,\"failed\":0,"
                                + "\"without_connection\":1,\"delivered\":2,\"dropped_slow\":0,\"dropped_closed\":0,"
                                + "\"dropped_gone\":0,\"dropped_old\":0,\"dropped_violation\":0},"
                                + "\"ledger\":{\"accepted\":2,\"acknowledged\":0,\"pending\":2,\"expired\":0,\"evicted\":0,\"removed\":0}}]}}");
    }
}
