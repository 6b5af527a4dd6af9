package dev.cordon.manager;

import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A client's end: its connection, its wire, and the result of its connect. */
public record Peer(Connection connection, FakeTransport wire, Optional<OpenResult> opened) {
    public boolean connected() {
        return connection.state() == Connection.State.CONNECTED;
    }

    /** Waits until the reply to its connect is written: a slot in a cluster is granted on another thread. */
    public Peer awaitConnected() {
        Awaitility.with()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .await()
                .until(connection::pingable);
        return this;
    }

    public Connection.State state() {
        return connection.state();
    }

    /** The socket ends as the container reports it. */
    public void leave() {
        connection.close(dev.cordon.protocol.Disconnect.NORMAL);
    }
}
