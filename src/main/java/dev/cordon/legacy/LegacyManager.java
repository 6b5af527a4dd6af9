package dev.cordon.legacy;

import dev.cordon.manager.Transport;
import dev.cordon.protocol.ConnectionId;
import dev.cordon.protocol.Payload;
import dev.cordon.protocol.SessionId;
import dev.cordon.protocol.UserId;
import java.util.Optional;

/**
 * What callers of a singleton manager call. Any thread may call. What is sent arrives as a push of the user's personal channel;
 * messages of one sending thread to one connection stay in order. Nothing is stored for who is not connected.
 */
public interface LegacyManager {
    /**
     * Takes in a connection whose user the caller has verified.
     *
     * @return the handle that disconnects it, and nothing else does; empty when there is no place: the transport is closed then
     */
    Optional<ConnectionId> connect(UserId user, SessionId session, Transport transport);

    /** Sends to all connections of a user; returns to how many. */
    int send(UserId user, Payload payload);

    /** Ends a connection. A handle that is unknown, or has ended, does nothing. */
    void disconnect(ConnectionId handle);

    /** An inbound frame came in on a connection: a sign of life, for managers that ask for one. */
    default void heard(ConnectionId handle) {}

    /** Ends all connections. */
    void releaseAll();

    /** Connections now. */
    int connections();
}
