package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.FakeTransport;
import dev.cordon.manager.Peer;
import dev.cordon.manager.TestNode;
import dev.cordon.protocol.FrameWriter;
import org.junit.jupiter.api.Test;

class FactoryManagerTest extends LegacyManagerContract {
    private final TestNode node = new TestNode();
    private final FactoryManager manager = new FactoryManager(node.factory, node.publisher);

    @Override
    LegacyManager manager() {
        return manager;
    }

    @Test
    void pingsAtOnce() {
        FakeTransport wire = new FakeTransport();

        manager.connect(ALICE, SESSION, wire);

        assertThat(wire.messages()).containsExactly(FrameWriter.PING.text());
    }

    @Test
    void sendsNothingToASocketWithoutAUser() {
        FakeTransport wire = new FakeTransport();
        Peer unknown = node.accept(wire);

        assertThat(manager.has(unknown.connection().id())).isTrue();
        assertThat(manager.send(unknown.connection().id(), payload("1"))).isFalse();
        assertThat(wire.frames()).isEmpty();
    }
}
