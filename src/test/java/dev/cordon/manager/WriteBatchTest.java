package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Frame;
import dev.cordon.upkeep.LogLines;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteBatchTest {
    private final TestNode node = new TestNode(new TestLimits().connections(40).build());

    @Test
    void writesToEveryConnection() {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            peers.add(node.connect("alice", "s"));
        }

        node.publish("alice");

        assertThat(peers).allSatisfy(peer -> assertThat(peer.wire().offsets()).containsExactly(1L));
    }

    @Test
    void writesToItsConnectionsWhenItHasAsManyAsItMay() {
        for (int i = 1; i < WriteBatch.MAX_CONNECTIONS; i++) {
            node.connect("alice", "s");
        }
        Peer bob = node.connect("bob", "s");
        Peer carol = node.connect("carol", "s");
        WriteBatch writes = new WriteBatch();
        node.factory.deliver(node.appended(TestNode.personal("alice"), "{}"), node.log, writes);
        node.factory.deliver(node.appended(TestNode.personal("bob"), "{}"), node.log, writes);
        node.factory.deliver(node.appended(TestNode.personal("carol"), "{}"), node.log, writes);

        assertThat(bob.wire().offsets()).containsExactly(1L);
        assertThat(carol.wire().offsets()).isEmpty();

        writes.close();

        assertThat(carol.wire().offsets()).containsExactly(1L);
    }

    @Test
    void aReusedBatchDrainsOnlyConnectionsGatheredSince() {
        Peer alice = node.connect("alice", "s");
        Peer bob = node.connect("bob", "s");
        WriteBatch writes = new WriteBatch();
        node.factory.deliver(node.appended(TestNode.personal("alice"), "{}"), node.log, writes);
        writes.close();
        node.factory.deliver(node.appended(TestNode.personal("bob"), "{}"), node.log, writes);
        alice.connection().send(Frame.of("waits for another drain"));

        writes.close();

        assertThat(bob.wire().offsets()).containsExactly(1L);
        assertThat(alice.connection().queuedMessages()).isEqualTo(1);
    }

    @Test
    void writesTheOtherQueuesAndLogsWhenOneCannotBeWritten() {
        node.connect("alice", "s");
        Peer bob = node.connect("bob", "s");
        WriteBatch writes = new WriteBatch();
        node.factory.deliver(node.appended(TestNode.personal("alice"), "{}"), node.log, writes);
        node.factory.deliver(node.appended(TestNode.personal("bob"), "{}"), node.log, writes);
        node.time.onNextLook(() -> {
            throw new IllegalStateException("no clock");
        });

        assertThat(LogLines.of(WriteBatch.class, writes::close))
                .singleElement()
                .satisfies(line -> assertThat(line.getThrown()).hasMessage("no clock"));

        assertThat(bob.wire().offsets()).containsExactly(1L);
    }
}
