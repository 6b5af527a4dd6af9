package dev.cordon.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.TestNode;
import dev.cordon.publish.Publisher;
import org.junit.jupiter.api.Test;

class IsolationCheckTest {
    private final TestNode node = new TestNode();

    @Test
    void failsWhenMessagesDoNotArrive() {
        TestNode elsewhere = new TestNode();
        Publisher astray = new Publisher(node.log, elsewhere.factory, node.idempotency, node.published, node.time);

        var result = new IsolationCheck(node.factory, astray, node.log, node.time, node.time).run();

        assertThat(result).containsEntry("ok", false);
        assertThat(String.valueOf(result.get("findings"))).contains("found=0").contains("expected=200");
    }

    @Test
    void leavesNothingBehind() {
        new IsolationCheck(node.factory, node.publisher, node.log, node.time, node.time).run();

        assertThat(node.factory.stats().connections()).isZero();
        assertThat(node.factory.stats().users()).isZero();
        assertThat(node.log.stats().publications()).isZero();
    }
}
