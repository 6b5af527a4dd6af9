package dev.cordon.legacy;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.util.Optional;

/**
 * The interface of a singleton manager, as its callers know it. Any thread may call. Messages of one sending thread to
 * one connection stay in order. Nothing is stored for a user without a connection.
 *
 * <p>An application whose own singleton should serve and be compared implements this interface as a CDI bean. It then
 * writes the text of each payload, unchanged, as one frame to the connection's transport:
 * {@code transport.write(Frame.of(payload.text()), completion)}, the next one only when the completion of the one before
 * was called. The managers of this package write pushes of the
 * user's personal channel instead.
 */
public interface LegacyManager {
    /**
     * Accepts a connection whose user the caller has verified.
     *
     * @return the only handle that disconnects it; empty if a limit is reached, and the transport is closed then
     */
    Optional<ConnectionId> connect(UserId user, SessionId session, Transport transport);

    /** Sends to all connections of a user, and returns their number. */
    int send(UserId user, Payload payload);

    /** Sends to one connection. Returns false if the handle is unknown or has ended. */
    boolean send(ConnectionId handle, Payload payload);

    /** Ends a connection. A handle that is unknown, or has ended, does nothing. */
    void disconnect(ConnectionId handle);

    /** Reports an inbound frame as a sign of life, for managers that want one. */
    default void heard(ConnectionId handle) {}

    /** Ends all connections. */
    void releaseAll();

    /** Number of present connections. */
    int connections();
}
