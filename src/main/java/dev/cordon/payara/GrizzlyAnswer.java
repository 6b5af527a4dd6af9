package dev.cordon.payara;

import dev.cordon.endpoint.ServerConnections.DirectAnswer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.glassfish.grizzly.nio.transport.TCPNIOConnection;

/**
 * An answer straight to Grizzly's socket, past the container (ADR 0041). As thread-safe as its port says: writes run on
 * the caller's thread, and closing goes through the server, so that its own accounts of the connection are settled.
 */
final class GrizzlyAnswer implements DirectAnswer {
    private final TCPNIOConnection connection;

    GrizzlyAnswer(TCPNIOConnection connection) {
        this.connection = connection;
        GrizzlyWire.boundSendBuffer(connection);
    }

    @Override
    public void whenClosed(Runnable task) {
        EndOfInput.of(connection, task);
    }

    @Override
    public boolean write(byte[] bytes, Runnable written, Consumer<Throwable> failed) throws IOException {
        ByteBuffer left = GrizzlyWire.write(connection, bytes);
        if (left == null) {
            return true;
        }
        GrizzlyWire.queue(connection, left, GrizzlyWire.handler(written, failed));
        return false;
    }

    @Override
    public void close() {
        connection.closeSilently();
    }

    @Override
    public void cut() {
        connection.terminateSilently();
    }
}
