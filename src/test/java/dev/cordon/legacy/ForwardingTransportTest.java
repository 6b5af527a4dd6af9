package dev.cordon.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Encoding;
import dev.cordon.protocol.Frame;
import org.junit.jupiter.api.Test;

class ForwardingTransportTest {
    @Test
    void answersWhatItsWireAnswers() {
        ForwardingTransport transport = new ForwardingTransport(new ProtobufStream());

        assertThat(transport.name()).isEqualTo("uni_sse");
        assertThat(transport.encoding()).isEqualTo(Encoding.PROTOBUF);
        assertThat(transport.remoteAddress()).isEqualTo("192.0.2.7");
        assertThat(transport.listensOnly()).isTrue();
    }

    /** Differs from the interface's own answers in each. */
    private static final class ProtobufStream implements Transport {
        @Override
        public void write(Frame frame, Completion completion) {}

        @Override
        public void close(Disconnect disconnect) {}

        @Override
        public Encoding encoding() {
            return Encoding.PROTOBUF;
        }

        @Override
        public String name() {
            return "uni_sse";
        }

        @Override
        public String remoteAddress() {
            return "192.0.2.7";
        }

        @Override
        public boolean listensOnly() {
            return true;
        }
    }
}
