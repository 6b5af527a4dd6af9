package dev.cordon.legacy;

import dev.cordon.endpoint.SessionTransport;
import dev.cordon.manager.Transport;
import dev.cordon.protocol.ConnectionId;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Function;

/** The way to a client of an application's own endpoint: its session, which gets bare payloads. */
final class SessionWire {
    private static final System.Logger LOG = System.getLogger(SessionWire.class.getName());

    /** Name of the session's property that holds the handle. */
    private static final String HANDLE = SessionWire.class.getName();

    private SessionWire() {}

    /**
     * The transports of one session.
     *
     * @param legacy for the singleton
     * @param factory for the factory, which writes pushes
     */
    record Wires(Transport legacy, Transport factory) {}

    /**
     * Opens a connection for a session, and remembers its handle there.
     *
     * @param bare whether the singleton writes bare payloads
     * @param connect opens it
     */
    static Optional<ConnectionId> open(
            Session session, LegacyManager manager, boolean bare, Function<Wires, Optional<ConnectionId>> connect) {
        Transport wire = new SessionTransport(session, "application");
        Transport unpacking = new BareTransport(wire, () -> ping(session));
        Optional<ConnectionId> handle = connect.apply(new Wires(bare ? wire : unpacking, unpacking));
        handle.ifPresent(as -> {
            session.getUserProperties().put(HANDLE, as);
            listen(session, manager, as);
        });
        return handle;
    }

    private static void listen(Session session, LegacyManager manager, ConnectionId handle) {
        try {
            session.addMessageHandler(PongMessage.class, pong -> manager.heard(handle));
        } catch (IllegalStateException e) {
            LOG.log(
                    Level.DEBUG,
                    "The endpoint hears pongs itself, so it must call MigrationAdapter.heard: {0}",
                    e.getMessage());
        }
    }

    /** A peer that cannot be pinged answers none, and is ended for that. */
    private static void ping(Session session) {
        try {
            session.getAsyncRemote().sendPing(ByteBuffer.allocate(0));
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "A ping could not be sent: {0}", e.getMessage());
        }
    }

    static Optional<ConnectionId> handle(Session session) {
        return session.getUserProperties().get(HANDLE) instanceof ConnectionId handle
                ? Optional.of(handle)
                : Optional.empty();
    }
}
