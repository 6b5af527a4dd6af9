package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.protocol.Encoding;
import dev.cordon.protocol.Frame;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DeliveryTest {
    private final TestNode node = new TestNode();

    private static final class ProtobufTransport extends FakeTransport {
        @Override
        public Encoding encoding() {
            return Encoding.PROTOBUF;
        }
    }

    private static Frame last(Peer peer) {
        List<Frame> frames = peer.wire().frames();
        return frames.get(frames.size() - 1);
    }

    @Test
    @DisplayName("a publication is encoded once for all connections of an encoding")
    void encodesOnceForEachEncoding() {
        Peer json = node.connect("alice", "a");
        Peer json2 = node.connect("alice", "b");
        Peer protobuf = node.connect("alice", "c", new ProtobufTransport());
        Peer protobuf2 = node.connect("alice", "d", new ProtobufTransport());

        node.publish("alice");

        assertThat(last(json)).isSameAs(last(json2));
        assertThat(last(json).text()).startsWith("{\"push\"");
        assertThat(last(protobuf)).isSameAs(last(protobuf2));
        assertThat(last(protobuf).binary()).isTrue();
    }

    @Test
    @DisplayName("what a connection has missed comes in its encoding, as does its ping")
    void catchesUpInTheConnectionsEncoding() {
        Peer protobuf = node.connect("alice", "c", new ProtobufTransport());
        node.log.append(TestNode.personal("alice"), dev.cordon.protocol.Payload.json("1"));

        node.publish("alice");
        protobuf.connection().ping();

        List<Frame> frames = protobuf.wire().frames();
        assertThat(frames.subList(1, frames.size())).allMatch(Frame::binary);
        assertThat(last(protobuf)).isSameAs(Encoding.PROTOBUF.ping());
    }
}
