package dev.cordon.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;

/** A client's end: its connection, its wire, and the result of its connect. */
public record Peer(Connection connection, FakeTransport wire, Optional<OpenResult> opened) {
    public boolean connected() {
        return connection.state() == Connection.State.CONNECTED;
    }

    /** Waits until the reply to its connect is written: a slot in a cluster is granted on another thread. */
    public Peer awaitConnected() {
        Awaitility.await().until(connection::pingable);
        return this;
    }

    /** Waits until it has received the offsets from 1 on, in order and once. */
    public void awaitOffsets(long upTo) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(wire.offsets())
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(1, upTo).boxed().toList()));
    }

    public Connection.State state() {
        return connection.state();
    }

    /** The socket ends as the container reports it. */
    public void leave() {
        connection.close(dev.cordon.protocol.Disconnect.NORMAL);
    }
}
