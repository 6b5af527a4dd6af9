package dev.cordon.manager;

import java.util.Optional;

/** A client's end: its connection, its wire, and the result of its connect. */
public record Peer(Connection connection, FakeTransport wire, Optional<OpenResult> opened) {
    public boolean connected() {
        return connection.state() == Connection.State.CONNECTED;
    }

    public Connection.State state() {
        return connection.state();
    }

    /** The socket ends as the container reports it. */
    public void leave() {
        connection.close(dev.cordon.protocol.Disconnect.NORMAL);
    }
}
