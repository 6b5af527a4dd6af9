package dev.cordon.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopUsersTest {
    private final TestNode node = new TestNode();

    /** Connects a user for whom a message is being written, so that each later one waits. */
    private Peer held(String user, String session) {
        Peer peer = node.connect(user, session);
        peer.wire().mode(FakeTransport.Mode.HELD);
        node.publish(user);
        return peer;
    }

    private void publish(String user, int chars) {
        node.publish(TestNode.personal(user), "\"" + "x".repeat(chars) + "\"");
    }

    @Test
    void addsUpTheConnectionsAndTheBytesOfAUser() {
        Peer laptop = held("alice", "laptop");
        Peer phone = node.connect("alice", "phone");
        phone.wire().mode(FakeTransport.Mode.HELD);
        publish("alice", 10);
        publish("alice", 10);

        Map<String, Object> alice = Map.of(
                "user",
                "alice",
                "managers",
                2,
                "connections",
                2,
                "sent_bytes",
                laptop.connection().sentBytes() + phone.connection().sentBytes(),
                "waiting_messages",
                3L,
                "waiting_bytes",
                laptop.connection().queuedBytes() + phone.connection().queuedBytes());
        assertThat(laptop.connection().sentBytes()).isPositive();
        assertThat(laptop.connection().queuedBytes()).isPositive();
        assertThat(new TopUsers(node.factory).byBytes()).containsExactly(alice);
        assertThat(new TopUsers(node.factory).byQueue()).containsExactly(alice);
    }

    @ParameterizedTest
    @CsvSource({"alice, carol", "carol, alice"})
    void listsTheUserFirstToWhomMoreBytesWereSent(String first, String second) {
        node.connect(first, "a");
        node.connect(second, "a");
        publish(first, 100);
        publish(second, 10);
        publish(second, 10);

        assertThat(new TopUsers(node.factory).byBytes())
                .extracting(user -> user.get("user"))
                .containsExactly(first, second);
    }

    @ParameterizedTest
    @CsvSource({"alice, carol", "carol, alice"})
    void listsTheUserFirstForWhomMoreBytesWait(String first, String second) {
        held(first, "a");
        held(second, "a");
        publish(first, 1_000);
        publish(second, 10);
        publish(second, 10);

        assertThat(new TopUsers(node.factory).byQueue())
                .extracting(user -> user.get("user"))
                .containsExactly(first, second);
    }

    @ParameterizedTest
    @CsvSource({"alice, carol", "carol, alice"})
    void listsTheUserFirstForWhomMoreMessagesOfAsManyBytesWait(String first, String second) {
        Peer two = held(first, "a");
        Peer one = held(second, "a");
        publish(first, 10);
        int bytes = (int) two.connection().queuedBytes();
        publish(first, 10);
        publish(second, 10 + bytes);

        assertThat(one.connection().queuedBytes()).isEqualTo(two.connection().queuedBytes());
        assertThat(new TopUsers(node.factory).byQueue())
                .extracting(user -> user.get("user"))
                .containsExactly(first, second);
    }

    @Test
    void listsNoMoreUsersThanAreShown() {
        for (int i = 0; i <= TopUsers.SHOWN; i++) {
            held("user-" + i, "a");
            publish("user-" + i, 10);
        }

        assertThat(new TopUsers(node.factory).byBytes()).hasSize(TopUsers.SHOWN);
        assertThat(new TopUsers(node.factory).byQueue()).hasSize(TopUsers.SHOWN);
    }
}
