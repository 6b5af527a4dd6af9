package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.log.Appended;
import dev.cordon.log.Backlog;
import dev.cordon.log.UserLog;
import dev.cordon.protocol.Channel;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.Publication;
import dev.cordon.protocol.StreamPosition;
import dev.cordon.upkeep.LogLines;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

class IsolationGuardTest {
    private final TestNode node = new TestNode();

    @Test
    void rejectsEveryUserButTheOwner() {
        assertThat(node.guard.rejects(TestNode.user("alice"), Channel.parse("news#alice")))
                .isFalse();
        assertThat(node.guard.rejects(TestNode.user("alice"), Channel.parse("alice#bob")))
                .isTrue();
        assertThat(node.guard.rejects(TestNode.user("alice"), Channel.parse("#Alice")))
                .isTrue();

        assertThat(node.counters.isolationChecks.sum()).isEqualTo(3);
        assertThat(node.counters.isolationViolations.sum()).isEqualTo(2);
    }

    @Test
    void raisesAnAlertThatNamesNobody() {
        assertThat(LogLines.of(
                        IsolationGuard.class, () -> node.guard.rejects(TestNode.user("alice"), Channel.parse("n#bob"))))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.getLevel()).isEqualTo(Level.SEVERE);
                    assertThat(line.getMessage())
                            .startsWith("Isolation violation")
                            .doesNotContain("alice", "bob");
                });
    }

    @Test
    void withholdsAnotherUsersPublicationAtTheSocket() {
        Peer alice = node.connect("alice", "s");
        Delivery forBob = node.appended(TestNode.personal("bob"), "{\"secret\":1}");

        boolean handed;
        try (WriteBatch writes = new WriteBatch()) {
            handed = alice.connection().deliver(forBob, node.log, writes);
        }

        assertThat(handed).isFalse();
        assertThat(alice.wire().offsets()).isEmpty();
        assertThat(node.counters.isolationViolations.sum()).isEqualTo(1);
        assertThat(node.counters.dropped(Counters.Drop.VIOLATION)).isEqualTo(1);
        assertThat(alice.connected()).isTrue();
    }

    @Test
    void withholdsAnotherUsersPublicationFromASubscribedConnection() {
        Peer alice = node.connect("alice", "s");
        Channel bobs = TestNode.personal("bob");
        alice.connection().attach(TestNode.context("bob", "s"), bobs);
        alice.connection().goLive(bobs, node.log.top(bobs), TestNode.REPLY, node.log);

        try (WriteBatch writes = new WriteBatch()) {
            alice.connection().deliver(node.appended(bobs, "{}"), node.log, writes);
        }

        assertThat(alice.wire().offsets()).isEmpty();
        assertThat(node.counters.isolationViolations.sum()).isEqualTo(1);
    }

    @Test
    void withholdsAForeignPublicationThatABrokenLogReturns() {
        Peer alice = node.connect("alice", "s");
        Channel hers = TestNode.personal("alice");
        Publication foreign = new Publication(TestNode.personal("bob"), 1, Payload.json("{}"));
        UserLog broken = (UserLog) Proxy.newProxyInstance(
                UserLog.class.getClassLoader(),
                new Class<?>[] {UserLog.class},
                (proxy, method, args) -> method.getName().equals("waits")
                        ? (Object) false
                        : new Backlog(new StreamPosition("e1", 2), true, List.of(foreign)));
        Publication second = new Publication(hers, 2, Payload.json("{}"));

        try (WriteBatch writes = new WriteBatch()) {
            alice.connection().deliver(new Delivery(new Appended(second, "e1"), 1), broken, writes);
        }

        assertThat(alice.wire().offsets()).isEmpty();
        assertThat(node.counters.isolationViolations.sum()).isEqualTo(1);
    }

    @Test
    void deliversToTheOwnerAlone() {
        Peer alice = node.connect("alice", "s");
        Peer bob = node.connect("bob", "s");

        node.publish("bob");

        assertThat(bob.wire().offsets()).containsExactly(1L);
        assertThat(alice.wire().offsets()).isEmpty();
        assertThat(node.counters.isolationViolations.sum()).isZero();
    }
}
