package dev.cordon.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cordon.manager.Connection;
import dev.cordon.manager.Transport;
import dev.cordon.protocol.Allocation;
import dev.cordon.protocol.Disconnect;
import dev.cordon.protocol.Frame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeliveryAllocationTest {
    /** A wire that keeps nothing, so that only the server's own garbage is counted. */
    private static final class Sink implements Transport {
        private long frames;

        @Override
        public void write(Frame frame, Completion completion) {
            frames++;
            completion.written();
        }

        @Override
        public void close(Disconnect disconnect) {}

        @Override
        public String remoteAddress() {
            return "192.0.2.1";
        }
    }

    @Test
    void bringsAMessageFromSocketToSocketWithLittleGarbage() {
        TestNode node = new TestNode();
        Sink receiver = new Sink();
        handler(node, receiver, "bob");
        CommandHandler publisher = handler(node, new Sink(), "back-end", "publisher");
        byte[] publish = ("{\"id\":9,\"publish\":{\"channel\":\"#bob\",\"data\":{\"p\":\"" + "x".repeat(92) + "\"}}}")
                .getBytes(StandardCharsets.UTF_8);
        long before = receiver.frames;

        long bytes = Allocation.of(() -> publisher.frame(publish, 0, publish.length));

        System.out.println("allocated by a publish, its ack and its delivery: " + bytes + " bytes");
        assertThat(receiver.frames - before).isEqualTo(40_000);
        assertThat(bytes).isLessThan(3_000);
    }

    private static CommandHandler handler(TestNode node, Transport wire, String user, String... groups) {
        Connection connection = node.factory.accept(wire).orElseThrow();
        CommandHandler handler =
                new CommandHandler(connection, node.gateway, Runnable::run, Map.of(), Optional.empty());
        handler.frame("{\"id\":1,\"connect\":{\"token\":\"" + node.token(user, Duration.ofHours(1), groups) + "\"}}");
        return handler;
    }
}
